"""What the README tells a newcomer to type."""

import os
import pathlib
import re
import subprocess
import unittest

from stack_test import StackTest

README = pathlib.Path(__file__).resolve().parents[2] / "README.md"


class ReadmeTest(StackTest):
    STACK = {"time_scale": 10, "desktops": "json"}

    def test_the_walk_through_works_with_curl_alone(self):
        script = re.search(r"```sh\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL).group(1)
        environment = dict(os.environ, BERTH=f"http://127.0.0.1:{self.berth.port}",
                           PASSWORD=self.stack.passwords["ana"], AUDITOR=self.stack.tokens["vera"])
        done = subprocess.run(["bash", "-eu", "-c", script], env=environment, cwd=self.stack.directory.name,
                              capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        said = done.stdout
        self.assertIn('"status":"active"', said)
        link = re.search(re.escape(self.stack.guacamole.url) + r"\S+", said).group()
        self.assertNotEqual(self.stack.guacamole.connect(link).status, 200, "the session is over")
        self.assertIn("Ubuntu 22.04", said)
        history = said[said.index('{"session_id"', said.index(link)):]
        for words in ("was asked for", "the desktop is ready", "the desktop was opened", "ended"):
            self.assertIn(words, history)
        self.assertNotIn("/problems/", said)


if __name__ == "__main__":
    unittest.main()
