"""Judges a history: prints what contradicts what, and exits with 1 when anything does."""

import sys

import client_checks
import cluster_checks
import history
import log_checks
from log_fold import Log

CHECKS = log_checks.CHECKS + client_checks.CHECKS + cluster_checks.CHECKS
SHOWN = 20  # violations of one check


def judge(told):
    """Every violation, as (name of the check, what is wrong)."""
    log = Log(told.events)
    return [(check.__name__, text) for check in CHECKS for text in check(told, log)]


def report(violations):
    lines = []
    for check in CHECKS:
        mine = [text for name, text in violations if name == check.__name__]
        lines += [f"VIOLATED {check.__name__}: {text}" for text in mine[:SHOWN]]
        if len(mine) > SHOWN:
            lines.append(f"VIOLATED {check.__name__}: and {len(mine) - SHOWN} more")
    return "\n".join(lines)


def main(directory):
    told = history.load(directory)
    violations = judge(told)
    if violations:
        print(report(violations))
    print(f"{len(CHECKS)} checks of {len(told.operations)} requests, {len(told.effects)} effects and {len(told.events)}"
          f" events: {len(violations)} violations")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
