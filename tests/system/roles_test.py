"""Every route with every role: who may, who may not, and what strangers are told."""

import unittest

from stack_test import StackTest

NOBODY, ENGINEER, ADMIN, AUDITOR = "nobody", "ana", "admin", "vera"
EVERYBODY = {ENGINEER, ADMIN, AUDITOR}
READERS = {ADMIN, AUDITOR}

NOWHERE = "01JD0000000000000000000000"

# Method, path, body, who may call it. Paths name things that do not exist, so that nothing is changed:
# whoever may call gets 404 or 422 there, and never 401 or 403.
ROUTES = [
    ("GET", "/healthz", None, EVERYBODY | {NOBODY}),
    ("GET", "/readyz", None, EVERYBODY | {NOBODY}),
    ("GET", "/api/openapi.json", None, EVERYBODY | {NOBODY}),
    ("GET", "/api/docs", None, EVERYBODY | {NOBODY}),
    ("GET", "/metrics", None, READERS),
    ("POST", "/auth/sign-out", None, EVERYBODY),
    ("GET", "/me", None, EVERYBODY),
    ("PUT", "/me/password", {}, EVERYBODY),
    ("GET", "/me/tokens", None, EVERYBODY),
    ("POST", "/me/tokens", {}, EVERYBODY),
    ("DELETE", "/me/tokens/0000000000000000", None, EVERYBODY),
    ("GET", "/templates", None, EVERYBODY),
    ("POST", "/sessions", {}, {ENGINEER, ADMIN}),
    ("GET", "/sessions", None, EVERYBODY),
    ("GET", f"/sessions/{NOWHERE}", None, EVERYBODY),
    ("DELETE", f"/sessions/{NOWHERE}", None, {ENGINEER, ADMIN}),
    ("POST", f"/sessions/{NOWHERE}/extend", {}, {ENGINEER, ADMIN}),
    ("DELETE", f"/sessions/{NOWHERE}/vm", None, {ENGINEER, ADMIN}),
    ("GET", f"/sessions/{NOWHERE}/history", None, EVERYBODY),
    ("GET", f"/sessions/{NOWHERE}/desktop", None, {ENGINEER, ADMIN}),
    ("GET", "/events?colour=red", None, EVERYBODY),
    ("GET", "/admin/sessions", None, READERS),
    ("POST", f"/admin/sessions/{NOWHERE}/end", {}, {ADMIN}),
    ("GET", f"/admin/sessions/{NOWHERE}/placement", None, READERS),
    ("GET", "/admin/nodes", None, READERS),
    ("POST", "/admin/nodes", {}, {ADMIN}),
    ("GET", "/admin/nodes/nowhere", None, READERS),
    ("PATCH", "/admin/nodes/nowhere", {}, {ADMIN}),
    ("DELETE", "/admin/nodes/nowhere", None, {ADMIN}),
    ("POST", "/admin/nodes/nowhere/maintenance", {}, {ADMIN}),
    ("POST", "/admin/nodes/nowhere/drain", {}, {ADMIN}),
    ("POST", "/admin/nodes/nowhere/return", None, {ADMIN}),
    ("GET", "/admin/templates", None, READERS),
    ("POST", "/admin/templates", {}, {ADMIN}),
    ("GET", "/admin/templates/999", None, READERS),
    ("PATCH", "/admin/templates/999", {}, {ADMIN}),
    ("GET", "/admin/users", None, READERS),
    ("POST", "/admin/users", {}, {ADMIN}),
    ("GET", "/admin/users/999", None, READERS),
    ("PATCH", "/admin/users/999", {}, {ADMIN}),
    ("PUT", "/admin/users/999/password", {}, {ADMIN}),
    ("GET", "/admin/reconciliation", None, READERS),
    ("POST", "/admin/reconciliation", None, {ADMIN}),
    ("GET", "/admin/audit", None, READERS),
    ("GET", "/admin/audit/types", None, READERS),
    ("GET", "/admin/audit/state?at=999999", None, READERS),
    ("GET", "/admin/audit/verification", None, READERS),
    ("GET", "/admin/audit/export", None, READERS),
]


class Roles(StackTest):
    def test_every_route_answers_every_role_as_its_row_says(self):
        for method, path, body, allowed in ROUTES:
            for who in (NOBODY, ENGINEER, ADMIN, AUDITOR):
                with self.subTest(route=f"{method} {path}", who=who):
                    status = self.call(method, path, None if who == NOBODY else who, body).status
                    if who in allowed:
                        self.assertNotIn(status, (401, 403))
                    else:
                        self.assertEqual(status, 401 if who == NOBODY else 403)

    def test_the_table_has_every_described_route(self):
        from contract import document, find_operation
        described = {operation["operationId"] for item in document()["paths"].values()
                     for method, operation in item.items() if method != "parameters"}
        tested = {find_operation(method, path)["operationId"] for method, path, _, _ in ROUTES}
        self.assertEqual(described - tested, {"signIn"})  # Whoever signs in has no role yet.

    def test_the_alias_with_a_version_answers_alike(self):
        self.assertEqual(self.call("GET", "/api/v1/me", ENGINEER).json, self.call("GET", "/me", ENGINEER).json)
        self.assertEqual(self.call("GET", "/api/v1/admin/users", ENGINEER).status, 403)

    def test_a_stranger_learns_nothing_from_a_wrong_token(self):
        for token in ("berth_wrong", "", "x" * 1000):
            self.assertEqual(self.berth.call("GET", "/me", headers={"Authorization": f"Bearer {token}"}).status, 401)


if __name__ == "__main__":
    unittest.main()
