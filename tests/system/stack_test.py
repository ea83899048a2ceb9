"""One running stack for all tests of a class."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools/dev"))

from local_stack import Stack, wait_until  # noqa: E402


class StackTest(unittest.TestCase):
    """Options go into STACK of the class."""

    STACK = {"time_scale": 20}

    @classmethod
    def setUpClass(cls):
        cls.stack = Stack(**cls.STACK)
        cls.stack.__enter__()
        cls.addClassCleanup(cls.stack.__exit__)
        cls.berth = cls.stack.berth

    def call(self, method, path, who=None, body=None, headers=None):
        return self.berth.call(method, path, self.stack.tokens[who] if who else None, body, headers)

    def must(self, status, method, path, who=None, body=None, headers=None):
        """The answer, which must have this status."""
        answer = self.call(method, path, who, body, headers)
        self.assertEqual(answer.status, status, answer.text)
        return answer

    def launch(self, who="ana", template=2, minutes=60, **more):
        body = {"template_id": template, "duration_minutes": minutes, **more}
        return self.must(201, "POST", "/sessions", who, body).json["id"]

    def wait_for(self, session, status, who="ana"):
        wait_until(f"the session to be {status}",
                   lambda: self.call("GET", f"/sessions/{session}", who).json["status"] == status, 90)

    def end(self, session, who="ana"):
        self.must(204, "DELETE", f"/sessions/{session}", who)
