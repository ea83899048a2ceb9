"""Runs a program of Google Benchmark and gives the medians of its repetitions, taken in random order side by side."""

import json
import pathlib
import subprocess
import tempfile

from local_stack import BUILD


def run(program, *, only=".", repetitions=5, arguments=()):
    """What each benchmark reports, by its name: counters, and `real_time` in its unit. Throws when one failed."""
    with tempfile.TemporaryDirectory(prefix="berth-bench-") as directory:
        report = pathlib.Path(directory) / "report.json"
        subprocess.run(
            [BUILD / "tests/benchmarks" / program, f"--benchmark_filter={only}", f"--benchmark_out={report}",
             "--benchmark_out_format=json", f"--benchmark_repetitions={repetitions}",
             "--benchmark_enable_random_interleaving=true", "--benchmark_report_aggregates_only=true", *arguments],
            check=True, stdout=subprocess.DEVNULL)
        rows = json.loads(report.read_text(encoding="utf-8"))["benchmarks"]
    failed = [row["name"] + ": " + row["error_message"] for row in rows if row.get("error_occurred")]
    if failed:
        raise RuntimeError("; ".join(failed))
    return {row["run_name"]: row for row in rows if row.get("aggregate_name") == "median"}
