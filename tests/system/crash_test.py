"""kill -9 of berthd at many moments of a launch and of an end: after each restart the session goes on to the same end, with
exactly one VM made for it and none left. The simulator's journal is the witness."""

import collections
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools/dev"))

from local_stack import Failed, Stack, wait_until  # noqa: E402

LAUNCHES = 10
ENDS = 10


def requests_seen(stack):
    return len(stack.simulator.requests())


def kill_after(stack, requests):
    """Lets the daemon make so many more calls to Proxmox, then kills it, wherever it is. A count of calls, not a time: so the
    moments spread over every step however fast the machine is."""
    target = requests_seen(stack) + requests
    wait_until("more calls to Proxmox", lambda: requests_seen(stack) >= target, 60, 0.002)
    stack.berth.kill()
    stack.berth.start()


def made_per_name(stack):
    return collections.Counter(e["name"] for e in stack.simulator.effects() if e["effect"] == "vm_created")


def session(stack, path):
    return stack.berth.call("GET", path, stack.tokens["ana"]).json


def launch(stack):
    answer = stack.berth.call("POST", "/sessions", stack.tokens["ana"],
                              {"template_id": 2, "duration_minutes": 30})
    if answer.status != 201:
        raise Failed(f"launch: {answer.status} {answer.text}")
    return answer.headers["Location"]


def live_through(stack, kill_in_launch, kill_in_end):
    path = launch(stack)
    mark = "berth-" + path.rsplit("/", 1)[1].lower()
    if kill_in_launch is not None:
        kill_after(stack, kill_in_launch)
    wait_until(f"{mark} to be active", lambda: session(stack, path)["status"] == "active", 120)
    ended = stack.berth.call("DELETE", path, stack.tokens["ana"])
    if ended.status != 204:
        raise Failed(f"end: {ended.status} {ended.text}")
    if kill_in_end is not None:
        kill_after(stack, kill_in_end)
    wait_until(f"{mark} to be closed", lambda: session(stack, path)["provisioning_step"] == "closed", 120)
    if session(stack, path)["status"] != "expired":
        raise Failed(f"{mark} ended as {session(stack, path)}")
    made = made_per_name(stack)[mark]
    if made != 1:
        raise Failed(f"{made} VMs were made for {mark}")
    if stack.simulator.vms():
        raise Failed(f"VMs are left: {stack.simulator.vms()}")


def main():
    passed = failed = 0
    with Stack(time_scale=20, poll_ms=200) as stack:
        cases = [(f"killed after {n} calls of a launch", n, None) for n in range(0, LAUNCHES * 2, 2)]
        cases += [(f"killed after {n} calls of an end", None, n) for n in range(ENDS)]
        for name, in_launch, in_end in cases:
            try:
                live_through(stack, in_launch, in_end)
                passed += 1
            except (Failed, OSError) as why:
                failed += 1
                print(f"FAILED {name}: {why}")
        verified = stack.berth.replay("verify")
        if verified.returncode == 0:
            passed += 1
        else:
            failed += 1
            print(f"FAILED history does not verify: {verified.stdout}{verified.stderr}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
