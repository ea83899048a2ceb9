"""Proxmox does not answer for an hour, by Berth's clock: deadlines pass meanwhile, berthd is killed and started again,
and when the cluster is back nothing that could be saved is lost, and nobody stampedes.

The hour is made of a shorter outage and a jump: berthd's restart in the middle finds its wall clock ahead by the rest
of the hour, as after a machine's suspension. Waits within one life of berthd take their real time: with --seconds 3600
all of them do."""

import argparse
import collections
import pathlib
import signal
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools/dev"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "history"))

import checker  # noqa: E402
import ending  # noqa: E402
from clients import Client, Notebook  # noqa: E402
from local_stack import BUILD, Failed, Stack, call, wait_until  # noqa: E402
from nemesis import Daemon  # noqa: E402

HOUR = 3600
SCALE = 10
SHORT, LONG, PENDING = 60, 6, 16  # sessions whose deadline comes in the outage; that outlive it; that it interrupts
SHORT_MINUTES, LONG_MINUTES = 30, 240
CLONE_SECONDS = 2 / SCALE  # that a clone takes in the simulated cluster
AT_ONCE = 4  # clones of one node's templates, and VMs of one node that are taken down, as Berth promises
LOOKS = 5  # a second
CALLS = 2  # for each VM and look, at most
PROMPT = 3  # seconds within which a deadline must be kept


def expect(condition, why):
    if not condition:
        raise Failed(why)


class Outage:
    def __init__(self, stack):
        self.stack = stack
        self.notebook = Notebook()
        self.daemon = Daemon(stack.berth, BUILD / "tests/history/libwall_clock.so")
        self.ana = Client("ana", 2, stack.tokens["ana"], stack, self.notebook, 1)
        self.admin = Client("admin", 1, stack.tokens["admin"], stack, self.notebook, 1)
        stack.berth.call("PATCH", "/admin/users/2", stack.tokens["admin"], {"quota": 1000})

    def launch(self, count, minutes):
        body = {"template_id": 2, "duration_minutes": minutes}
        made = [self.ana.ask("POST", "/sessions", body) for _ in range(count)]
        expect(all(one.status == 201 for one in made), f"launches were refused: {[one.status for one in made]}")
        return [one.answer["id"] for one in made]

    def states(self, ids):
        answers = [self.ana.ask("GET", f"/sessions/{id}").answer or {} for id in ids]
        return collections.Counter(answer.get("status", "not answered") for answer in answers)

    def wait_for(self, ids, status, seconds):
        wait_until(f"{len(ids)} sessions to be {status}", lambda: self.states(ids) == {status: len(ids)}, seconds, 0.3)

    def run(self, seconds):
        launched = time.time()
        self.short, self.long = self.launch(SHORT, SHORT_MINUTES), self.launch(LONG, LONG_MINUTES)
        self.wait_for(self.short + self.long, "active", 60)
        self.restart(signal.SIGTERM, SHORT_MINUTES * 60 - (time.time() - launched) - 4)
        wait_until("berthd to be ready", self.stack.berth.ready, 30)
        self.pending = self.launch(PENDING, LONG_MINUTES)
        self.go_dark(seconds)
        self.come_back(seconds)

    def restart(self, how, ahead):
        self.daemon.end(how)
        self.daemon.spawn(int(ahead))
        wait_until("berthd to live", self.lives, 30, 0.05)

    def lives(self):
        try:
            return call(self.stack.berth.port, "GET", "/healthz").status == 200
        except OSError:
            return False

    def go_dark(self, seconds):
        """No request is answered. The deadlines pass all the same, and so does a kill."""
        self.stack.simulator.control("POST", "/faults", {"kind": "drop_before", "count": -1})
        began = time.time()
        self.wait_for(self.short, "expired", 5 + PROMPT)
        wait_until("half of the outage", lambda: time.time() - began > seconds / 2, seconds + 5)
        self.restart(signal.SIGKILL, max(0, HOUR - seconds))
        expect(self.states(self.long) == {"active": LONG}, f"sessions were lost: {self.states(self.long)}")
        refused = call(self.stack.berth.port, "GET", "/readyz")
        expect(refused.status == 503 and "Proxmox" in refused.text, f"readiness says {refused.text}")
        wait_until("the rest of the outage", lambda: time.time() - began > seconds, seconds + 5)

    def come_back(self, seconds):
        self.stack.simulator.control("DELETE", "/faults")
        self.returned = time.time()
        self.wait_for(self.pending, "active", 60 + 60)
        self.caught_up = time.time()
        wait_until("the VMs of what has ended to go",
                   lambda: len(self.stack.simulator.vms()) == LONG + PENDING, 120, 0.3)
        expect(self.states(self.long) == {"active": LONG}, f"sessions were lost: {self.states(self.long)}")
        self.settled = time.time()
        wait_until("everything to end", lambda: not ending.end_open_sessions(self.admin, "the test is over"), 60, 0.2)

    def judge_the_return(self, told):
        """How hard Berth was on a cluster that had just come back."""
        catching_up = [effect for effect in told.effects if self.returned <= effect.at <= self.settled]
        requests = collections.Counter(int(effect.at - self.returned) for effect in catching_up
                                       if effect.what == "request")
        busiest = max(requests.values(), default=0)
        made = [(effect.at, effect.at + CLONE_SECONDS) for effect in catching_up if effect.what == "vm_created"]
        clones = most_at_once(made)
        teardowns = max(most_at_once(spans) for spans in takedowns(catching_up).values())
        failed = [event.data for event in told.events if event.type in ("session_failed", "attempt_failed")]
        print(f"all active {self.caught_up - self.returned:.1f} s after the return, settled after"
              f" {self.settled - self.returned:.1f} s: {sum(requests.values())} requests, {busiest} in the busiest"
              f" second, {len(made)} clones, {clones} at once, {teardowns} VMs of one node taken down at once;"
              f" {len(failed)} attempts failed")
        expect(not failed, f"the outage was blamed on sessions: {failed[:2]}")
        expect(clones <= AT_ONCE, f"{clones} clones at once")
        expect(teardowns <= AT_ONCE, f"{teardowns} VMs of one node are taken down at once")
        expect(busiest <= LOOKS * CALLS * (SHORT + LONG + PENDING), f"{busiest} requests in a second")


def takedowns(effects):
    """When each stop and each deletion began and was done, by node."""
    began, spans = {}, collections.defaultdict(list)
    for effect in effects:
        if effect.what == "request" and effect.status == 200 and (
                effect.method == "DELETE" or effect.path.endswith("/status/stop")):
            began[effect.vmid] = effect.at
        if effect.what in ("vm_stopped", "vm_destroyed") and effect.vmid in began:
            spans[effect.node].append((began.pop(effect.vmid), effect.at))
    return spans


def most_at_once(spans):
    return max((sum(began <= at < done for began, done in spans) for at, _ in spans), default=0)


def run(seconds):
    """The number of violations."""
    with tempfile.TemporaryDirectory(prefix="berth-history-") as directory:
        with Stack(SCALE, desktops="json", poll_ms=1000 // LOOKS) as stack:
            outage = Outage(stack)
            outage.run(seconds)
            told = ending.tell(directory, stack, outage.daemon, outage.notebook, ending.vms(stack))
        told.grace += seconds
        outage.judge_the_return(told)
        violations = checker.judge(told)
    if violations:
        print(checker.report(violations))
    print(f"{len(checker.CHECKS)} checks, {len(violations)} violations")
    return len(violations)


def main():
    parser = argparse.ArgumentParser(prog="tools/dev/soak outage", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=8, help="of the outage that are real (default 8)")
    try:
        return 1 if run(parser.parse_args().seconds) else 0
    except Failed as why:
        print(f"VIOLATED: {why}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
