"""Everything that can come between log and cluster at once: what Berth reports, what it tells sessions, and what it destroys."""

import unittest

from stack_test import StackTest, wait_until

STRAY = 10_500_000
PASSED_BY = 30  # Seconds between two surveys that must both show a difference.


class ReconciliationTest(StackTest):
    STACK = {"time_scale": 40, "poll_ms": 200}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls().bring_about()

    def runTest(self):  # Lets setUpClass use what is for tests.
        pass

    def control(self, method, path, body=None):
        return self.stack.simulator.control(method, path, body)

    def vm_of(self, session):
        return next(vm["vmid"] for vm in self.stack.simulator.vms() if vm["name"] == f"berth-{session.lower()}")

    def step(self, session, who):
        return self.must(200, "GET", f"/sessions/{session}", who).json["provisioning_step"]

    def finish(self, session, who="ben"):
        """A session that is over, and the VMID that it had."""
        self.wait_for(session, "active", who)
        vm = self.vm_of(session)
        self.end(session, who)
        wait_until("the session to be closed", lambda: self.step(session, who) == "closed", 60)
        return vm

    def make_vm(self, vmid, name):
        self.control("POST", "/vms", {"vmid": vmid, "node": "pve-1", "name": name})

    def bring_about(self):
        cls = type(self)
        cls.lost, cls.moved = self.launch("ana"), self.launch("ana")
        cls.late, renamed = self.launch("ben"), self.launch("ben")
        cls.late_vm, cls.foreign = self.finish(cls.late), self.finish(renamed)
        cls.leaking = self.launch("ben")
        self.control("POST", "/faults", {"kind": "leak_disk", "count": 1})
        cls.leaked_vm = self.finish(cls.leaking)
        for session in (cls.lost, cls.moved):
            self.wait_for(session, "active")
        cls.moved_vm = self.vm_of(cls.moved)
        cls.quiet_since = len(self.stack.simulator.requests())
        cls.destination = "pve-1" if self.node_of(cls.moved) != "pve-1" else "pve-2"
        self.control("DELETE", f"/vms/{self.vm_of(cls.lost)}")
        self.control("POST", f"/vms/{cls.moved_vm}/move", {"node": cls.destination})
        self.make_vm(STRAY, "web-1")
        self.make_vm(cls.foreign, "web-2")
        self.make_vm(cls.late_vm, f"berth-{cls.late.lower()}")
        self.must(202, "POST", "/admin/reconciliation", "admin")
        wait_until("every difference to be found",
                   lambda: self.types().count("difference_found") >= 6, PASSED_BY + 30, 0.5)

    def node_of(self, session):
        return self.must(200, "GET", f"/sessions/{session}", "ana").json["node_name"]

    def types(self):
        page = self.must(200, "GET", "/admin/audit?stream=reconciliation&limit=100", "vera").json
        return [item["type"] for item in page["items"]]

    def report(self):
        return self.must(200, "GET", "/admin/reconciliation", "vera").json

    def open(self, kind):
        return [one for one in self.report()["open"] if one["kind"] == kind]

    def settled(self, kind):
        return wait_until(f"{kind} to be settled",
                          lambda: [one for one in self.report()["settled"] if one["kind"] == kind], 120, 0.5)

    def changes_of(self, vmid):
        """Calls that would have changed the VM, since the differences were brought about."""
        return [call for call in self.stack.simulator.requests()[self.quiet_since:]
                if call["method"] != "GET" and f"/qemu/{vmid}" in call["path"] + "/"]

    def test_a_session_whose_vm_an_admin_deleted_ends_and_says_why(self):
        self.wait_for(self.lost, "expired")
        over = self.must(200, "GET", f"/sessions/{self.lost}", "ana").json
        self.assertEqual(over["end_reason"], "vm_lost")
        self.assertIn("does not exist any more", over["detail"])
        self.assertEqual(self.settled("lost")[0]["how"], "session_told")

    def test_a_session_follows_its_vm_to_another_node(self):
        wait_until("the session to follow", lambda: self.node_of(self.moved) == self.destination, 30)
        told = self.must(200, "GET", f"/sessions/{self.moved}/history", "ana").json["items"]
        self.assertIn(f"the VM is on node {self.destination} now", [item["text"] for item in told])
        self.assertEqual(self.settled("moved")[0]["session_id"], self.moved)
        self.assertEqual(self.changes_of(self.moved_vm), [])

    def test_vms_of_others_are_reported_and_never_touched(self):
        self.assertEqual([one["vm_id"] for one in self.open("stray")], [STRAY])
        self.assertEqual([one["vm_id"] for one in self.open("foreign")], [self.foreign])
        self.assertEqual(self.changes_of(STRAY) + self.changes_of(self.foreign), [])
        there = {vm["vmid"] for vm in self.stack.simulator.vms()}
        self.assertLessEqual({STRAY, self.foreign}, there)

    def test_a_leaked_volume_is_reported_and_stays(self):
        leaked = self.control("GET", "/state")["leaked_volumes"]
        self.assertEqual([one["volume"] for one in self.open("leaked_volume")], leaked)
        self.assertEqual(self.open("leaked_volume")[0]["session_id"], self.leaking)

    def test_a_late_clone_is_destroyed_once_the_log_says_so(self):
        self.assertEqual(self.settled("late_clone")[0]["how"], "destroyed")
        self.assertNotIn(self.late_vm, {vm["vmid"] for vm in self.stack.simulator.vms()})
        self.assertEqual([call["method"] for call in self.changes_of(self.late_vm)], ["DELETE"])
        told = self.stack.berth.replay("export").stdout
        self.assertIn("removal_intended", told)

    def test_the_audit_tells_what_differed_and_what_was_done(self):
        self.settled("late_clone")
        page = self.must(200, "GET", "/admin/audit?stream=reconciliation&limit=100", "vera").json["items"]
        texts = [item["text"] for item in page]
        self.assertTrue(any(text.startswith(f"stray VM: VM {STRAY} on node pve-1") for text in texts), texts)
        self.assertIn(f"late clone no more: VM {self.late_vm} was destroyed", texts)
        self.assertEqual({item["actor"] for item in page}, {"system:reconciler"})
        found = next(item for item in page if item["type"] == "difference_found")
        fields = self.must(200, "GET", f"/admin/audit/state?at={found['position']}", "vera").json["fields"]
        self.assertIn("open_stray", [field["name"] for field in fields])
        self.assertEqual(self.stack.berth.replay("verify").returncode, 0)

    def test_the_metrics_count_what_is_open(self):
        lines = self.must(200, "GET", "/metrics", "vera").text.splitlines()
        for kind in ("stray", "foreign", "leaked_volume"):
            self.assertIn(f'berth_differences{{kind="{kind}"}} 1', lines)
        self.assertEqual(self.report()["counts"]["stray"], 1)


if __name__ == "__main__":
    unittest.main()
