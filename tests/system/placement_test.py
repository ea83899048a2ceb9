"""Where a real berthd places sessions on the simulated cluster, and what it says when it cannot."""

import collections
import concurrent.futures
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools/dev"))

from local_stack import Failed, Stack, wait_until  # noqa: E402

GOOD = {"template_id": 2, "duration_minutes": 30}


def check(condition, why):
    if not condition:
        raise Failed(why)


def set_load(stack, node, ram, cpu=0.02):
    stack.simulator.control("PUT", f"/nodes/{node}", {"base_ram_used": ram, "base_cpu": cpu})


def nodes(stack):
    return stack.berth.call("GET", "/admin/nodes", stack.tokens["admin"]).json["items"]


def wait_for_loads(stack, expected):
    """Until berthd has measured these shares of RAM."""

    def measured():
        shares = {n["name"]: n["ram_used_mb"] / n["ram_total_mb"] for n in nodes(stack)
                  if n["ram_total_mb"]}
        return len(shares) == 7 and all(abs(shares[name] - share) < 0.02
                                        for name, share in expected.items())

    wait_until("the loads to be measured", measured)


def launch(stack, who="ana"):
    return stack.berth.call("POST", "/sessions", stack.tokens[who], GOOD)


def test_the_least_loaded_of_seven_nodes_is_chosen(stack):
    shares = {f"pve-{i}": 0.2 + 0.08 * ((i + 3) % 7) for i in range(1, 8)}
    for node, share in shares.items():
        set_load(stack, node, share)
    wait_for_loads(stack, shares)
    answer = launch(stack)
    check(answer.status == 201, answer.text)
    least = min(shares, key=shares.get)
    check(answer.json["node_name"] == least, f"{answer.json['node_name']} instead of {least}")


def test_with_all_above_85_percent_a_launch_is_refused_with_the_numbers(stack):
    full = {f"pve-{i}": 0.97 for i in range(1, 8)}
    for node, share in full.items():
        set_load(stack, node, share, cpu=0.9)
    wait_for_loads(stack, full)
    answer = launch(stack)
    check(answer.status == 503 and answer.headers["Retry-After"], f"{answer.status} {answer.text}")
    for node in full:
        check(node in answer.json["detail"], f"{node} is not explained: {answer.json['detail']}")


def test_thirty_launches_at_once_spread_within_one_vm_of_even(stack):
    even = {f"pve-{i}": 0.1 for i in range(1, 8)}
    for node, share in even.items():
        set_load(stack, node, share)
    wait_for_loads(stack, even)
    ben = stack.berth.call("GET", "/me", stack.tokens["ben"]).json["id"]
    raised = stack.berth.call("PATCH", f"/admin/users/{ben}", stack.tokens["admin"], {"quota": 30})
    check(raised.status == 200, raised.text)
    with concurrent.futures.ThreadPoolExecutor(30) as people:
        answers = list(people.map(lambda _: launch(stack, "ben"), range(30)))
    for answer in answers:
        check(answer.status == 201, f"{answer.status} {answer.text}")
    placed = collections.Counter(answer.json["node_name"] for answer in answers)
    check(len(placed) == 7 and max(placed.values()) - min(placed.values()) <= 1, f"{placed}")


def main():
    passed = failed = 0
    tests = [test for name, test in globals().items() if name.startswith("test_")]
    for test in tests:
        with Stack(time_scale=20, poll_ms=200) as stack:
            try:
                test(stack)
                passed += 1
            except (Failed, OSError) as why:
                failed += 1
                print(f"FAILED {test.__name__}: {why}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
