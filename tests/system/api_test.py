"""The API of a real berthd over the simulated cluster: what people get, what they are refused, and in which words."""

import collections
import http.client
import pathlib
import re
import socket
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools/dev"), str(ROOT / "tests/conformance")]

from check_journal import check_requests  # noqa: E402
from local_stack import Failed, Stack, wait_until  # noqa: E402

GOOD = {"template_id": 2, "duration_minutes": 30}
JSON = {"Content-Type": "application/json"}


def check(condition, why):
    if not condition:
        raise Failed(why)


def problem(answer, status):
    check(answer.status == status, f"expected {status}, got {answer.status}: {answer.text}")
    check(answer.headers["Content-Type"] == "application/problem+json", f"no problem: {answer.headers}")
    check(answer.json["status"] == status and answer.json["title"], f"no title: {answer.text}")
    return answer.json


def pointers(answer):
    return {error["pointer"] for error in problem(answer, 422)["errors"]}


def post(stack, body, token=None, headers=None):
    return stack.berth.call("POST", "/sessions", token or stack.tokens["ana"], body,
                            {**JSON, **(headers or {})})


def test_bodies_that_are_no_request_are_told_apart(stack):
    for body in ("{", "", "null", "[]", '"x"', "7", "{} {}", '{"template_id":', "\xff"):
        problem(post(stack, body), 400)
    check(pointers(post(stack, {})) == {"#/template_id", "#/duration_minutes"}, "missing fields")
    for field, values in {"template_id": [None, "2", 2.5, [], {}, True, -1, 0],
                          "duration_minutes": [None, "30", 29, 241, 30.5, [30], 10**30],
                          "session_type": [None, 7, "forever"]}.items():
        for value in values:
            found = pointers(post(stack, {**GOOD, field: value}))
            check(found == {f"#/{field}"}, f"{field}={value!r}: {found}")
    check(pointers(post(stack, {**GOOD, "quota": 9})) == {"#/quota"}, "unknown field")
    check(pointers(post(stack, {**GOOD, "template_id": 99})) == {"#/template_id"}, "unknown template")


def test_a_body_that_is_too_large_is_refused(stack):
    answer = post(stack, "x" * 70_000)
    problem(answer, 413)
    try:
        problem(post(stack, b"x" * 10_000_000), 413)
    except (ConnectionError, http.client.HTTPException):
        pass  # The server may hang up on a client that goes on sending; it must be there for the next.
    check(stack.berth.call("GET", "/healthz").status == 200, "the server is gone")


def test_a_body_of_another_type_is_refused(stack):
    problem(stack.berth.call("POST", "/sessions", stack.tokens["ana"], "a=1",
                             {"Content-Type": "application/x-www-form-urlencoded"}), 415)


def test_paths_and_methods_are_told_apart(stack):
    token = stack.tokens["ana"]
    answer = stack.berth.call("PUT", "/sessions", token, {})
    problem(answer, 405)
    check(set(answer.headers["Allow"].split(", ")) == {"GET", "POST"}, answer.headers["Allow"])
    problem(stack.berth.call("GET", "/nothing", token), 404)
    for bad in ("abc", "01JD000000000000000000000", "ZZZZZZZZZZZZZZZZZZZZZZZZZZ", "..%2f..%2fetc"):
        problem(stack.berth.call("GET", f"/sessions/{bad}", token), 404)
    problem(stack.berth.call("GET", "/sessions/01JD0000000000000000000001", token), 404)
    check(stack.berth.call("GET", "/api/v1/templates", token).status == 200, "the alias is missing")


def test_tokens_are_asked_for_and_checked(stack):
    for token in (None, "", "x", stack.tokens["ana"] + "x", stack.tokens["ana"][:-1]):
        answer = stack.berth.call("GET", "/sessions", token)
        problem(answer, 401)
        check(answer.headers["WWW-Authenticate"] == "Bearer", "no challenge")
    problem(stack.berth.call("GET", "/sessions", headers={"Authorization": "Basic YTpi"}), 401)


def test_raw_nonsense_is_answered_and_survived(stack):
    for bytes_sent in (b"nonsense\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01",
                       b"GET /healthz HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 9000 + b"\r\n\r\n",
                       b"POST /sessions HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n"
                       b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", stack.berth.port), 20) as raw:
            raw.sendall(bytes_sent)
            raw.shutdown(socket.SHUT_WR)
            answer = b""
            while chunk := raw.recv(4096):
                answer += chunk
            check(not answer or re.match(rb"HTTP/1\.1 4\d\d ", answer), f"{bytes_sent[:20]}: {answer[:40]}")
    check(stack.berth.call("GET", "/healthz").status == 200, "the server is gone")


def test_a_session_is_its_owners(stack):
    path = post(stack, GOOD).headers["Location"]
    for method, end in (("GET", ""), ("DELETE", ""), ("DELETE", "/vm")):
        problem(stack.berth.call(method, path + end, stack.tokens["ben"]), 403)
    problem(stack.berth.call("POST", path + "/extend", stack.tokens["ben"], {"minutes": 30}), 403)
    mine = stack.berth.call("GET", "/sessions", stack.tokens["ana"]).json["items"]
    check(any(path.endswith(s["id"]) for s in mine), "my own session is not in my list")
    theirs = stack.berth.call("GET", "/sessions", stack.tokens["ben"]).json["items"]
    check(not any(path.endswith(s["id"]) for s in theirs), "my session is in another's list")
    shown = stack.berth.call("GET", path, stack.tokens["ana"])
    check(shown.json["guacamole_url"] is None, "a link before there is a desktop")
    for hidden in ("vm_id", "vmid", "ip_address", "guacamole_connection_id"):
        check(hidden not in shown.text, f"{hidden} is shown")
    check(stack.berth.call("GET", path, stack.tokens["admin"]).status == 200, "an admin cannot see it")
    extended = stack.berth.call("POST", path + "/extend", stack.tokens["ana"], {"minutes": 60})
    check(extended.json["time_remaining_seconds"] > 80 * 60, extended.text)
    problem(stack.berth.call("POST", path + "/extend", stack.tokens["ana"], {"minutes": 480}), 422)
    check(stack.berth.call("DELETE", path, stack.tokens["ana"]).status == 204, "cannot be ended")
    check(stack.berth.call("DELETE", path, stack.tokens["ana"]).status == 204, "cannot be ended twice")


def test_a_repeat_of_a_launch_is_answered_with_the_first(stack):
    key = {"Idempotency-Key": "the-same-key"}
    first = post(stack, GOOD, headers=key).json["id"]
    check(post(stack, GOOD, headers=key).json["id"] == first, "a second session for one key")
    check(post(stack, GOOD, stack.tokens["ben"], key).json["id"] != first, "another's key is mine")
    problem(post(stack, GOOD, headers={"Idempotency-Key": "short"}), 400)


def test_nodes_are_for_admins(stack):
    problem(stack.berth.call("GET", "/admin/nodes", stack.tokens["ana"]), 403)

    def all_online():
        nodes = stack.berth.call("GET", "/admin/nodes", stack.tokens["admin"]).json["items"]
        return len(nodes) == 7 and all(node["status"] == "online" for node in nodes) and nodes

    for node in wait_until("seven nodes", all_online):
        for number in ("cpu_percent", "ram_used_mb", "ram_total_mb", "active_vm_count", "uptime_seconds"):
            check(isinstance(node[number], (int, float)), f"{number}: {node}")


def test_a_persistent_session_keeps_its_vm_and_resumes_it(stack):
    token, body = stack.tokens["ben"], {**GOOD, "session_type": "persistent"}

    def run_once():
        path = post(stack, body, token).headers["Location"]
        wait_until("it to be active", lambda: stack.berth.call("GET", path, token).json["status"] == "active")
        check(stack.berth.call("DELETE", path, token).status == 204, "cannot be ended")
        wait_until("the VM to be kept", lambda: stack.berth.call("GET", path, token).json["keeps_vm"])
        return path

    def mine():
        """VMs of the first session's mark: another test's may still be on their way out."""
        return [vm for vm in stack.simulator.vms() if first.rsplit("/", 1)[1].lower() in vm["name"]]

    first = run_once()
    kept = mine()
    second = run_once()
    check([vm["vmid"] for vm in mine()] == [vm["vmid"] for vm in kept], "another VM was made")
    check(stack.berth.call("DELETE", second + "/vm", token).status == 204, "cannot be discarded")
    wait_until("the VM to be gone", lambda: not mine())


def test_no_secret_is_in_any_log_or_answer_or_event(stack):
    secrets = [stack.simulator.token_secret, *stack.tokens.values()]
    places = {"the daemon's log": stack.berth.log.read_text(encoding="utf-8"),
              "the history": stack.berth.replay("export").stdout}
    check(places["the history"], "nothing was exported")
    for place, text in places.items():
        for secret in secrets:
            check(secret not in text, f"a secret is in {place}")


def test_where_nothing_fails_no_vm_is_cloned_started_or_deleted_twice(stack):
    changes = collections.Counter((e["method"], e["path"]) for e in stack.simulator.requests()
                                  if e["method"] == "DELETE" or e["path"].endswith("/status/start"))
    twice = {change: times for change, times in changes.items() if times > 1}
    # A VM that was kept and resumed is started once for each of its two sessions.
    resumed = [path for (_, path), times in twice.items() if path.endswith("/start") and times == 2]
    check(len(twice) == len(resumed) <= 1, f"{twice}")


def test_every_call_to_proxmox_fits_its_schema(stack):
    errors = check_requests(stack.simulator.control("GET", "/journal")["effects"])
    check(not errors, f"{errors}")


def main():
    passed = failed = 0
    with Stack(time_scale=20, poll_ms=200, log_level="debug") as stack:
        tests = [test for name, test in globals().items() if name.startswith("test_")]
        for test in tests:
            try:
                test(stack)
                passed += 1
            except (Failed, OSError, http.client.HTTPException, KeyError) as why:
                failed += 1
                print(f"FAILED {test.__name__}: {why!r}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
