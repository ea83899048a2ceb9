"""Kills, stops and starts the daemon at moments drawn from a seed, moves its clock, and breaks the cluster under it."""

import random
import signal
import threading
import time

from history import Run
from local_stack import Failed, call, wait_until

CHANGES = ["/clone", "/config", "/status/start", "/status/stop", "/status/shutdown", "/agent/set-user-password"]


class Daemon:
    """berthd whose wall clock can be ahead of ours; remembers each of its lives."""

    def __init__(self, berth, clock_library):
        self.berth = berth
        self.ahead = 0
        self.lives = []
        self.began = time.time()
        berth.environment |= {"LD_PRELOAD": str(clock_library), "WALL_CLOCK_AHEAD": "0"}

    def spawn(self, ahead=0):
        """`ahead`: seconds by which the clock has moved since the life before."""
        self.ahead += ahead
        self.berth.environment["WALL_CLOCK_AHEAD"] = str(self.ahead)
        self.began = time.time()
        self.berth.spawn()

    def start(self, ahead=0):
        self.spawn(ahead)
        wait_until("berthd to be ready", self.berth.ready, 60)

    def end(self, how):
        """Ends it with a signal. Raises Failed when it has ended by itself, which it never should."""
        if self.berth.process.poll() is not None:
            raise Failed(f"berthd ended by itself with {self.berth.process.returncode}:\n"
                         + self.berth.log.read_text(encoding="utf-8", errors="replace")[-2000:])
        self.berth.process.send_signal(how)
        self.berth.process.wait(30)
        self.lives.append(Run(self.began, time.time(), self.ahead))


class Nemesis:
    def __init__(self, stack, daemon, seed, pace, is_gentle):
        """`pace`: the mean time between two kills, in seconds; a gentle one leaves out what a survey has to find."""
        self.stack = stack
        self.daemon = daemon
        self.random = random.Random(f"{seed} nemesis")
        self.pace = pace
        self.troubles = [self.lose_a_request, self.lose_an_answer, self.refuse, self.be_slow, self.fail_a_task,
                         self.trouble_a_guest, self.lose_a_node, self.lose_quorum, self.garble]
        self.is_gentle = is_gentle
        if not is_gentle:
            self.troubles += [self.delay_clones, self.delete_a_vm]
        self.moment = threading.Event()  # never set: to wait on
        self.down = []
        self.kills = self.early_kills = self.pauses = self.faults = 0

    def wait(self, most):
        self.moment.wait(self.random.uniform(0, most))

    def cycle(self):
        if self.random.random() < 0.6:
            self.break_something()
        self.wait(2 * self.pace)
        if self.random.random() < 0.1:
            self.pause()
        self.daemon.end(signal.SIGKILL)
        self.kills += 1
        self.repair()
        while self.random.random() < 0.25:
            self.die_in_start_up()
        self.daemon.spawn(self.random.choice([0, 0, 1, 20, 60]))
        if self.random.random() < 0.5:
            wait_until("berthd to live", self.lives, 30, 0.005)

    def lives(self):
        if self.daemon.berth.process.poll() is not None:
            raise Failed("berthd ended while it started:\n"
                         + self.daemon.berth.log.read_text(encoding="utf-8", errors="replace")[-2000:])
        try:
            return call(self.daemon.berth.port, "GET", "/healthz").status == 200
        except OSError:
            return False

    def die_in_start_up(self):
        """A start takes some 50 ms: opening the log, folding every session that is open, the first looks."""
        self.daemon.spawn()
        self.wait(0.08)
        self.daemon.end(signal.SIGKILL)
        self.early_kills += 1

    def pause(self):
        process = self.daemon.berth.process
        process.send_signal(signal.SIGSTOP)
        self.wait(3)
        process.send_signal(signal.SIGCONT)
        self.pauses += 1
        self.wait(self.pace)

    # -- the cluster ----------------------------------------------------------

    def fault(self, kind, **more):
        self.stack.simulator.control("POST", "/faults", {"kind": kind, **more})
        self.faults += 1

    def some_change(self):
        """A route that changes something."""
        if self.random.random() < 0.2:
            return {"method": "DELETE", "path_contains": "/qemu/"}
        return {"method": self.random.choice(["POST", "PUT"]), "path_contains": self.random.choice(CHANGES)}

    def break_something(self):
        self.random.choice(self.troubles)()

    def lose_a_request(self):
        self.fault("drop_before", **self.some_change(), count=self.random.randint(1, 3))

    def lose_an_answer(self):
        self.fault("drop_after", **self.some_change(), count=self.random.randint(1, 3))

    def refuse(self):
        status, reason = self.random.choice([(595, "No route to host"), (500, "got timeout"), (503, "busy"),
                                             (500, "cluster not ready - no quorum?")])
        self.fault("status", **self.some_change(), status=status, reason=reason, count=self.random.randint(1, 2))

    def be_slow(self):
        change = {"method": "GET"} if self.random.random() < 0.5 else self.some_change()
        if change.get("path_contains") != "/clone":
            self.fault("slow", **change, delay=self.random.uniform(1, 30), count=self.random.randint(1, 4))

    def delay_clones(self):
        """By seconds of ours, in which Berth may be killed, look again, find nothing, and end the session."""
        self.fault("slow", method="POST", path_contains="/clone", delay=self.random.uniform(20, 200), count=3)

    def delete_a_vm(self):
        """As an administrator who ignores what its description says."""
        running = [vm["vmid"] for vm in self.stack.simulator.vms() if vm["running"] and vm["name"].startswith("berth-")]
        if running:
            self.stack.simulator.control("DELETE", f"/vms/{self.random.choice(running)}")
            self.faults += 1

    def garble(self):
        self.fault(self.random.choice(["malformed_body", "truncated_body"]), count=self.random.randint(1, 2))

    def fail_a_task(self):
        self.fault(self.random.choice(["fail_task", "fail_task", "task_warnings"]),
                   reason=self.random.choice(["can't lock file - got timeout", "storage 'ceph' is not online",
                                              "out of space"]))
        if self.random.random() < 0.1:
            self.fault("stuck_clone")

    def trouble_a_guest(self):
        self.fault(self.random.choice(["agent_silent", "no_address", "shutdown_ignored", "link_local_address"]))

    def lose_a_node(self):
        """Not the first one, which has the templates."""
        node = f"pve-{self.random.randint(2, self.stack.nodes)}"
        self.fault("node_down", node=node)
        self.down.append(node)

    def lose_quorum(self):
        self.fault("quorum_lost")

    def repair(self):
        """What is a state, and not worn off with use, lasts a cycle or two."""
        if self.random.random() < 0.6:
            self.stack.simulator.control("POST", "/faults", {"kind": "quorum_ok"})
            while self.down:
                self.stack.simulator.control("POST", "/faults", {"kind": "node_up", "node": self.down.pop()})

    def stop(self):
        """From now on everything works."""
        self.stack.simulator.control("DELETE", "/faults")
        self.stack.simulator.control("POST", "/faults", {"kind": "quorum_ok"})
        for number in range(1, self.stack.nodes + 1):
            self.stack.simulator.control("POST", "/faults", {"kind": "node_up", "node": f"pve-{number}"})
