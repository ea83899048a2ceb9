"""Durable appends by so many producers, each of which waits for its last one, through the journal; against the same rows in
the same batches through SQLite alone."""

import json
import subprocess

from figures import Figure
from local_stack import BUILD

SESSIONS = {1: 150, 16: 1200, 64: 2500, 256: 3000}  # of 14 events each, in one of five rounds


def measure():
    for producers, sessions in SESSIONS.items():
        done = subprocess.run([BUILD / "tests/benchmarks/append_benchmark", str(producers), str(sessions)],
                              check=True, stdout=subprocess.PIPE, text=True)
        seen = json.loads(done.stdout)
        who = f"{producers} producer{'s' if producers > 1 else ''}"
        yield Figure(f"durable events a second, {who}", seen["events_per_second"], "/s", seen["bare"], "bare SQLite",
                     goal=0.8 if producers < 64 else 0.9)
        yield Figure(f"events in a commit, {who}", seen["events_per_commit"])
        yield Figure(f"time until an append is durable, p99, {who}", seen["p99_ms"], "ms")
