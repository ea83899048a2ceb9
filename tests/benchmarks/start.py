"""A start with a long log: from exec until berthd is ready, and what memory its idle sessions take afterwards.

Two logs of a million events are written as berthd writes them: one with 10,000 active sessions at its end, one with none.
The simulated cluster has none of these VMs; the reconciler doubts that it is the right one, and so leaves them alone."""

import http.client
import pathlib
import re
import statistics
import subprocess
import tempfile
import time

from figures import Figure
from local_stack import BUILD, Berth, Simulator, call, wait_until

EVENTS = 1_000_000
ACTIVE = 10_000
PER_CLOSED, PER_ACTIVE = 14, 9  # events of a session, see session_life.cpp
STARTS = 5
SETTLING = 13  # seconds: what a start has read is forgotten 10 s after it was first asked for


def write_log(file, active):
    closed = (EVENTS - active * PER_ACTIVE) // PER_CLOSED
    subprocess.run([BUILD / "tests/benchmarks/write_long_log", file, str(closed), str(active)], check=True)


def seed_long_ago(berth):
    """Before the year that the log tells of begins."""
    clock = {"LD_PRELOAD": str(BUILD / "tests/history/libwall_clock.so"), "WALL_CLOCK_AHEAD": str(-366 * 24 * 3600)}
    berth.environment |= clock
    tokens, _ = berth.seed()
    for name in clock:
        del berth.environment[name]
    return tokens


def is_ready(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def start(berth):
    """Seconds from exec until /readyz says so."""
    began = time.monotonic()
    berth.spawn()
    wait_until("berthd to be ready", lambda: is_ready(berth.port), 120, 0.005)
    return time.monotonic() - began


def resident_bytes(berth):
    status = pathlib.Path(f"/proc/{berth.process.pid}/status").read_text(encoding="utf-8")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) * 1024


def sessions(berth, token):
    metrics = call(berth.port, "GET", "/metrics", headers={"Authorization": f"Bearer {token}"}).text
    return sum(float(value) for value in re.findall(r"(?m)^berth_sessions(?:{[^}]*})? (\S+)$", metrics))


def folded_bytes(log):
    """What the folded sessions that are not over take in memory, each by itself."""
    done = subprocess.run([BUILD / "tests/benchmarks/session_size", log], check=True, stdout=subprocess.PIPE, text=True)
    return float(done.stdout)


def run(simulator, active):
    """Seconds of the first start, which builds the read model, and of later ones; bytes resident; bytes of a session."""
    with tempfile.TemporaryDirectory(prefix="berth-") as directory:
        berth = Berth(simulator, directory)
        tokens = seed_long_ago(berth)
        write_log(berth.data / "log.db", active)
        first = start(berth)
        # The list is right when the read model is.
        wait_until("the read model", lambda: call(berth.port, "GET", "/sessions?limit=1", headers={
            "Authorization": f"Bearer {tokens['admin']}"}).status == 200, 120)
        berth.stop()
        later = []
        for _ in range(STARTS):
            later.append(start(berth))
            wait_until("all sessions", lambda: sessions(berth, tokens["admin"]) >= active, 60)
            berth.stop()
        start(berth)
        time.sleep(SETTLING)
        resident = resident_bytes(berth)
        berth.stop()
        return first, statistics.median(later), resident, folded_bytes(berth.data / "log.db")


def measure():
    simulator = Simulator(nodes=7)
    try:
        first, later, with_sessions, each = run(simulator, ACTIVE)
        _, empty, without, _ = run(simulator, 0)
    finally:
        simulator.stop()
    yield Figure("from exec to ready, 1 M events, 10,000 active sessions", later, "s", less_is_better=True, goal=2)
    yield Figure("the same, no session active", empty, "s")
    yield Figure("the same with the read model to be built, 10,000 active sessions", first, "s")
    yield Figure("resident with 10,000 active sessions", with_sessions / 1024 / 1024, "MiB")
    yield Figure("a folded session in memory", each, "B")
    yield Figure("memory of an idle session beyond that", (with_sessions - without) / ACTIVE - each, "B",
                 less_is_better=True, goal=500)
