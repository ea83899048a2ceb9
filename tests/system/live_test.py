"""Server-sent events: topics by role, resumption through a restart, stalled readers, limits."""

import json
import socket
import threading
import time
import unittest

from stack_test import StackTest, wait_until


class Reader:
    """Follows /events on a thread; keeps what came."""

    def __init__(self, port, token, last=None, stalls=False):
        self.events = []
        self.ended = threading.Event()
        self.socket = socket.create_connection(("127.0.0.1", port), 30)
        if stalls:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        lines = [f"GET /events HTTP/1.1", "Host: x", f"Authorization: Bearer {token}"]
        if last is not None:
            lines.append(f"Last-Event-ID: {last}")
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.head = self.read_head()
        if not stalls:
            threading.Thread(target=self.follow, daemon=True).start()

    def read_head(self):
        self.rest = b""
        while b"\r\n\r\n" not in self.rest:
            self.rest += self.socket.recv(1024)
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        return head.decode()

    def chunks(self):
        while True:
            while b"\r\n" not in self.rest:
                self.more()
            size, self.rest = self.rest.split(b"\r\n", 1)
            while len(self.rest) < int(size, 16) + 2:
                self.more()
            yield self.rest[:int(size, 16)].decode()
            self.rest = self.rest[int(size, 16) + 2:]

    def more(self):
        data = self.socket.recv(65536)
        if not data:
            raise OSError("closed")
        self.rest += data

    def follow(self):
        try:
            for chunk in self.chunks():
                for message in chunk.split("\n\n"):
                    fields = dict(line.split(": ", 1) for line in message.split("\n") if ": " in line)
                    if "event" in fields:
                        self.events.append((fields.get("id"), fields["event"], json.loads(fields["data"])))
        except OSError:
            self.ended.set()

    def named(self, name):
        return [event for event in list(self.events) if event[1] == name]

    def last_id(self):
        return [i for i, _, _ in self.events if i][-1]

    def close(self):
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # The server was first.
        self.socket.close()


class Live(StackTest):
    def reader(self, who, last=None, **more):
        reader = Reader(self.berth.port, self.stack.tokens[who], last, **more)
        self.addCleanup(reader.close)
        return reader

    def test_an_owner_sees_their_session_become_active_and_others_see_nothing_of_it(self):
        ana, ben, vera = self.reader("ana"), self.reader("ben"), self.reader("vera")
        session = self.launch("ana")
        wait_until("ana to see it active", lambda: any(
            d["session"] and d["session"]["status"] == "active" for _, _, d in ana.named("session")), 60)
        self.end(session)
        wait_until("the auditor to see it closed", lambda: any(
            d["type"] == "session_closed" for _, _, d in vera.named("session")), 60)
        self.assertEqual(ben.named("session"), [])
        self.assertEqual(ana.named("node_load"), [])
        self.assertTrue(vera.named("node_load"))
        placed = next(d for _, _, d in vera.named("session") if d["type"] == "session_placed")
        self.assertIn("not the least loaded", placed["placement"])
        self.assertNotIn("placement", next(d for _, _, d in ana.named("session") if d["type"] == "session_placed"))
        text = json.dumps(ana.events)
        for hidden in ("UPID", "vm_id", "address"):
            self.assertNotIn(f'"{hidden}', text)

    def test_a_reader_goes_on_through_a_restart_without_gap_or_repeat(self):
        whole = self.reader("vera")
        before = self.reader("vera")
        first = self.launch("ben")
        wait_until("some events", lambda: len(before.named("session")) > 3, 60)
        before.close()
        last = before.last_id()
        self.berth.stop()
        self.assertTrue(whole.ended.wait(10))
        self.berth.start()
        after = self.reader("vera", last)
        self.end(first, "ben")
        wait_until("the end to be seen", lambda: any(
            d["type"] == "session_closed" for _, _, d in after.named("session")), 60)
        seen = [int(i) for r in (before, after) for i, name, _ in r.events if i and name not in ("ready", "reset")]
        self.assertEqual(seen, list(range(seen[0], seen[-1] + 1)))

    def test_a_position_of_another_log_is_reset(self):
        for last in ("999999999", "nonsense"):
            reader = self.reader("ana", last)
            wait_until("an answer", lambda r=reader: r.events)
            self.assertEqual(reader.events[0][1], "reset")
            reader.close()

    def test_a_reader_that_stalls_costs_the_others_nothing(self):
        stalled = self.reader("admin", last=1, stalls=True)
        follower = self.reader("vera")
        session = self.launch("ana")
        wait_until("the others to see it", lambda: follower.named("session"), 30)
        self.end(session)
        self.assertIn("200 OK", stalled.head)

    def test_a_user_has_five_streams_and_gets_the_place_of_one_that_ends(self):
        open_ones = [self.reader("ben") for _ in range(5)]
        self.assertTrue(all("200 OK" in reader.head for reader in open_ones))
        self.assertIn("429", self.reader("ben").head)
        open_ones[0].close()
        wait_until("a place", lambda: "200 OK" in self.reader("ben").head, 10, 0.2)

    def test_a_stream_ends_within_a_second_when_its_user_is_disabled(self):
        self.must(201, "POST", "/admin/users", "admin", {"login": "lena", "role": "engineer"})
        users = self.must(200, "GET", "/admin/users", "admin").json["items"]
        lena = next(u for u in users if u["login"] == "lena")
        self.must(204, "PUT", f"/admin/users/{lena['id']}/password", "admin", {"new": "correct horse battery"})
        signed = self.must(200, "POST", "/auth/sign-in", None, {"login": "lena", "password": "correct horse battery"})
        cookie = signed.headers["Set-Cookie"].split(";")[0]
        headers = {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}
        token = self.must(201, "POST", "/me/tokens", None, {"label": "t"}, headers).json["token"]
        reader = Reader(self.berth.port, token)
        wait_until("the stream to begin", lambda: reader.events)
        began = time.monotonic()
        self.must(200, "PATCH", f"/admin/users/{lena['id']}", "admin", {"is_active": False})
        self.assertTrue(reader.ended.wait(5))
        self.assertLess(time.monotonic() - began, 5)


if __name__ == "__main__":
    unittest.main()
