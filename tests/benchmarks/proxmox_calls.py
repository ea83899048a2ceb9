"""What sessions cost Proxmox, by the simulated cluster's own journal. Berth looks every 5 s and samples every 10 s; here
both are halved, so that a window is twice as long for them, and the figures are for the usual periods. Routes that Berth
asks once for all sessions must not be asked more often when there are more. A session that waits for its address is a
matter of its own: Proxmox tells the address of one guest at a time.

For single sessions the cluster and Berth run five times as fast as usual, so that the numbers of calls are those of life."""

import collections
import concurrent.futures
import datetime
import re
import time

from crowded_stack import CrowdedStack, cpu_seconds
from figures import Figure
from local_stack import wait_until

NUMBERS = [10, 100, 1000]
USUAL = 5.0  # seconds between two looks
PERIOD = 2.5  # here
FILLING = 0.3  # while the sessions are made
PERIODS = 8  # of a window: four of samples, too
SINGLE_SCALE = 5
SINGLES = 10
LAUNCH = {"template_id": 2, "duration_minutes": 60}
NO_AGENT = {"kind": "status", "path_contains": "/agent/", "status": 500, "reason": "QEMU guest agent is not running",
            "count": -1}


def route(effect):
    """`GET /nodes/{node}/qemu/{vmid}/config`"""
    path = effect["path"].removeprefix("/api2/json")
    path = re.sub(r"^/nodes/[^/]+", "/nodes/{node}", path)
    path = re.sub(r"/qemu/\d+", "/qemu/{vmid}", path)
    path = re.sub(r"/tasks/[^/]+", "/tasks/{upid}", path)
    return f"{effect['method']} {path}"


LOOK = "GET /cluster/resources"
ADDRESS = "GET /nodes/{node}/qemu/{vmid}/agent/network-get-interfaces"


def is_shared(name):
    return "{vmid}" not in name and "{upid}" not in name


class Cluster(CrowdedStack):
    """Counts what is asked of it."""

    def mark(self):
        return self.simulator.control("GET", "/journal?since=1000000000")["next"]

    def requests(self, since):
        return [effect for effect in self.simulator.journal(since) if effect["effect"] == "request"]

    def set_period(self, seconds):
        """Restarts berthd with other periods."""
        self.berth.stop()
        settings = self.berth.config.read_text(encoding="utf-8")
        settings = re.sub(r"poll_period_ms = \d+", f"poll_period_ms = {round(seconds * 1000)}", settings)
        settings = re.sub(r"sample_period_ms = \d+", f"sample_period_ms = {round(seconds * 2000)}", settings)
        self.berth.config.write_text(settings, encoding="utf-8")
        self.berth.start()

    def launch(self, number):
        tokens = self.tokens_of_crowd()
        def one(i):
            answer = self.berth.call("POST", "/sessions", tokens[i % len(tokens)], LAUNCH)
            assert answer.status == 201, answer.text
            return answer.headers["Location"], tokens[i % len(tokens)]
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            return list(pool.map(one, range(number)))

    def running(self):
        return sum(vm["running"] for vm in self.simulator.vms())

    def active(self):
        return self.count("active")

    def count(self, status):
        text = self.berth.call("GET", "/metrics", self.tokens["admin"]).text
        found = re.search(rf'(?m)^berth_sessions{{[^}}]*"{status}"[^}}]*}} (\S+)$', text)
        return float(found[1]) if found else 0

    def settle(self):
        """Until what a start asks is over: marks, hardware addresses, volumes."""
        def is_over():
            since = self.mark()
            time.sleep(PERIOD)
            return set(map(route, self.requests(since))) <= {LOOK, ADDRESS}
        wait_until("the start to be over", is_over, 40)

    def watch(self):
        """Calls of one window by route, the shortest time between two looks, and processor time."""
        self.settle()
        since, used = self.mark(), cpu_seconds(self.berth.process)
        time.sleep(PERIOD * PERIODS)
        seen = self.requests(since)
        looks = [effect["at"] / self.time_scale for effect in seen if route(effect) == LOOK]
        gap = min((after - before for before, after in zip(looks, looks[1:])), default=float("inf"))
        cpu = (cpu_seconds(self.berth.process) - used) / (PERIOD * PERIODS)
        return collections.Counter(map(route, seen)), gap, cpu


def a_minute(calls, wanted):
    """Calls a minute with the usual periods."""
    return sum(count for name, count in calls.items() if wanted(name)) / PERIODS * 60 / USUAL


def watch_both(number):
    """While so many wait for their addresses, and while they run."""
    with Cluster(people=4, time_scale=20, poll_ms=round(FILLING * 1000), proxmox="clones_at_once = 64") as stack:
        stack.simulator.control("POST", "/faults", NO_AGENT)
        stack.launch(number)
        wait_until(f"{number} VMs to run", lambda: stack.running() == number, 100, 0.5)
        stack.set_period(PERIOD)
        waiting = stack.watch()
        stack.simulator.control("DELETE", "/faults")
        wait_until(f"{number} sessions to be active", lambda: stack.active() == number, 60, 0.5)
        return waiting, stack.watch()


def seconds_of(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def live_once(stack):
    """The calls of some sessions from launch to gone, and how long after its VM had its address each was active."""
    idle = stack.watch()[0]
    since, began = stack.mark(), time.monotonic()
    sessions = stack.launch(SINGLES)
    wait_until("all to be active", lambda: stack.active() == SINGLES, 60)
    addresses = {vm["name"]: vm["address_at"] for vm in stack.simulator.vms()}
    epoch = stack.simulator.epoch()
    delays = []
    for path, token in sessions:
        history = stack.berth.call("GET", path + "/history", token).json
        active = next(step["began_at"] for step in history["steps"] if step["name"] == "active")
        name = next(name for name in addresses if path.rsplit("/", 1)[1].lower() in name)
        delays.append(seconds_of(active) - (epoch + addresses[name] / stack.time_scale))
    for path, token in sessions:
        stack.berth.call("DELETE", path, token)
    wait_until("all VMs to be gone", lambda: not stack.simulator.vms(), 60)
    took = time.monotonic() - began
    calls = collections.Counter(map(route, stack.requests(since)))
    background = sum(idle.values()) / (PERIOD * PERIODS) * took
    return calls, background, delays


def measure():
    single = USUAL / SINGLE_SCALE
    with Cluster(people=4, time_scale=SINGLE_SCALE, poll_ms=round(single * 1000)) as stack:
        stack.set_period(single)
        calls, background, delays = live_once(stack)
        own = sum(count for name, count in calls.items() if not is_shared(name))
        yield Figure("calls for one session from launch to gone", own / SINGLES, less_is_better=True)
        yield Figure(f"the same with what was asked for all {SINGLES} at once",
                     (sum(calls.values()) - background) / SINGLES, less_is_better=True)
        yield Figure("longest time from a VM's address to `active`", max(delays) * 1000, "ms", single * 1000,
                     "the period of looks", less_is_better=True, goal=0.9)
    shared, gaps = {}, []
    for number in NUMBERS:
        for state, (seen, gap, cpu) in zip(("wait for their addresses", "run"), watch_both(number)):
            gaps.append(gap)
            shared[state, number] = a_minute(seen, is_shared)
            own = a_minute(seen, lambda name: not is_shared(name))
            yield Figure(f"calls a minute for all, {number:,} {state}", shared[state, number], less_is_better=True)
            yield Figure(f"calls a minute for each, {number:,} {state}", own / number,
                         limit=60 / USUAL if own else None, against="one in each period", less_is_better=True)
            yield Figure(f"processors that berthd uses, {number:,} {state}", cpu, less_is_better=True)
    for state in ("wait for their addresses", "run"):
        yield Figure(f"the calls for all when {NUMBERS[-1]:,} {state}, beside {NUMBERS[0]}", shared[state, NUMBERS[-1]],
                     "", shared[state, NUMBERS[0]], f"{NUMBERS[0]}", less_is_better=True, goal=0.7)
    yield Figure("shortest time between two looks at the cluster", min(gaps) * 1000, "ms", PERIOD * 1000,
                 "the period of looks", goal=0.98)
