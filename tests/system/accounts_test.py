"""People: passwords, cookies, tokens, quotas, roles, and their end."""

import threading
import unittest

from stack_test import StackTest

GOOD = "correct horse battery"


def cookie_of(answer):
    return answer.headers["Set-Cookie"].split(";")[0]


class Accounts(StackTest):
    def create(self, login, role="engineer", password=GOOD, **more):
        body = {"login": login, "role": role, "password": password, **more}
        return self.must(201, "POST", "/admin/users", "admin", body).json

    def sign_in(self, login, password=GOOD):
        return self.must(200, "POST", "/auth/sign-in", None, {"login": login, "password": password})

    def with_cookie(self, method, path, cookie, body=None, site="same-origin"):
        return self.call(method, path, None, body, {"Cookie": cookie, "Sec-Fetch-Site": site})

    def test_a_browser_signs_in_with_a_cookie_that_scripts_and_other_sites_cannot_use(self):
        self.create("cara")
        answer = self.sign_in("cara")
        for part in ("__Host-berth=", "Path=/", "Secure", "HttpOnly", "SameSite=Lax"):
            self.assertIn(part, answer.headers["Set-Cookie"])
        cookie = cookie_of(answer)
        self.assertEqual(self.with_cookie("GET", "/me", cookie).json["login"], "cara")
        self.assertEqual(self.with_cookie("POST", "/me/tokens", cookie, {"label": "x"}).status, 201)
        self.assertEqual(self.with_cookie("POST", "/me/tokens", cookie, {"label": "x"}, "cross-site").status, 403)
        self.assertEqual(self.with_cookie("POST", "/auth/sign-out", cookie).status, 204)
        self.assertEqual(self.with_cookie("GET", "/me", cookie).status, 401)

    def test_wrong_password_unknown_and_disabled_users_are_answered_alike(self):
        user = self.create("dora")
        self.must(200, "PATCH", f"/admin/users/{user['id']}", "admin", {"is_active": False, "reason": "left"})
        told = []
        for login, password in (("ana", GOOD), ("nobody", GOOD), ("dora", GOOD)):
            answer = self.must(401, "POST", "/auth/sign-in", None, {"login": login, "password": password})
            told.append({k: v for k, v in answer.json.items() if k != "request_id"})
        self.assertEqual(told[0], told[1])
        self.assertEqual(told[0], told[2])

    def test_whoever_is_in_the_list_can_sign_in(self):
        creating = threading.Thread(target=self.create, args=("lara",))
        creating.start()
        while "lara" not in [user["login"] for user in self.must(200, "GET", "/admin/users", "admin").json["items"]]:
            pass
        self.sign_in("lara")
        creating.join()

    def test_a_password_that_is_refused_leaves_no_user_and_names_its_field(self):
        body = {"login": "mara", "role": "engineer", "password": "password1234"}
        refused = self.must(422, "POST", "/admin/users", "admin", body)
        self.assertEqual([error["pointer"] for error in refused.json["errors"]], ["#/password"])
        mara = self.create("mara")
        refused = self.must(422, "PUT", f"/admin/users/{mara['id']}/password", "admin", {"new": "password1234"})
        self.assertEqual([error["pointer"] for error in refused.json["errors"]], ["#/new"])

    def test_guessing_gets_slower(self):
        statuses = [self.call("POST", "/auth/sign-in", None, {"login": "eve", "password": "x"}).status
                    for _ in range(7)]
        self.assertEqual(statuses, [401] * 6 + [429])
        refused = self.must(429, "POST", "/auth/sign-in", None, {"login": "eve", "password": "x"})
        self.assertGreaterEqual(int(refused.headers["Retry-After"]), 1)

    def test_disabling_ends_tokens_and_cookies_at_once(self):
        user = self.create("fred")
        cookie = cookie_of(self.sign_in("fred"))
        token = self.with_cookie("POST", "/me/tokens", cookie, {"label": "laptop"}).json["token"]
        self.assertEqual(self.berth.call("GET", "/me", token).status, 200)
        self.must(200, "PATCH", f"/admin/users/{user['id']}", "admin", {"is_active": False})
        self.assertEqual(self.berth.call("GET", "/me", token).status, 401)
        self.assertEqual(self.with_cookie("GET", "/me", cookie).status, 401)
        self.must(200, "PATCH", f"/admin/users/{user['id']}", "admin", {"is_active": True})
        self.assertEqual(self.berth.call("GET", "/me", token).status, 401)
        self.sign_in("fred")

    def test_a_new_password_ends_the_old_one_and_its_browsers(self):
        self.create("gina")
        cookie = cookie_of(self.sign_in("gina"))
        wrong = self.with_cookie("PUT", "/me/password", cookie, {"current": "not it", "new": GOOD + "!"})
        self.assertEqual(wrong.status, 403)
        short = self.with_cookie("PUT", "/me/password", cookie, {"current": GOOD, "new": "short"})
        self.assertEqual(short.status, 422)
        done = self.with_cookie("PUT", "/me/password", cookie, {"current": GOOD, "new": GOOD + "!"})
        self.assertEqual(done.status, 204)
        self.assertEqual(self.with_cookie("GET", "/me", cookie).status, 401)
        self.must(401, "POST", "/auth/sign-in", None, {"login": "gina", "password": GOOD})
        self.sign_in("gina", GOOD + "!")

    def test_a_token_is_shown_once_used_and_revoked_by_its_owner(self):
        issued = self.must(201, "POST", "/me/tokens", "ben", {"label": "ci", "expires_in_days": 30}).json
        self.assertEqual(self.berth.call("GET", "/me", issued["token"]).json["login"], "ben")
        listed = {t["id"]: t for t in self.must(200, "GET", "/me/tokens", "ben").json["items"]}
        self.assertNotIn("token", listed[issued["id"]])
        self.assertIsNotNone(listed[issued["id"]]["last_used"])
        self.must(404, "DELETE", f"/me/tokens/{issued['id']}", "ana")
        self.must(204, "DELETE", f"/me/tokens/{issued['id']}", "ben")
        self.assertEqual(self.berth.call("GET", "/me", issued["token"]).status, 401)

    def test_quota_exceeded_is_refused_with_the_numbers_and_an_admin_can_raise_it(self):
        user = self.create("hugo", quota=1)
        token = self.with_cookie("POST", "/me/tokens", cookie_of(self.sign_in("hugo")), {"label": "t"}).json["token"]
        body = {"template_id": 2, "duration_minutes": 60}
        first = self.berth.call("POST", "/sessions", token, body)
        self.assertEqual(first.status, 201)
        refused = self.berth.call("POST", "/sessions", token, body)
        self.assertEqual(refused.status, 409)
        self.assertEqual(refused.json["type"], "/problems/quota-exceeded")
        self.assertIn("1 of 1", refused.json["detail"])
        self.must(200, "PATCH", f"/admin/users/{user['id']}", "admin", {"quota": 2})
        second = self.berth.call("POST", "/sessions", token, body)
        self.assertEqual(second.status, 201)
        self.berth.call("DELETE", second.headers["Location"], token)
        self.assertEqual(self.berth.call("POST", "/sessions", token, body).status, 201)

    def test_the_last_admin_stays_one(self):
        for change in ({"is_active": False}, {"role": "engineer"}):
            self.must(409, "PATCH", "/admin/users/1", "admin", change)
        self.must(200, "PATCH", "/admin/users/1", "admin", {"quota": 3})

    def test_a_change_of_an_old_version_is_refused(self):
        user = self.create("ines")
        path = f"/admin/users/{user['id']}"
        tag = self.must(200, "GET", path, "admin").headers["ETag"]
        self.must(304, "GET", path, "admin", headers={"If-None-Match": tag})
        self.must(200, "PATCH", path, "admin", {"quota": 5}, {"If-Match": tag})
        self.must(412, "PATCH", path, "admin", {"quota": 6}, {"If-Match": tag})
        self.must(412, "PATCH", path, "admin", {"quota": 6}, {"If-Match": "nonsense"})

    def test_what_admins_do_is_in_the_audit_with_their_names(self):
        user = self.create("jane")
        self.must(200, "PATCH", f"/admin/users/{user['id']}", "admin", {"role": "auditor"})
        items = self.must(200, "GET", "/admin/audit?limit=20", "vera").json["items"]
        entry = next(i for i in items if i["type"] == "role_changed")
        self.assertEqual((entry["actor_login"], entry["stream"]), ("admin", f"user-{user['id']}"))
        positions = [i["position"] for i in items]
        self.assertEqual(positions, sorted(positions, reverse=True))
        older = self.must(200, "GET", f"/admin/audit?before={positions[-1]}&limit=5", "vera").json["items"]
        self.assertEqual(older[0]["position"], positions[-1] - 1)

    def test_no_secret_reaches_the_log_or_the_output(self):
        password = "canary canary canary"
        self.create("kate", password=password)
        cookie = cookie_of(self.sign_in("kate", password)).split("=", 1)[1]
        token = self.with_cookie("POST", "/me/tokens", f"__Host-berth={cookie}", {"label": "t"}).json["token"]
        exported = self.berth.replay("export").stdout
        self.assertIn('"kate"', exported)
        for secret in (password, cookie, token):
            self.assertNotIn(secret, exported)
            self.assertNotIn(secret, self.berth.log.read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
