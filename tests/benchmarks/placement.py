"""How many placements a second one core decides, by the number of nodes, and how good they are in simulated clusters."""

import math

import google_benchmark
import placement_study
from figures import Figure

NODES = (7, 64, 1000, 10_000)


def decisions():
    rows = google_benchmark.run("placement_benchmark", arguments=["--benchmark_min_time=0.01"])
    seconds = {(name.split("/")[0], int(name.split("/")[1])): row["real_time"] / 1e9 for name, row in rows.items()}
    for nodes in NODES:
        yield Figure(f"decisions a second, {nodes:,} nodes", 1 / seconds["decide", nodes], "/s",
                     goal=1e6 if nodes == 64 else None)
    for nodes in NODES:
        yield Figure(f"launches a second with all that the log says of them, {nodes:,} nodes",
                     1 / seconds["launch", nodes], "/s", limit=1 / seconds["take_least", nodes], against="std::multiset")
    grown = seconds["decide", NODES[-1]] / seconds["decide", 64]
    logarithm = math.log(NODES[-1]) / math.log(64)
    yield Figure("cost of a decision, 10,000 nodes to 64", grown, "times", limit=logarithm, against="the logarithms",
                 less_is_better=True, goal=1)


def measure():
    yield from decisions()
    yield from placement_study.measure()
