"""What the simulation of placement says: each policy's figures over all cells, and Berth's goals."""

import collections
import concurrent.futures
import json
import os
import statistics
import subprocess

from figures import Figure
from local_stack import BUILD

SIZES = (3, 8, 16, 64)
NODE_DAYS = 640  # nodes times seeds in each cell: the fewer nodes, the more do days differ
QUANTILE = 2.262  # Student's t: 95 % of the means of ten seeds, as the largest have, are within so many standard errors
BERTH, ORACLE = "Berth", "oracle"
PLAIN = 30  # seconds between samples, unless said otherwise


class Run:
    """One policy in one cell: a list of what each seed gave, by name."""

    def __init__(self, row):
        self.cell = (row["nodes"], row["load"], row["bursts"], row["unequal"], row["foreign"])
        self.policy, self.sample_every, self.hours = row["policy"], row["sample_every"], row["hours"]
        self.seeds = {name: [seed[name] for seed in row["seeds"]] for name in row["seeds"][0]}

    def mean(self, name):
        return statistics.fmean(self.seeds[name])

    def total(self, name):
        return sum(self.seeds[name])

    def words(self):
        nodes, load, bursts, unequal, foreign = self.cell
        return (f"{nodes} {'unequal ' if unequal else ''}nodes at {load:.0%}, {'classes' if bursts else 'Poisson'}"
                f"{', foreign load' if foreign else ''}")


def better(one, than):
    """Whether the policy's load is more even beyond the 95 % interval of the seeds' differences."""
    gaps = [a - b for a, b in zip(one.seeds["mean"], than.seeds["mean"])]
    error = statistics.stdev(gaps) / len(gaps) ** 0.5
    return statistics.fmean(gaps) + QUANTILE * error < 0


def interval(runs):
    """So far may the mean over all cells be off."""
    errors = [statistics.variance(run.seeds["mean"]) / len(run.seeds["mean"]) for run in runs.values()]
    return QUANTILE * sum(errors) ** 0.5 / len(errors)


def study_of(nodes):
    return subprocess.run([BUILD / "tests/benchmarks/placement_study", str(nodes), str(NODE_DAYS // nodes)], check=True,
                          stdout=subprocess.PIPE, text=True).stdout.splitlines()


def study():
    """All runs, by policy and cell; those with other samples than the plain ones by (policy, seconds)."""
    runs = collections.defaultdict(dict)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for lines in pool.map(study_of, SIZES):
            for run in map(Run, map(json.loads, lines)):
                name = run.policy if run.sample_every == PLAIN else (run.policy, run.sample_every)
                runs[name][run.cell] = run
    return runs


def over_cells(runs, name):
    return statistics.fmean(run.mean(name) for run in runs.values())


def of_policy(name, runs, oracle):
    """The summary of one policy over all cells."""
    cells = len(runs)
    yield Figure(f"{name}: worst minus mean load, ± {interval(runs):.4f}", over_cells(runs, "mean"))
    yield Figure(f"{name}: its 99th percentile", over_cells(runs, "p99"))
    yield Figure(f"{name}: node time above 85 %", 100 * over_cells(runs, "above"), "%")
    placed = sum(run.total("placed") for run in runs.values())
    yield Figure(f"{name}: overcommits in {placed:,} placements", sum(run.total("overcommits") for run in runs.values()))
    yield Figure(f"{name}: refusals while room existed", sum(run.total("refused") for run in runs.values()))
    regrets = {cell: run.mean("mean") - oracle[cell].mean("mean") for cell, run in runs.items()}
    yield Figure(f"{name}: regret to the oracle, mean of {cells} cells", statistics.fmean(regrets.values()))
    worst = max(regrets, key=regrets.get)
    yield Figure(f"{name}: regret in its worst cell ({runs[worst].words()})", regrets[worst])


def worst_ratio(berth, oracle, name):
    """The cell in which Berth is furthest from the oracle."""
    cell = max(berth, key=lambda cell: berth[cell].mean(name) / oracle[cell].mean(name))
    return berth[cell], oracle[cell]


def goals(runs):
    berth, oracle = runs[BERTH], runs[ORACLE]
    for words, cells in (("", berth), (" without foreign load", [cell for cell in berth if not cell[-1]])):
        yield Figure(f"Berth's overcommits{words}", sum(berth[cell].total("overcommits") for cell in cells),
                     goal=0, less_is_better=True)
    for name, words in (("worst", "load of the worst node"), ("mean", "worst minus mean load")):
        ours, best = worst_ratio(berth, oracle, name)
        yield Figure(f"{words}, worst cell ({ours.words()})", ours.mean(name), limit=best.mean(name), against=ORACLE,
                     less_is_better=True, goal=0.9)
    yield Figure("worst minus mean load, all cells", over_cells(berth, "mean"), limit=over_cells(oracle, "mean"),
                 against=ORACLE, less_is_better=True)
    beaten = {cell: [name for name in runs if name not in (BERTH, ORACLE) and isinstance(name, str)
                     and better(runs[name][cell], berth[cell])] for cell in berth}
    beaten = {cell: names for cell, names in beaten.items() if names}
    by = f" (by {', '.join(sorted(set(sum(beaten.values(), []))))})" if beaten else ""
    yield Figure(f"cells of {len(berth)} where another policy is better than Berth{by}", len(beaten), goal=0,
                 less_is_better=True)
    for seconds in (5, 60):
        yield Figure(f"worst minus mean load, samples every {seconds} s", over_cells(runs[BERTH, seconds], "mean"),
                     limit=over_cells(berth, "mean"), against=f"every {PLAIN} s", less_is_better=True)


def measure():
    runs = study()
    any_run = next(iter(runs[BERTH].values()))
    days = sum(len(run.seeds["mean"]) for run in runs[BERTH].values())
    yield Figure(f"simulated days per policy: {len(runs[BERTH])} cells, {NODE_DAYS // SIZES[-1]} to "
                 f"{NODE_DAYS // SIZES[0]} seeds, of {any_run.hours:g} h", days)
    for name in [name for name in runs if isinstance(name, str)]:
        yield from of_policy(name, runs[name], runs[ORACLE])
    yield from goals(runs)
