"""1,000 malformed, oversized, slow and hostile requests over raw sockets: berthd refuses each in words, and lives on."""

import json
import pathlib
import random
import re
import socket
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools/dev"))

from local_stack import Failed, Stack, wait_until  # noqa: E402

SEED = 20240607
REQUESTS = 1000
SLOW_SOCKETS = 8
MOST_GROWTH_KIB = 64 * 1024


def check(condition, why):
    if not condition:
        raise Failed(why)


def head(method="GET", target="/healthz", *fields, host="Host: berth"):
    lines = [f"{method} {target} HTTP/1.1", *([host] if host else []), *fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


class Attacks:
    """Each method is one kind of attack: the bytes of one request, with details drawn from the seed."""

    def __init__(self, token, seed=SEED):
        self.token = f"Authorization: Bearer {token}"
        self.random = random.Random(seed)

    def kinds(self):
        return sorted(name for name in vars(Attacks) if name.startswith("send_"))

    def noise(self, most=400):
        return self.random.randbytes(self.random.randint(1, most))

    def launch(self, body, *fields):
        length = () if any("content-length" in f.lower() or "transfer-encoding" in f.lower() for f in fields) \
            else (f"Content-Length: {len(body)}",)
        return head("POST", "/sessions", self.token, "Content-Type: application/json", *length, *fields) + body

    def send_noise(self):
        return self.noise()

    def send_bad_request_line(self):
        return self.random.choice([
            b"GET\r\n\r\n", b"GET /healthz\r\n\r\n", b"GET  /healthz HTTP/1.1\r\n\r\n",
            b"GET /healthz HTTP/1.1 x\r\n\r\n",
            b"G\x00T /healthz HTTP/1.1\r\nHost: a\r\n\r\n", b"GET /healthz HTTP/9.9\r\n\r\n",
            b"GET /healthz http/1.1\r\n\r\n",
            b" GET /healthz HTTP/1.1\r\n\r\n", b"GET\t/healthz\tHTTP/1.1\r\n\r\n", b"GET /healthz HTTP/1.\r\n\r\n",
            b"\r\n\r\n\r\n", b"GET /a b c HTTP/1.1\r\nHost: a\r\n\r\n", b"GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n"])

    def send_strange_method(self):
        method = self.random.choice(["TRACE", "CONNECT", "get", "PROPFIND", "HEAD", "OPTIONS", "A" * 300, "GE(T"])
        return head(method, self.random.choice(["/healthz", "*", "/sessions", "berth:443"]), self.token)

    def send_bad_header_bytes(self):
        name, value = self.random.choice([
            (b"X Y", b"1"), (b"X\x00", b"1"), (b"X", b"a\x00b"), (b"X", b"a\rb"), (b"X", b"a\nb"), (b"", b"1"),
            (b"X ", b"1"), (b"X", b"\x7f\x1b[31m"), (b"\xc3\xa9", b"1"), (b"X", b"\xff\xfe" * 20), (b"X(", b"1")])
        return b"GET /me HTTP/1.1\r\nHost: a\r\n" + name + b": " + value + b"\r\n\r\n"

    def send_no_colon(self):
        return b"GET /me HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n"

    def send_folded_header(self):
        return b"GET /me HTTP/1.1\r\nHost: a\r\nX: 1\r\n" + self.random.choice([b" ", b"\t"]) + b"folded: 2\r\n\r\n"

    def send_bare_line_feeds(self):
        return b"GET /healthz HTTP/1.1\nHost: a\n\n"

    def send_both_lengths(self):
        fields = ["Transfer-Encoding: chunked", "Content-Length: 4"]
        self.random.shuffle(fields)
        return self.launch(b"0\r\n\r\nGET /me HTTP/1.1\r\n\r\n", *fields)

    def send_two_lengths(self):
        return self.launch(b"{}{}", f"Content-Length: {self.random.choice([2, 4])}", "Content-Length: 4")

    def send_bad_length(self):
        return self.launch(b"{}", "Content-Length: " + self.random.choice(
            ["-1", "+2", "2x", "0x2", "2, 2", "99999999999999999999", "18446744073709551615", "", " ", "1e1",
                "٢".encode().decode("latin-1")]))

    def send_two_hosts(self):
        return head("GET", "/healthz", "Host: other", self.token)

    def send_strange_host(self):
        return head("GET", "/api/docs", self.token, host=self.random.choice(
            ["", "Host:", "Host: a b", "Host: <script>", "Host: " + "h" * 5000, "Host: [::1", "Host: \xff"]))

    def send_chunk_games(self):
        chunks = self.random.choice([
            b"zz\r\n{}\r\n0\r\n\r\n", b"-2\r\n{}\r\n0\r\n\r\n", b"ffffffffffffffff\r\n{}",
            b"2;" + b"x" * 9000 + b"\r\n{}\r\n0\r\n\r\n",
            b"2\r\n{}0\r\n\r\n", b"2\r\n{}\r\n0\r\nX: 1\r\nContent-Length: 9\r\n\r\n", b"2\n{}\n0\n\n",
            b"11000\r\n" + b"x" * 0x11000,
            b"0\r\n" + b"T: x\r\n" * 3000 + b"\r\n", b"1\r\n{\r\n" * 500 + b"0\r\n\r\n"])
        coding = self.random.choice(["chunked", "Chunked", "chunked, chunked", "gzip, chunked", "xchunked", "identity"])
        return self.launch(chunks, f"Transfer-Encoding: {coding}")

    def send_cut_body(self):
        return self.launch(b'{"template_id": 2', "Content-Length: 400")

    def send_large_body(self):
        return self.launch(b" " * self.random.choice([65_537, 100_000, 300_000]))

    def send_long_target(self):
        return head("GET", "/sessions/" + "a" * self.random.choice([2_000, 2_100, 7_000, 9_000, 70_000]), self.token)

    def send_long_headers(self):
        return head("GET", "/me",
            *(f"X-{i}: {'y' * self.random.randint(0, 90)}" for i in range(self.random.choice([50, 200, 1000]))))

    def send_path_trick(self):
        path = self.random.choice([
            "/sessions/%2e%2e/admin/users", "/../../etc/passwd", "/sessions/..%2f..%2fetc", "//admin/users",
            "/admin//users", "/me%00",
            "/me/", "/me;role=admin", "/sessions/.", "/%6de", "/me%", "/me%zz", "/sessions?limit=%00",
            "/sessions?limit=" + "9" * 60,
            "/sessions?limit=-1&limit=5", "/sessions?status=%ff%fe", "/sessions?cursor='%20or%201=1--",
            "/api/v1/api/v1/me", "/api/v1", "/api/v1/",
            "/admin/audit?before=-9223372036854775809", "/admin/audit?before=0", "/admin/sessions?owner=1e9&open=maybe",
            "/admin/users/99999999999999999999", "/admin/users/-1", "/admin/nodes/%0d%0aSet-Cookie:x",
            "/admin/templates/1.5", "http://berth/me",
            "/sessions/\xc3\xa9", "/?&&==&", "#", "?", ""])
        return head(self.random.choice(["GET", "DELETE", "POST"]), path, self.token, "Content-Length: 0")

    def send_hostile_json(self):
        return self.launch(self.random.choice([
            b"null", b"[]", b'"x"', b"7", b"true", b"", b"{", b"{}", b"{} {}", b"[" * 30_000, b'{"a":' * 10_000,
            b'{"template_id": "\xff\xfe"}',
            b'{"template_id": 2, "template_id": 2, "duration_minutes": 9}', b'{"template_id": 1e999}',
            b'{"template_id": -0}',
            b'{"template_id": 9223372036854775808, "duration_minutes": NaN}', b'{"\\u0000": 1}',
            b'{"template_id": "\\ud800"}',
            b'\xef\xbb\xbf{"template_id": 2}', b"{'template_id': 2}", b'{"template_id": {"$ne": null}}',
            b'{"__proto__": {}}', b"\x00" * 60_000,
            b'{"session_type": "' + b"e" * 60_000 + b'"}']))

    def send_strange_type(self):
        return head("POST", "/sessions", self.token, "Content-Length: 2", "Content-Type: " + self.random.choice(
            ["", "text/plain", "application/json; charset=utf-16", "application/jsonx",
                "multipart/form-data; boundary=x", "\xff", "a" * 3000])) + b"{}"

    def send_strange_credential(self):
        field = self.random.choice([
            "Authorization: Bearer", "Authorization: Bearer  ", "Authorization: Bearer \xff\xfe",
            "Authorization: Bearer " + "a" * 7000,
            "Authorization: Basic OjpOg==", "Authorization: bearer bearer bearer",
            "Authorization: Bearer berth_' or 1=1--",
            "Cookie: __Host-berth=" + "A" * 5000, "Cookie: __Host-berth=;;;=;", "Cookie: " + "a=b; " * 1000,
            "Cookie: __Host-berth=\x01"])
        return head(self.random.choice(["GET", "POST"]), self.random.choice(["/me", "/sessions", "/auth/sign-out"]),
            field, "Content-Length: 0")

    def send_strange_key(self):
        return self.launch(b'{"template_id": 2}',
            "Idempotency-Key: " + self.random.choice(["", "x", "k" * 129, "k" * 7000, "\xff" * 20, "a b\tc d e f"]))

    def send_strange_precondition(self):
        return head("GET", "/admin/users", self.token, self.random.choice(["If-Match", "If-None-Match"]) + ": "
                    + self.random.choice(["*", '"', 'W/"', '"' * 900, "\xff", ", , ,", '"9223372036854775808"',
                        '"-1"']))

    def send_strange_event_id(self):
        return head("GET", "/events", "Last-Event-ID: " + self.random.choice(["-1", "x", "9" * 300, "\xff"]))

    def send_pipeline(self):
        good = head("GET", "/healthz")
        return good * self.random.randint(2, 20) + self.random.choice([b"", self.noise(), head("GET", "/me"), good[:9]])

    def send_upgrade(self):
        return head("GET", "/events", "Connection: Upgrade",
                    "Upgrade: " + self.random.choice(["websocket", "h2c", "TLS/1.0"]),
                    "Sec-WebSocket-Key: eA==", "Sec-WebSocket-Version: 13")

    def send_expectation(self):
        return self.launch(b"null", "Expect: " + self.random.choice(["100-continue", "the-impossible"]))

    def send_old_protocol(self):
        return self.random.choice([b"GET /healthz\r\n", b"GET /me\n", b"GET /me HTTP/1.0\r\n\r\n",
            b"GET /me HTTP/0.9\r\n\r\n"])

    def send_other_protocol(self):
        return self.random.choice([
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + self.random.randbytes(509), b"SSH-2.0-OpenSSH_9.2\r\n",
            b"\x05\x01\x00", b"EHLO berth\r\nQUIT\r\n", b"*1\r\n$4\r\nPING\r\n", b"\x03\x00\x00\x13\x0e\xe0\x00\x00"])

    def send_mutated_request(self):
        request = bytearray(self.launch(b'{"template_id": 2, "duration_minutes": 999}'))
        for _ in range(self.random.randint(1, 6)):
            request[self.random.randrange(len(request))] = self.random.randrange(256)
        return bytes(request)


def exchange(port, request, cut):
    """What comes back until the server hangs up. Whoever cuts ends their side without waiting to read it all."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), 15) as raw:
        try:
            raw.sendall(request)
            raw.shutdown(socket.SHUT_WR)
            while not (cut and received) and (chunk := raw.recv(65536)):
                received += chunk
        except ConnectionError:
            pass  # It may hang up on a client that goes on sending.
    return received


def answers_in(received):
    """Status, content type and body of each answer of a connection; of the last one perhaps a part."""
    while found := re.match(rb"HTTP/1\.[01] (\d{3}) [^\r]*\r\n(.*?)\r\n\r\n", received, re.DOTALL):
        fields = dict(re.findall(rb"(?im)^([^:\r\n]+):[ \t]*([^\r\n]*)", found[2].lower()))
        end = found.end() + int(fields.get(b"content-length", 0))
        whole = end <= len(received)
        yield int(found[1]), fields.get(b"content-type", b"").decode(), received[found.end():end] if whole else None
        received = received[end:]


def complain(status, kind, body):
    """Why this answer is not what a hostile request deserves; empty when it is."""
    if status >= 500:
        return f"{status} {body}"
    if status < 400 or body is None:
        return ""
    if kind != "application/problem+json":
        return f"{status} is no problem document but '{kind}'"
    if body and json.loads(body)["status"] != status:
        return f"{status} says of itself {body}"
    return ""


def resident_kib(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1])


def is_over(slow):
    """Whether the server has ended this connection."""
    try:
        return slow.recv(4096) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


def drip(sockets):
    """One more byte of a request that never ends, on each."""
    for slow in sockets:
        try:
            slow.send(b"x")
        except OSError:
            pass  # It was hung up on, as it should be.


def test_a_thousand_hostile_requests_are_survived(stack):
    berth = stack.berth
    pid = berth.process.pid
    before = resident_kib(pid)
    attacks = Attacks(stack.tokens["admin"])
    kinds = attacks.kinds()
    slow = [socket.create_connection(("127.0.0.1", berth.port), 15) for _ in range(SLOW_SOCKETS)]
    for each in slow:
        each.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ")
        each.setblocking(False)
    complaints = []
    for number in range(REQUESTS):
        kind = kinds[number % len(kinds)]
        request = getattr(attacks, kind)()
        for answer in answers_in(exchange(berth.port, request, cut=number % 5 == 0)):
            if why := complain(*answer):
                complaints.append(f"{kind} {request[:120]!r}: {why}")
        if number % 20 == 0:
            drip(slow)
        check(berth.process.poll() is None, f"berthd died of {kind} {request[:300]!r}")
    check(not complaints, "\n".join([f"{len(complaints)} wrong answers", *complaints[:20]]))
    wait_until("the slow ones to be hung up on", lambda: all(is_over(each) for each in slow), 30)
    for each in slow:
        each.close()
    check(berth.process.pid == pid and berth.process.poll() is None, "berthd is gone")
    grown = resident_kib(pid) - before
    check(grown < MOST_GROWTH_KIB, f"berthd has grown by {grown} KiB")


def test_people_are_served_afterwards(stack):
    token = stack.tokens["ana"]
    launched = stack.berth.call("POST", "/sessions", token, {"template_id": 2, "duration_minutes": 30})
    check(launched.status == 201, f"launch: {launched.status} {launched.text}")
    path = launched.headers["Location"]
    wait_until("the session", lambda: stack.berth.call("GET", path, token).json["status"] == "active")
    check(stack.berth.call("DELETE", path, token).status == 204, "cannot be ended")


def main():
    passed = failed = 0
    with Stack(time_scale=20, poll_ms=200) as stack:
        for test in [test for name, test in globals().items() if name.startswith("test_")]:
            try:
                test(stack)
                passed += 1
            except (Failed, OSError, KeyError, ValueError) as why:
                failed += 1
                print(f"FAILED {test.__name__}: {why}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
