"""Live events at many readers. Each launch is two events, which auditors see with the numbers of every node; Proxmox is
held still, so that nothing else is recorded. Times are from when an event was recorded until a reader had it."""

import contextlib
import json
import subprocess
import time

from crowded_stack import PROGRAMS, CrowdedStack, cpu_seconds, load, resident_bytes
from figures import Figure

SUBSCRIBERS = 2000
EACH = 5  # streams of one user
SECONDS = 8
LAUNCHES = 100  # a second: two events each
LAUNCH = {"template_id": 2, "duration_minutes": 60}


class Readers:
    """A process that follows the events many times over."""

    def __init__(self, stack, streams, stalled=0):
        self.process = subprocess.Popen(
            [PROGRAMS / "sse_subscribers", "--port", str(stack.berth.port), "--streams", str(streams), "--stalled",
             str(stalled), "--streams-each", str(EACH), "--tokens", stack.crowd],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "ready\n":
            raise RuntimeError("the readers do not follow")

    def end(self):
        """What came."""
        with contextlib.closing(self.process.stdout):
            self.process.stdin.close()
            report = json.loads(self.process.stdout.readline())
        self.process.wait()
        return report


def follow(stack, launchers, subscribers, stalled=0):
    """What the readers of a steady stream of launches report, and what berthd took for it."""
    before = resident_bytes(stack.berth.process)
    readers = Readers(stack, subscribers, stalled)
    time.sleep(1)
    held = resident_bytes(stack.berth.process) - before
    used, began = cpu_seconds(stack.berth.process), time.monotonic()
    launched = load(stack.berth.port, "/sessions", method="POST", body=LAUNCH, tokens=launchers, connections=8,
                    rate=LAUNCHES, seconds=SECONDS, warm_up=0)
    cpu = (cpu_seconds(stack.berth.process) - used) / (time.monotonic() - began)
    time.sleep(2)
    report = readers.end()
    report |= {"cpu": cpu, "each": held / subscribers, "rate": 2 * launched["per_second"],
               "lost": subscribers * report["events"] - report["deliveries"]}
    return report


def measure():
    people = SUBSCRIBERS // EACH + 1
    with CrowdedStack(people=people, role="admin") as stack:
        stack.hold_proxmox()
        few = follow(stack, stack.crowd, EACH)
        many = follow(stack, stack.crowd, SUBSCRIBERS)
        beside = follow(stack, stack.crowd, SUBSCRIBERS, stalled=1)
        name = f"{SUBSCRIBERS:,} readers"
        yield Figure(f"events a second that were recorded, {name}", many["rate"], "/s", few["rate"], f"{EACH} readers")
        yield Figure(f"delivery p50, {name}", many["p50_ms"], "ms", few["p50_ms"], f"{EACH} readers", less_is_better=True)
        yield Figure(f"delivery p99, {name}", many["p99_ms"], "ms", few["p99_ms"], f"{EACH} readers", less_is_better=True)
        yield Figure(f"longest delivery, {name}", many["max_ms"], "ms", less_is_better=True)
        yield Figure("events lost, come twice or out of order", many["lost"] + many["out_of_order"], less_is_better=True,
                     goal=0)
        yield Figure(f"processors that berthd uses, {name}", many["cpu"], less_is_better=True)
        yield Figure("memory of one reader", many["each"] / 1024, "KiB", less_is_better=True)
        yield Figure(f"delivery p99, {name} and one that stalls", beside["p99_ms"], "ms", many["p99_ms"],
                     "without it", less_is_better=True)
