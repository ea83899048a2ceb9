"""Measures Berth beside its limits, and writes a table of each part. Each is a module here, with a function `measure` that
yields its figures."""

import argparse
import importlib
import pathlib
import platform
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/dev"))

import figures  # noqa: E402

PARTS = {"append": "Durable append", "replay": "Replay", "start": "Start", "http_api": "HTTP", "telemetry": "Live telemetry",
         "proxmox_calls": "Calls to Proxmox", "placement": "Placement"}
DOCUMENT = ROOT / "BENCHMARKS.md"
BEGIN, END = "<!-- measured -->\n", "<!-- end of measured -->\n"


def processor():
    names = re.findall(r"(?m)^model name\s*: (.*)$", pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    return f"{len(names)} × {names[0]}" if names else platform.machine()


def memory():
    kib = re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text(encoding="utf-8"))[1]
    return f"{int(kib) / 1024 / 1024:.0f} GiB"


def git(*arguments):
    return subprocess.run(["git", "-C", ROOT, *arguments], check=True, capture_output=True, text=True).stdout.strip()


def commit():
    changed = " and changes that are not committed" if git("status", "--porcelain", "--untracked-files=no") else ""
    return git("rev-parse", "--short=10", "HEAD") + changed


def measure(name):
    """The section of one part."""
    print(f"bench: {PARTS[name]}", file=sys.stderr)
    began = time.monotonic()
    table = list(figures.table(importlib.import_module(name).measure()))
    return "\n".join([
        f"### {PARTS[name]}", "",
        f"Machine: {processor()}, {memory()}, Linux {platform.release().split('-')[0]}. Commit: {commit()}."
        f" Day: {time.strftime('%Y-%m-%d', time.gmtime())}. It took {time.monotonic() - began:.0f} s.", "", *table, "", ""])


def write(measured):
    """Puts the sections into the document, and keeps those of the other parts as they are."""
    before, rest = DOCUMENT.read_text(encoding="utf-8").split(BEGIN)
    known, after = rest.split(END)
    kept = {section.split("\n")[0].removeprefix("### "): section for section in re.split(r"(?m)^(?=### )", known) if section}
    sections = [measured.get(name) or kept.get(title, "") for name, title in PARTS.items()]
    DOCUMENT.write_text(before + BEGIN + "".join(sections) + END + after, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(prog="tools/bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all by default")
    parser.add_argument("--write", action="store_true", help="put the tables into BENCHMARKS.md")
    chosen = parser.parse_args()
    if unknown := set(chosen.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    measured = {}
    for name in chosen.parts or PARTS:
        measured[name] = measure(name)
        print(measured[name], end="", flush=True)
    if chosen.write:
        write(measured)


if __name__ == "__main__":
    main()
