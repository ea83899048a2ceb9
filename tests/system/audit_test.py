"""What auditors can ask of a running daemon: who did what, what an event changed, whether the log is sound."""

import json
import re
import sqlite3
import threading
import unittest

from stack_test import StackTest, wait_until


class AuditTest(StackTest):
    STACK = {"time_scale": 40, "poll_ms": 100}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ana = cls.stack.tokens["ana"]
        cls.session = cls.berth.call("POST", "/sessions", ana, {"template_id": 2, "duration_minutes": 60}).json["id"]
        wait_until("the session to be active", lambda: cls.berth.call(
            "GET", f"/sessions/{cls.session}", ana).json["status"] == "active")

    def audit(self, query=""):
        return self.must(200, "GET", f"/admin/audit{query}", "vera").json

    def all_of(self, query):
        """Every event that a search finds, page by page."""
        found, before = [], None
        while True:
            page = self.audit("?" + "&".join(filter(None, ("limit=3", query, before and f"before={before}"))))
            found += page["items"]
            before = page["next_before"]
            if before is None:
                return found

    def exported(self):
        lines, path = [], "/admin/audit/export?limit=7"
        while path:
            page = self.must(200, "GET", path, "vera")
            lines += page.text.splitlines()
            link = page.headers.get("Link")
            path = link and link[1:link.index(">")]
        return lines

    def test_a_search_narrows_by_stream_type_author_and_time(self):
        everything = self.all_of("")
        self.assertEqual([one["position"] for one in everything], list(range(len(everything), 0, -1)))
        stream = f"session-{self.session}"
        for query, fits in (
                (f"stream={stream}", lambda one: one["stream"] == stream),
                ("type=node_registered", lambda one: one["type"] == "node_registered"),
                ("actor=system:session", lambda one: one["actor"] == "system:session"),
                (f"stream={stream}&actor=user:2", lambda one: one["stream"] == stream and one["actor"] == "user:2"),
                (f"until={everything[-1]['at']}", lambda one: one["at"] <= everything[-1]["at"]),
                (f"since={everything[5]['at']}", lambda one: one["at"] >= everything[5]["at"])):
            expected = [one["position"] for one in everything if fits(one)]
            self.assertTrue(expected, query)
            self.assertEqual([one["position"] for one in self.all_of(query)], expected, query)

    def test_what_cannot_be_searched_for_is_refused_by_its_field(self):
        for query, pointer in (("type=node_exploded", "#/type"), ("since=yesterday", "#/since"), ("until=1", "#/until"),
                               ("actor=ana", "#/actor"), ("stream=pve-1", "#/stream"), ("colour=red", "#/colour")):
            refused = self.must(422, "GET", f"/admin/audit?{query}", "vera").json
            self.assertEqual([error["pointer"] for error in refused["errors"]], [pointer])

    def test_types_are_those_of_the_events(self):
        types = self.must(200, "GET", "/admin/audit/types", "vera").json["items"]
        self.assertEqual(len(types), len(set(types)))
        self.assertLessEqual({one["type"] for one in self.all_of("")}, set(types))

    def test_an_event_shows_what_it_changed(self):
        activated = self.audit(f"?stream=session-{self.session}&type=session_activated")["items"][0]
        state = self.must(200, "GET", f"/admin/audit/state?at={activated['position']}", "vera").json
        self.assertEqual({name: state[name] for name in ("position", "at", "stream", "type", "text")},
                         {name: activated[name] for name in ("position", "at", "stream", "type", "text")})
        fields = {one["name"]: (one["before"], one["value"]) for one in state["fields"]}
        self.assertEqual(fields["status"], ("pending", "active"))
        self.assertEqual(fields["step"], ("waiting_for_address", "active"))
        self.assertIsNone(fields["address"][0])
        self.assertTrue(fields["address"][1])
        self.assertEqual(fields["template"][0], fields["template"][1])

    def test_what_was_not_there_before_has_no_values_before(self):
        for event in self.all_of("actor=system:seed"):
            state = self.must(200, "GET", f"/admin/audit/state?at={event['position']}", "vera").json
            self.assertTrue(state["fields"])
            if state["version"] == 1:
                self.assertEqual({one["before"] for one in state["fields"]}, {None})

    def test_a_state_never_shows_a_secret_or_its_hash(self):
        texts = []
        for event in self.audit("?stream=user-2")["items"]:
            texts.append(self.must(200, "GET", f"/admin/audit/state?at={event['position']}", "vera").text)
        self.assertIn('"tokens"', "".join(texts))
        for text in texts:
            self.assertIsNone(re.search("[0-9a-f]{64}", text))

    def test_a_position_that_is_not_there_is_nothing(self):
        self.must(404, "GET", "/admin/audit/state?at=999999999", "vera")
        for query in ("", "?at=0", "?at=x"):
            self.must(422, "GET", f"/admin/audit/state{query}", "vera")

    def test_an_export_is_what_berth_replay_exports(self):
        lines = self.exported()
        replayed = self.berth.replay("export").stdout.splitlines()
        self.assertGreater(len(lines), 14)
        self.assertEqual(lines, replayed[:len(lines)])
        self.assertEqual([json.loads(line)["position"] for line in lines], list(range(1, len(lines) + 1)))
        self.assertEqual(self.must(200, "GET", "/admin/audit/export?after=999999", "vera").text, "")
        self.must(422, "GET", "/admin/audit/export?limit=5001", "vera")

    def test_the_verification_is_what_berth_replay_finds(self):
        verified = self.must(200, "GET", "/admin/audit/verification", "vera").json
        self.assertTrue(verified["is_sound"])
        self.assertIsNone(verified["flaw"])
        # What was committed meanwhile is behind what was verified here.
        self.assertEqual(self.berth.replay("verify", "--expect-head", verified["head"]).returncode, 0)

    def test_many_verifications_at_once_are_answered_alike(self):
        answers = []
        askers = [threading.Thread(target=lambda: answers.append(
            self.must(200, "GET", "/admin/audit/verification", "vera").json)) for _ in range(8)]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join()
        self.assertEqual(len(answers), 8)
        self.assertTrue(all(answer["is_sound"] for answer in answers))


class TamperedAuditTest(StackTest):
    def test_a_changed_event_is_found(self):
        log = sqlite3.connect(self.berth.data / "log.db")
        self.addCleanup(log.close)
        log.execute("DROP TRIGGER events_are_not_changed")
        log.execute("UPDATE events SET actor = 'user:1' WHERE position = 5")
        log.commit()
        verified = self.must(200, "GET", "/admin/audit/verification", "vera").json
        self.assertEqual((verified["is_sound"], verified["events"], verified["flaw"]["position"]), (False, 4, 5))
        self.assertIn("hash chain", verified["flaw"]["reason"])


if __name__ == "__main__":
    unittest.main()
