"""The user's specification, test by test: classes and names are its own, statements are its acceptance criteria."""

import unittest

from stack_test import StackTest, wait_until

SECRETS_OF_A_SESSION = {"vm_id", "ip_address", "guacamole_connection_id"}


class SpecificationTest(StackTest):
    STACK = {"time_scale": 40, "poll_ms": 100, "desktops": "json"}

    def set_loads(self, ram, cpu):
        """The loads of all nodes, in order of their numbers; returns when berthd has measured them."""
        for number, share in enumerate(ram, 1):
            self.stack.simulator.control("PUT", f"/nodes/pve-{number}", {"base_ram_used": share, "base_cpu": cpu})

        def measured():
            nodes = self.must(200, "GET", "/admin/nodes", "admin").json["items"]
            shares = {node["name"]: node["ram_used_mb"] / node["ram_total_mb"] for node in nodes
                      if node["ram_total_mb"]}
            return all(abs(shares.get(f"pve-{number}", -1) - share) < 0.02 for number, share in enumerate(ram, 1))

        wait_until("the loads to be measured", measured)

    def proxmox_changes(self):
        return [one for one in self.stack.simulator.requests() if one["method"] != "GET"]


class VMSessionTest(SpecificationTest):
    def test_engineer_can_provision_vm(self):
        launched = self.must(201, "POST", "/sessions", "ana",
                             {"template_id": 1, "duration_minutes": 30, "session_type": "ephemeral"}).json
        self.addCleanup(self.call, "DELETE", f"/sessions/{launched['id']}", "ana")
        self.assertEqual((launched["status"], launched["guacamole_url"]), ("pending", None))
        self.assertEqual(launched["template"], {"id": 1, "name": "Windows 11", "os_type": "windows", "protocol": "rdp"})
        self.assertTrue(launched["node_name"].startswith("pve-"))
        self.assertAlmostEqual(launched["time_remaining_seconds"], 30 * 60, delta=5)
        self.assertFalse(SECRETS_OF_A_SESSION & launched.keys())
        self.wait_for(launched["id"], "active")
        active = self.must(200, "GET", f"/sessions/{launched['id']}", "ana").json
        self.assertIsNotNone(active["guacamole_url"])
        self.assertFalse(SECRETS_OF_A_SESSION & active.keys())
        running = [vm["name"] for vm in self.stack.simulator.vms() if vm["running"]]
        self.assertIn(f"berth-{launched['id'].lower()}", running)

    def test_provision_fails_when_quota_is_exceeded(self):
        for _ in range(2):
            session = self.launch("ben")
            self.addCleanup(self.call, "DELETE", f"/sessions/{session}", "ben")
        refused = self.must(409, "POST", "/sessions", "ben", {"template_id": 2, "duration_minutes": 30}).json
        self.assertEqual(refused["type"], "/problems/quota-exceeded")
        self.assertIn("2 of 2", refused["detail"])

    def test_provision_is_refused_without_authentication(self):
        before = len(self.proxmox_changes())
        self.must(401, "POST", "/sessions", None, {"template_id": 2, "duration_minutes": 30})
        self.must(403, "POST", "/sessions", "vera", {"template_id": 2, "duration_minutes": 30})
        self.assertEqual(len(self.proxmox_changes()), before)

    def test_engineer_cannot_see_another_users_session(self):
        session = self.launch("ana")
        self.addCleanup(self.call, "DELETE", f"/sessions/{session}", "ana")
        theirs = self.must(200, "GET", "/sessions", "ben").json["items"]
        self.assertNotIn(session, [one["id"] for one in theirs])
        self.assertIn(session, [one["id"] for one in self.must(200, "GET", "/sessions", "ana").json["items"]])
        self.must(403, "GET", f"/sessions/{session}", "ben")
        self.must(403, "DELETE", f"/sessions/{session}", "ben")
        self.assertEqual(self.must(200, "GET", f"/sessions/{session}", "ana").json["end_reason"], None)


class VMSessionRetriesTest(SpecificationTest):
    def test_three_failures_fail_the_session_and_alert_the_admins(self):
        self.stack.simulator.control("POST", "/faults", {
            "kind": "fail_task", "count": 3, "reason": "mount error: exit code 32"})
        session = self.launch("ana")
        self.wait_for(session, "failed")
        attempts = self.must(200, "GET", f"/admin/sessions/{session}/placement", "admin").json["attempts"]
        self.assertEqual([one["attempt"] for one in attempts], [1, 2, 3])
        wait_until("the alert", lambda: any(
            one["type"] == "alert_raised" and session in one["text"]
            for one in self.must(200, "GET", "/admin/audit", "admin").json["items"]))
        wait_until("nothing to be left", lambda: not self.stack.simulator.vms())


class VMSessionWithoutNodesTest(SpecificationTest):
    def test_provision_fails_when_no_nodes_available(self):
        for number in range(1, 8):
            self.stack.simulator.control("POST", "/faults", {"kind": "node_down", "node": f"pve-{number}"})
        wait_until("all nodes to be seen offline", lambda: all(
            node["status"] != "online" for node in self.must(200, "GET", "/admin/nodes", "admin").json["items"]))
        refused = self.must(503, "POST", "/sessions", "ana", {"template_id": 2, "duration_minutes": 30})
        self.assertIn("Retry-After", refused.headers)
        self.assertEqual(self.proxmox_changes(), [])


class ProxmoxLoadBalancerTest(SpecificationTest):
    def test_selects_node_with_lowest_load(self):
        self.set_loads([0.5, 0.4, 0.3, 0.1, 0.3, 0.4, 0.5], cpu=0.02)
        launched = self.must(201, "POST", "/sessions", "ana", {"template_id": 2, "duration_minutes": 30}).json
        self.assertEqual(launched["node_name"], "pve-4")

    def test_throws_when_all_nodes_overloaded(self):
        self.set_loads([0.97] * 7, cpu=0.9)
        refused = self.must(503, "POST", "/sessions", "ben", {"template_id": 2, "duration_minutes": 30}).json
        self.assertEqual(refused["type"], "/problems/no-capacity")
        for number in range(1, 8):
            self.assertIn(f"pve-{number}", refused["detail"])


class AdminNodeTest(SpecificationTest):
    def test_admin_can_list_all_nodes_with_live_stats(self):
        self.set_loads([0.3] * 7, cpu=0.2)
        nodes = self.must(200, "GET", "/admin/nodes", "admin").json["items"]
        self.assertEqual([node["name"] for node in nodes], [f"pve-{number}" for number in range(1, 8)])
        for node in nodes:
            self.assertEqual(node["status"], "online")
            self.assertAlmostEqual(node["cpu_percent"], 20, delta=5)
            self.assertAlmostEqual(node["ram_used_mb"] / node["ram_total_mb"], 0.3, delta=0.02)
            self.assertEqual(node["active_vm_count"], 0)
            self.assertGreater(node["uptime_seconds"], 0)
            self.assertLessEqual(node["sample_age_seconds"], 30)

    def test_engineer_gets_403_on_admin_routes(self):
        for method, path in (("GET", "/admin/nodes"), ("GET", "/admin/sessions"), ("POST", "/admin/templates")):
            self.must(403, method, path, "ana", {} if method == "POST" else None)

    def test_admin_can_create_a_template(self):
        made = self.must(201, "POST", "/admin/templates", "admin", {
            "name": "Ubuntu for courses", "os_type": "linux", "protocol": "rdp", "template_vmid": 9001,
            "tags": ["course"]}).json
        self.assertEqual((made["cpu_cores"], made["ram_mb"], made["disk_gb"]), (4, 4096, 50))
        self.assertIn("Ubuntu for courses",
                      [one["name"] for one in self.must(200, "GET", "/templates", "ana").json["items"]])


if __name__ == "__main__":
    unittest.main()
