"""A Postman collection of the description, run against the live stack."""

import json
import pathlib
import subprocess
import unittest

from stack_test import StackTest

LEFT_OUT = {"followEvents"}  # A stream has no end, and newman waits for the end of every answer.

API = pathlib.Path(__file__).resolve().parents[2] / "tools/api"


class PostmanTest(StackTest):
    STACK = {"time_scale": 40, "poll_ms": 100, "desktops": "json"}

    def test_the_collection_walks_through_every_operation_of_the_served_description(self):
        directory = pathlib.Path(self.stack.directory.name)
        served = self.must(200, "GET", "/api/openapi.json").json
        (directory / "openapi.json").write_text(json.dumps(served), encoding="utf-8")
        subprocess.run([API / "collection", directory / "openapi.json", directory / "collection.json"], check=True)
        variables = {"baseUrl": f"http://127.0.0.1:{self.berth.port}", "bearerToken": self.stack.tokens["admin"],
                     "password": self.stack.passwords["admin"]}
        done = subprocess.run(
            [API / "node_modules/.bin/newman", "run", directory / "collection.json", "--color", "off",
             "--delay-request", "100", "--timeout", "60000", "--reporters", "cli,json",
             "--reporter-json-export", directory / "run.json",
             *(word for key, value in variables.items() for word in ("--env-var", f"{key}={value}"))],
            capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stdout[-8000:] + done.stderr)
        run = json.loads((directory / "run.json").read_text(encoding="utf-8"))["run"]
        self.assertEqual(run["failures"], [])
        described = [operation["summary"] for path in served["paths"].values()
                     for method, operation in path.items()
                     if method != "parameters" and operation["operationId"] not in LEFT_OUT]
        asked = {step["item"]["name"] for step in run["executions"]}
        self.assertEqual(sorted(asked), sorted(described))


if __name__ == "__main__":
    unittest.main()
