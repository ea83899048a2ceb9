"""A log of a million events, verified, and decoded and folded; against a bare scan that hashes the bytes that the chain
covers. Berth reads ahead in a second thread, the scan has one."""

import os
import pathlib
import subprocess
import tempfile

import google_benchmark
from figures import Figure
from local_stack import BUILD

CLOSED, ACTIVE = 65_000, 10_000  # 1,000,000 events


def measure():
    with tempfile.TemporaryDirectory(prefix="berth-bench-") as directory:
        log = pathlib.Path(directory) / "log.db"
        subprocess.run([BUILD / "tests/benchmarks/write_long_log", log, str(CLOSED), str(ACTIVE)], check=True)
        os.environ["LOG"] = str(log)
        rows = google_benchmark.run("replay_benchmark")
    seconds = {name.split("/")[0]: row["real_time"] / 1000 for name, row in rows.items()}
    speed = {name.split("/")[0]: row["items_per_second"] for name, row in rows.items()}
    limit, against = speed["scanned_and_hashed"], "bare scan with SHA-256"
    yield Figure("events verified a second", speed["verified"], "/s", limit, against, goal=0.8)
    yield Figure("events decoded and folded a second", speed["folded"], "/s", limit, against)
    yield Figure("1 M events verified, then folded", seconds["verified"] + seconds["folded"], "s", less_is_better=True,
                 goal=2)
