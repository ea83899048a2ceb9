"""Prints how many tests of a meson log passed and failed, on a line of its own."""

import json
import sys


def main(log):
    with open(log, encoding="utf-8") as lines:
        results = [json.loads(line)["result"] for line in lines if line.strip()]
    passed = results.count("OK")
    skipped = results.count("SKIP")
    failed = len(results) - passed - skipped
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 0 if failed == 0 and passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
