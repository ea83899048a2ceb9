"""What browsers get: pages where people go, refusals that they can read, and dates on everything."""

import email.utils
import http.client
import pathlib
import socket
import tempfile
import time
import unittest

from stack_test import StackTest

NAVIGATES = {"Sec-Fetch-Mode": "navigate", "Accept": "text/html"}
NOWHERE = "01JD0000000000000000000000"


class WebTest(StackTest):
    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory(prefix="berth-web-")
        cls.addClassCleanup(directory.cleanup)
        web = pathlib.Path(directory.name)
        (web / "index.html").write_text("<title>Berth</title>", encoding="utf-8")
        (web / "theme.js").write_text("theme", encoding="utf-8")
        cls.STACK = {"time_scale": 20, "web": web}
        super().setUpClass()

    def test_people_get_the_page_where_programs_get_the_answer(self):
        for path in ("/sessions", "/admin/audit", "/admin/audit/export", "/admin/audit/state?at=1"):
            page = self.berth.visit(path, self.stack.tokens["vera"])
            self.assertEqual((page.status, page.text), (200, "<title>Berth</title>"), path)
        self.assertIn("items", self.must(200, "GET", "/sessions", "vera").json)

    def test_a_desktop_that_does_not_open_leads_to_a_page_that_says_why(self):
        session = self.launch()
        self.addCleanup(self.end, session)

        def led_to(who, to=session):
            answer = self.call("GET", f"/sessions/{to}/desktop", who, headers=NAVIGATES)
            self.assertEqual((answer.status, answer.text), (303, ""))
            return answer.headers["Location"]

        self.assertEqual(led_to(None), f"/sign-in?next=/sessions/{session}")
        self.assertEqual(led_to("ben"), f"/sessions/{session}?problem=forbidden")
        self.assertEqual(led_to("ana", NOWHERE), f"/sessions/{NOWHERE}?problem=not-found")
        self.assertEqual(led_to("ana"), f"/sessions/{session}?problem=not-configured")
        self.must(401, "GET", f"/sessions/{session}/desktop")
        self.must(403, "GET", f"/sessions/{session}/desktop", "ben")

    def test_every_answer_is_dated(self):
        for path in ("/healthz", "/theme.js", "/nothing", "/me"):
            answer = self.berth.visit(path, headers={"Sec-Fetch-Mode": "cors"})
            said = email.utils.parsedate_to_datetime(answer.headers["Date"])
            self.assertLess(abs(said.timestamp() - time.time()), 60, path)
            self.assertTrue(answer.headers["Date"].endswith(" GMT"))

    def test_a_stream_is_dated(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.berth.port, timeout=10)
        self.addCleanup(connection.close)
        connection.request("GET", "/events", headers={"Authorization": f"Bearer {self.stack.tokens['ana']}"})
        self.assertTrue(connection.getresponse().headers["Date"])

    def test_head_has_the_length_of_the_body_and_no_body(self):
        for path, status in (("/theme.js", "200"), ("/healthz", "405")):
            with socket.create_connection(("127.0.0.1", self.berth.port), timeout=10) as connection:
                connection.sendall(f"HEAD {path} HTTP/1.1\r\nHost: b\r\n\r\n"
                                   "GET /healthz HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n".encode())
                head, following = connection.makefile("rb").read().decode().split("\r\n\r\n", 1)
            self.assertEqual(head.split()[1], status)
            self.assertNotIn("Content-Length: 0", head)
            self.assertTrue(following.startswith("HTTP/1.1 200 OK\r\n"), following)


if __name__ == "__main__":
    unittest.main()
