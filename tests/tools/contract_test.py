"""The check of answers against the API's description: it lets right ones pass, and tells each kind of drift."""

import json
import pathlib
import sys
import types
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools" / "dev"))
import contract  # noqa: E402

USER = {"id": 2, "login": "ana", "role": "engineer", "quota": 2, "open_sessions": 0, "is_active": True,
        "has_password": False, "registered_at": "2025-01-02T03:04:05Z"}
PROBLEM = {"type": "/problems/not-found", "title": "Nothing is here", "status": 404, "detail": "look elsewhere",
           "instance": "/me", "request_id": "0123456789abcdef"}


def answer(status, body=None, kind="application/json", **headers):
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        fields["Content-Type"] = kind
    return types.SimpleNamespace(status=status, headers=fields, json=body, text="" if body is None else json.dumps(body))


class Contract(unittest.TestCase):
    def passes(self, method, path, what):
        contract.check(method, path, what)

    def breaks(self, method, path, what, why):
        with self.assertRaisesRegex(contract.Broken, why):
            contract.check(method, path, what)

    def test_an_answer_as_described_passes_under_both_prefixes(self):
        self.passes("GET", "/me", answer(200, USER))
        self.passes("GET", "/api/v1/me?x=1", answer(200, USER))

    def test_a_problem_passes_where_problems_are_described(self):
        self.passes("GET", "/me", answer(404, PROBLEM, "application/problem+json"))
        self.passes("GET", "/nothing", answer(404, PROBLEM, "application/problem+json"))

    def test_a_missing_field_is_told(self):
        self.breaks("GET", "/me", answer(200, {k: v for k, v in USER.items() if k != "quota"}), "quota")

    def test_a_field_that_nobody_described_is_told(self):
        self.breaks("GET", "/me", answer(200, {**USER, "password_hash": "x"}), "password_hash")

    def test_a_field_of_another_type_is_told(self):
        self.breaks("GET", "/me", answer(200, {**USER, "id": "2"}), r"\$\.id")

    def test_a_value_outside_the_enumeration_is_told(self):
        self.breaks("GET", "/me", answer(200, {**USER, "role": "root"}), r"\$\.role")

    def test_a_time_that_is_not_in_utc_is_told(self):
        for time in ("2025-01-02T03:04:05+01:00", "2025-01-02", "yesterday, Z"):
            self.breaks("GET", "/me", answer(200, {**USER, "registered_at": time}), r"\$\.registered_at")

    def test_a_fault_deep_inside_a_list_is_told(self):
        self.breaks("GET", "/admin/users", answer(200, {"items": [USER, {**USER, "quota": -1}]}), r"items\[1\]\.quota")

    def test_another_content_type_is_told(self):
        self.breaks("GET", "/me", answer(200, USER, "text/plain"), "content type")
        self.breaks("GET", "/me", answer(404, PROBLEM), "content type")

    def test_a_status_that_nobody_described_is_told(self):
        self.breaks("GET", "/me", answer(202, USER), "202")
        self.breaks("GET", "/me", answer(301), "301")

    def test_lines_of_json_are_not_read_as_one_document(self):
        lines = types.SimpleNamespace(status=200, headers={"Content-Type": "application/x-ndjson"}, text="{}\n{}\n")
        self.passes("GET", "/admin/audit/export?limit=2", lines)

    def test_a_missing_header_is_told(self):
        self.breaks("POST", "/me/tokens", answer(201, {}), "Location")

    def test_a_body_where_there_is_none_is_told(self):
        self.breaks("DELETE", "/me/tokens/0123456789abcdef", answer(204, {}), "body")

    def test_a_path_that_nobody_described_is_told_when_it_works(self):
        self.breaks("GET", "/debug", answer(200, {}), "not described")
        self.breaks("DELETE", "/me", answer(204), "not described")


if __name__ == "__main__":
    unittest.main()
