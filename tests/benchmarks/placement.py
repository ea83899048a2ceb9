"""How many placements a second one core decides, by the number of nodes."""

import google_benchmark
from figures import Figure


def measure():
    for name, row in google_benchmark.run("placement_benchmark").items():
        nodes = name.rsplit("/", 1)[1]
        yield Figure(f"decisions a second, {nodes} nodes", 1e9 / row["real_time"], "/s",
                     goal=1e6 if nodes == "64" else None)
