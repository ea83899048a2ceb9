"""Sessions over their lives, as their owners and admins see them: pages, tags, limits, words."""

import datetime
import unittest

from stack_test import StackTest, wait_until


class SessionsTest(StackTest):
    STACK = {"time_scale": 40, "poll_ms": 100}

    def test_pages_follow_each_other_newest_first_and_can_be_filtered(self):
        made = [self.launch("ana"), self.launch("ana")]
        for session in made:
            self.addCleanup(self.call, "DELETE", f"/sessions/{session}", "ana")
        seen, path = [], "/sessions?limit=1"
        while path:
            page = self.must(200, "GET", path, "ana")
            seen += [one["id"] for one in page.json["items"]]
            self.assertEqual(len(page.json["items"]), 1)
            link = page.headers.get("Link")
            self.assertEqual(link is None, page.json["next_cursor"] is None)
            path = link and link[1:link.index(">")]
        self.assertEqual(seen[:2], made[::-1])
        self.assertEqual(seen, sorted(seen, reverse=True))
        over = self.must(200, "GET", "/sessions?status=expired", "ana").json["items"]
        self.assertEqual({one["status"] for one in over}, {"expired"})
        self.must(422, "GET", "/sessions?cursor=nonsense", "ana")

    def test_an_unchanged_session_is_not_sent_again(self):
        session = self.launch("ben")
        self.addCleanup(self.call, "DELETE", f"/sessions/{session}", "ben")
        self.wait_for(session, "active", "ben")
        path = f"/sessions/{session}"
        tag = self.must(200, "GET", path, "ben").headers["ETag"]
        self.must(304, "GET", path, "ben", headers={"If-None-Match": tag})
        self.must(200, "POST", f"{path}/extend", "ben", {"minutes": 30})
        self.assertNotEqual(self.must(200, "GET", path, "ben", headers={"If-None-Match": tag}).headers["ETag"], tag)

    def test_a_session_is_extended_up_to_eight_hours_in_all(self):
        session = self.launch("ben", minutes=240)
        self.addCleanup(self.call, "DELETE", f"/sessions/{session}", "ben")
        extended = self.must(200, "POST", f"/sessions/{session}/extend", "ben", {"minutes": 239}).json
        self.assertAlmostEqual(extended["time_remaining_seconds"], 479 * 60, delta=30)
        refused = self.must(422, "POST", f"/sessions/{session}/extend", "ben", {"minutes": 2}).json
        self.assertEqual([error["pointer"] for error in refused["errors"]], ["#/minutes"])
        self.must(422, "POST", f"/sessions/{session}/extend", "ben", {"minutes": 0})

    def test_a_session_names_its_template_and_how_long_it_can_be_extended(self):
        session = self.launch("ben")
        self.addCleanup(self.call, "DELETE", f"/sessions/{session}", "ben")
        listed = next(one for one in self.must(200, "GET", "/sessions", "ben").json["items"] if one["id"] == session)
        for shown in (listed, self.must(200, "GET", f"/sessions/{session}", "ben").json):
            self.assertEqual(shown["template"]["id"], 2)
            created, latest = (datetime.datetime.fromisoformat(shown[name].rstrip("Z"))
                               for name in ("created_at", "extendable_until"))
            self.assertEqual(latest - created, datetime.timedelta(hours=8))

    def test_the_history_has_the_steps_in_their_order_and_the_last_one_is_under_way(self):
        session = self.launch("ana")
        self.addCleanup(self.call, "DELETE", f"/sessions/{session}", "ana")
        self.wait_for(session, "active")
        steps = self.must(200, "GET", f"/sessions/{session}/history", "ana").json["steps"]
        self.assertEqual([step["name"] for step in steps], ["placing", "placed", "cloning", "configuring", "starting",
                                                            "waiting_for_address", "active"])
        self.assertEqual([step["attempt"] for step in steps], [0, 1, 1, 1, 1, 1, 1])
        self.assertEqual([step["ended_at"] for step in steps[:-1]], [step["began_at"] for step in steps[1:]])
        self.assertIsNone(steps[-1]["ended_at"])

    def test_a_template_tells_how_long_its_launches_took(self):
        made = self.must(201, "POST", "/admin/templates", "admin", {
            "name": "Never launched", "os_type": "linux", "protocol": "vnc", "template_vmid": 9001}).json["id"]

        def time_to_ready():
            return next(one["time_to_ready"] for one in self.must(200, "GET", "/templates", "ana").json["items"]
                        if one["id"] == made)

        self.assertIsNone(time_to_ready())
        session = self.launch("ana", template=made)
        self.addCleanup(self.call, "DELETE", f"/sessions/{session}", "ana")
        self.wait_for(session, "active")
        ready = wait_until("the launch to count", time_to_ready, 10)
        self.assertEqual(ready["launches"], 1)
        self.assertEqual(ready["usual_seconds"], ready["slow_seconds"])
        self.assertGreater(ready["usual_seconds"], 0)

    def test_an_admin_ends_a_session_with_a_reason_that_its_owner_reads(self):
        session = self.launch("ana")
        self.must(422, "POST", f"/admin/sessions/{session}/end", "admin", {})
        ended = self.must(200, "POST", f"/admin/sessions/{session}/end", "admin", {"reason": "the class is over"}).json
        self.assertEqual((ended["status"], ended["end_reason"]), ("expired", "ended_by_admin"))
        last = [item for item in self.must(200, "GET", f"/sessions/{session}/history", "ana").json["items"]
                if item["by"] == "an admin"]
        self.assertEqual(len(last), 1)
        self.assertIn("the class is over", last[0]["text"])

    def test_admins_see_the_sessions_of_all_with_their_owners(self):
        made = {self.launch("ana"): "ana", self.launch("ben"): "ben"}
        for session, owner in made.items():
            self.addCleanup(self.call, "DELETE", f"/sessions/{session}", owner)
        for who in ("admin", "vera"):
            seen = {one["id"]: one["owner_login"]
                    for one in self.must(200, "GET", "/admin/sessions", who).json["items"]}
            self.assertLessEqual(made.items(), seen.items())


if __name__ == "__main__":
    unittest.main()
