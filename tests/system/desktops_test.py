"""Desktop links, through berthd and a simulated Guacamole that checks what it is sent."""

import unittest

from stack_test import StackTest, wait_until


STACK = {"time_scale": 40, "poll_ms": 100}


class Desktops:
    """What holds however Guacamole is told."""

    def activate(self, who="ana", **more):
        session = self.launch(who, **more)
        self.addCleanup(self.call, "DELETE", f"/sessions/{session}", who)
        self.wait_for(session, "active", who)
        return session

    def link(self, session, who="ana"):
        return self.must(303, "GET", f"/sessions/{session}/desktop", who).headers["Location"]

    def connect(self, link):
        return self.stack.guacamole.connect(link)

    def test_guacamole_url_is_null_while_pending_and_then_leads_to_the_desktop(self):
        session = self.launch()
        self.addCleanup(self.call, "DELETE", f"/sessions/{session}", "ana")
        pending = self.must(200, "GET", f"/sessions/{session}", "ana").json
        self.assertEqual((pending["status"], pending["guacamole_url"], pending["desktop"]),
                         ("pending", None, "not_ready"))
        refused = self.must(409, "GET", f"/sessions/{session}/desktop", "ana")
        self.assertIn("pending", refused.text)
        self.wait_for(session, "active")
        active = self.must(200, "GET", f"/sessions/{session}", "ana").json
        self.assertEqual((active["guacamole_url"], active["desktop"]), (f"/sessions/{session}/desktop", "ready"))

    def test_a_link_connects_to_the_vm_with_the_template_s_protocol(self):
        session = self.activate()
        desktop = self.connect(self.link(session))
        self.assertEqual(desktop.status, 200, desktop.text)
        self.assertEqual(desktop.json["protocol"], "vnc")
        activated = [item for item in self.must(200, "GET", "/admin/audit?limit=50", "admin").json["items"]
                     if item.get("type") == "session_activated" and session in str(item)]
        vm = next(vm for vm in self.stack.simulator.vms() if vm["name"] == f"berth-{session.lower()}")
        self.assertEqual([item["text"] for item in activated], [
            f"active: VM {vm['vmid']} on node {vm['node']} answers at {desktop.json['parameters']['hostname']}"])

    def test_each_visit_has_a_link_of_its_own_and_is_recorded(self):
        session = self.activate()
        first, second = self.link(session), self.link(session)
        self.assertNotEqual(first, second)
        self.assertEqual([self.connect(one).status for one in (first, second)], [200, 200])
        history = self.must(200, "GET", f"/sessions/{session}/history", "ana").json["items"]
        self.assertEqual(sum(item["text"] == "the desktop was opened" for item in history), 2)

    def test_nobody_else_gets_a_link(self):
        session = self.activate()
        self.must(403, "GET", f"/sessions/{session}/desktop", "vera")
        self.must(403, "GET", f"/sessions/{session}/desktop", "ben")
        self.must(401, "GET", f"/sessions/{session}/desktop")
        self.must(404, "GET", "/sessions/01ARZ3NDEKTSV4RRFFQ69G5FAV/desktop", "ben")
        # An answer without the link is not enough: none may have been made.
        made = [entry for entry in self.stack.guacamole.state()["sessions"] if session in str(entry)]
        self.assertEqual(made, [])

    def test_the_end_of_a_session_revokes_its_links(self):
        session = self.activate()
        links = [self.link(session), self.link(session)]
        self.end(session)
        wait_until("both links to be refused", lambda: all(self.connect(one).status == 403 for one in links), 20)
        self.must(409, "GET", f"/sessions/{session}/desktop", "ana")
        over = self.must(200, "GET", f"/sessions/{session}", "ana").json
        self.assertEqual((over["guacamole_url"], over["desktop"]), (None, "over"))

    def test_a_guacamole_that_is_down_is_said_and_costs_nobody_a_session(self):
        session = self.activate()
        self.stack.guacamole.set_fault("down")
        self.addCleanup(self.stack.guacamole.set_fault, "none")
        refused = self.call("GET", f"/sessions/{session}/desktop", "ana")
        self.assertEqual(refused.status, 503, refused.text)
        self.assertIn("the desktop gateway does not answer", refused.json["detail"])
        self.assertEqual(self.must(200, "GET", f"/sessions/{session}", "ana").json["status"], "active")
        self.stack.guacamole.set_fault("none")
        self.assertEqual(self.connect(self.link(session)).status, 200)


class JsonDesktopsTest(Desktops, StackTest):
    STACK = STACK | {"desktops": "json"}

    def test_a_link_that_could_not_be_revoked_is_revoked_later(self):
        session = self.activate()
        link = self.link(session)
        calls = self.stack.guacamole.state()["calls"]
        self.stack.guacamole.set_fault("down", 1)
        self.end(session)
        wait_until("the failed attempt", lambda: self.stack.guacamole.state()["calls"] != calls, 20)
        wait_until("the link to be refused", lambda: self.connect(link).status == 403, 60)

    def test_each_visit_gives_the_guest_s_account_a_fresh_password(self):
        template = self.must(201, "POST", "/admin/templates", "admin", {
            "name": "With an account", "os_type": "linux", "protocol": "rdp", "template_vmid": 9001,
            "desktop_user": "student"}).json["id"]
        session = self.activate(template=template)

        def given():
            return self.stack.simulator.vms()[0]["passwords_set"]

        self.assertEqual(given(), {})
        desktop = self.connect(self.link(session)).json
        self.assertEqual((desktop["protocol"], desktop["parameters"]["username"]), ("rdp", "student"))
        self.assertEqual(given(), {"student": 1})
        self.link(session)
        self.assertEqual(given(), {"student": 2})
        self.stack.simulator.control("POST", "/faults", {"kind": "no_account"})
        refused = self.must(409, "GET", f"/sessions/{session}/desktop", "ana").json
        self.assertEqual(refused["type"], "/problems/proxmox-refuses")

    def test_no_link_is_in_the_log_of_the_process(self):
        link = self.link(self.activate())
        token = link.rsplit("=", 1)[1]
        self.assertNotIn(token, self.berth.log.read_text(encoding="utf-8"))
        self.assertNotIn(token, self.berth.replay("export").stdout)


class DatabaseDesktopsTest(Desktops, StackTest):
    STACK = STACK | {"desktops": "database"}

    def test_nothing_is_left_in_the_database(self):
        session = self.activate()
        self.link(session)
        self.assertEqual(len(self.stack.guacamole.state()["connections"]), 1)
        self.end(session)
        wait_until("the connection and its user to be gone", lambda: not self.stack.guacamole.state()["connections"]
                   and self.stack.guacamole.state()["users"] == ["guacadmin"], 60)


class NoDesktopsTest(StackTest):
    def test_without_guacamole_there_is_no_url_and_the_session_says_why(self):
        session = self.launch()
        self.wait_for(session, "active")
        active = self.must(200, "GET", f"/sessions/{session}", "ana").json
        self.assertEqual((active["guacamole_url"], active["desktop"]), (None, "not_configured"))
        refused = self.call("GET", f"/sessions/{session}/desktop", "ana")
        self.assertEqual((refused.status, refused.json["type"]), (503, "/problems/not-configured"))


if __name__ == "__main__":
    unittest.main()
