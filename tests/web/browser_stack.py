"""Gives browser tests a stack of real programs: prints where everything is, then does what each line of input says.

Every line of input and of output is a JSON object; the stack ends with the input.
"""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools/dev"))

from local_stack import Stack  # noqa: E402


def commands(stack):
    simulator, berth = stack.simulator, stack.berth
    return {
        "kill": lambda _: berth.kill(),
        "start": lambda _: berth.start(),
        "vms": lambda _: simulator.vms(),
        "control": lambda given: simulator.control(given["method"], given["path"], given.get("body")),
        "connect": lambda given: stack.guacamole.connect(given["link"]).status,
        "replay": lambda given: berth.replay(*given["arguments"]).stdout,
    }


def main(options):
    with Stack(desktops="json", poll_ms=500, **json.loads(options)) as stack:
        known = commands(stack)
        print(json.dumps({"url": f"http://127.0.0.1:{stack.berth.port}", "passwords": stack.passwords,
                          "tokens": stack.tokens, "guacamole": stack.guacamole.url}), flush=True)
        for line in sys.stdin:
            given = json.loads(line)
            print(json.dumps({"answer": known[given["do"]](given)}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "{}")
