"""Checks the requests that a client sent, as the simulator's journal has them, against Proxmox's schema.

    check_journal.py http://127.0.0.1:PORT     reads GET /journal of the simulator's control port

The journal names each request's parameters but not their values, so that it never holds a secret:
names, and the values in the path, are what is checked.
"""

import json
import sys
import urllib.request

from pve_schema import Schema


def check_requests(effects, schema=None):
    """What is wrong with the requests among the effects, as a list of sentences, each once."""
    schema = schema or Schema()
    errors = []
    for effect in effects:
        if effect["effect"] != "request":
            continue
        names = {name: None for name in effect["parameters"]}
        for why in schema.check_request(effect["method"], effect["path"], names):
            if why not in errors:
                errors.append(why)
    return errors


def read_journal(control_url):
    with urllib.request.urlopen(control_url + "/journal", timeout=10) as reply:
        return json.load(reply)["effects"]


def main():
    effects = read_journal(sys.argv[1])
    requests = sum(effect["effect"] == "request" for effect in effects)
    errors = check_requests(effects)
    for why in errors:
        print(why)
    print(f"{requests} requests, {len(errors)} errors")
    return 1 if errors or requests == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
