"""Far more than berthd can serve: more connections than it takes, more launches than there is room for, more passwords
than can be checked. Every refusal says when to come back, no answer is wrong or lost, and then all is as it was."""

import collections
import http.client
import itertools
import json
import pathlib
import socket
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools/dev"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "history"))

import checker  # noqa: E402
import ending  # noqa: E402
from clients import Client, Notebook  # noqa: E402
from local_stack import BUILD, Failed, Stack, call, wait_until  # noqa: E402
from nemesis import Daemon  # noqa: E402

MOST_CONNECTIONS = 1024  # that berthd takes
IDLERS = 1100  # connections that are held open
EACH = 55  # of one address: fewer than the 64 that an address may have
CROWD = 24  # clients that go on all the while
FLOODERS = 40  # threads that guess passwords
FLOOD = 4  # seconds
QUOTA = 40
PROMPT = 0.5  # seconds that an answer takes when it is over


def hold_open(port):
    """Idle connections from many addresses of this machine; those that were turned away are answered at once."""
    held, refused = [], []
    for number in range(IDLERS):
        source = (f"127.1.0.{1 + number // EACH}", 0)
        held.append(socket.create_connection(("127.0.0.1", port), 10, source))
    for each in held:
        each.setblocking(False)
    wait_until("those who are too many to be turned away",
               lambda: len(refused) >= IDLERS - MOST_CONNECTIONS or collect(held, refused), 10)
    return held, refused


def collect(held, refused):
    for each in list(held):
        try:
            if answer := each.recv(4096):
                refused.append(answer.decode("latin-1"))
                held.remove(each)
                each.close()
        except OSError:
            pass  # Nothing came, which is what is hoped for.
    return False


def flood(who, port, until, seen, slips):
    """Guesses the passwords of people who do not exist, which nobody can tell, each from an address of its own."""
    for number in itertools.count():
        if time.monotonic() >= until:
            return
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=45,
                                                    source_address=(f"127.2.{who}.{number % 250}", 0))
            guess = {"login": f"nobody-{who}-{number}", "password": "guessed-once-more"}
            connection.request("POST", "/auth/sign-in", json.dumps(guess), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            seen[answer.status] += 1
            if answer.status in (429, 503) and not answer.headers["Retry-After"]:
                slips.append(f"{answer.status} without Retry-After")
            connection.close()
        except (OSError, http.client.HTTPException):
            seen[None] += 1


def expect(condition, why):
    if not condition:
        raise Failed(why)


def answers_within(port, token, seconds):
    began = time.monotonic()
    answer = call(port, "GET", "/sessions", headers={"Authorization": f"Bearer {token}"})
    return answer.status == 200 and time.monotonic() - began < seconds


class Overload:
    def __init__(self, stack):
        self.stack = stack
        self.port = stack.berth.port
        self.notebook = Notebook()
        self.daemon = Daemon(stack.berth, BUILD / "tests/history/libwall_clock.so")
        self.admin = Client("admin", 1, stack.tokens["admin"], stack, self.notebook, 1)
        for user in (2, 3):
            stack.berth.call("PATCH", f"/admin/users/{user}", stack.tokens["admin"], {"quota": QUOTA})
        # Nine of ten launches find no room.
        for number in range(1, 8):
            stack.berth.call("PATCH", f"/admin/nodes/pve-{number}", stack.tokens["admin"], {"max_vms": 1})

    def too_many_connections(self):
        held, refused = hold_open(self.port)
        for answer in refused:
            expect(answer.startswith("HTTP/1.1 503") and "Retry-After:" in answer, f"turned away with {answer[:200]}")
        for each in held:
            each.close()
        wait_until("room for others", lambda: answers_within(self.port, self.stack.tokens["vera"], 5), 15)
        print(f"{IDLERS} connections: {len(refused)} turned away with 503 and Retry-After")

    def too_much_of_everything(self):
        crowd = [Client(f"{login}-{number}", owner, self.stack.tokens[login], self.stack, self.notebook, 1)
                 for number in range(CROWD // 2) for owner, login in ((2, "ana"), (3, "ben"))]
        seen, slips = collections.Counter(), []
        until = time.monotonic() + FLOOD
        flooders = [threading.Thread(target=flood, args=(who, self.port, until, seen, slips), daemon=True)
                    for who in range(FLOODERS)]
        for client in crowd:
            client.pace, client.tries = 0.02, 3
        for thread in [*crowd, *flooders]:
            thread.start()
        crowd[0].leaving.wait(FLOOD)
        for client in crowd:
            client.leaving.set()
        for thread in [*crowd, *flooders]:
            thread.join(60)
        answers = collections.Counter(operation.status for operation in self.notebook.operations)
        expect(not slips, f"{len(slips)} refusals, such as {slips[:1]}")
        expect(seen[429] + seen[503] > 0, f"nobody who guesses passwords was told to wait: {seen}")
        expect(answers[503] > 0, f"no launch was refused for lack of room: {answers}")
        expect(answers[None] == 0, f"{answers[None]} requests of the crowd were not answered")
        print(f"{sum(seen.values())} guessed passwords: {dict(sorted(seen.items(), key=str))}\n"
              f"{len(self.notebook.operations)} requests of {CROWD} clients: {dict(sorted(answers.items(), key=str))}")

    def it_is_over(self):
        wait_until("answers as quick as before",
                   lambda: all(answers_within(self.port, self.stack.tokens["ana"], PROMPT) for _ in range(20)), 15)
        wait_until("everything to end", lambda: not ending.end_open_sessions(self.admin, "too many"), 60, 0.2)


def main():
    with tempfile.TemporaryDirectory(prefix="berth-history-") as directory, \
            Stack(time_scale=40, desktops="json", poll_ms=100) as stack:
        try:
            overload = Overload(stack)
            overload.too_many_connections()
            overload.too_much_of_everything()
            overload.it_is_over()
            told = ending.tell(directory, stack, overload.daemon, overload.notebook, ending.vms(stack))
        except Failed as why:
            print(f"VIOLATED: {why}")
            return 1
    violations = checker.judge(told)
    if violations:
        print(checker.report(violations))
    print(f"{len(checker.CHECKS)} checks, {len(violations)} violations")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
