"""Templates and nodes, as admins keep them, checked against the simulated Proxmox."""

import unittest

from stack_test import StackTest, wait_until

TEMPLATE = {"name": "A template", "os_type": "linux", "protocol": "vnc", "template_vmid": 9001}


class InventoryTest(StackTest):
    STACK = {"time_scale": 40, "poll_ms": 100}

    def faults(self, answer):
        return [error["pointer"] for error in answer.json["errors"]]

    def node(self, name):
        return self.must(200, "GET", f"/admin/nodes/{name}", "admin").json

    def test_a_template_must_be_one_in_proxmox(self):
        for vmid in (123, 100):
            refused = self.must(422, "POST", "/admin/templates", "admin", {**TEMPLATE, "template_vmid": vmid})
            self.assertEqual(self.faults(refused), ["#/template_vmid"])

    def test_hardware_that_differs_from_proxmox_is_a_warning(self):
        made = self.must(201, "POST", "/admin/templates", "admin", {**TEMPLATE, "cpu_cores": 8}).json
        self.assertTrue(any("4 cores in Proxmox, not 8" in warning for warning in made["warnings"]), made)

    def test_a_disabled_template_cannot_be_picked(self):
        made = self.must(201, "POST", "/admin/templates", "admin", {**TEMPLATE, "name": "Retired"}).json
        self.must(200, "PATCH", f"/admin/templates/{made['id']}", "admin", {"is_active": False})
        names = [one["name"] for one in self.must(200, "GET", "/templates", "ana").json["items"]]
        self.assertNotIn("Retired", names)
        refused = self.must(422, "POST", "/sessions", "ana", {"template_id": made["id"], "duration_minutes": 30})
        self.assertEqual(self.faults(refused), ["#/template_id"])

    def test_nodes_show_what_was_measured_lately(self):
        def measured():
            return len(self.node("pve-1")["recent"]) >= 2

        wait_until("two measurements", measured, 20)
        recent = self.node("pve-1")["recent"]
        self.assertEqual(recent, sorted(recent, key=lambda sample: sample["at"]))
        listed = self.must(200, "GET", "/admin/nodes", "vera").json["items"]
        self.assertTrue(all(node["recent"] for node in listed))
        for sample in recent:
            self.assertTrue(0 <= sample["cpu_percent"] <= 100 and 0 < sample["ram_percent"] <= 100, sample)

    def test_a_node_must_exist_in_the_cluster(self):
        refused = self.must(422, "POST", "/admin/nodes", "admin", {"name": "pve-99", "hostname": "h.example"})
        self.assertEqual(self.faults(refused), ["#/name"])

    def test_a_drained_node_takes_nothing_new_says_what_is_left_and_can_go_when_it_is_empty(self):
        session = self.launch("ana")
        name = self.must(200, "GET", f"/sessions/{session}", "ana").json["node_name"]
        self.wait_for(session, "active")
        drained = self.must(200, "POST", f"/admin/nodes/{name}/drain", "admin", {"reason": "new disks"}).json
        self.assertEqual(drained["mode"], "draining")
        self.assertEqual([one["id"] for one in drained["sessions"]], [session])
        self.assertEqual(drained["last_session_ends_at"], drained["sessions"][0]["expires_at"])
        other = self.launch("ben")
        self.addCleanup(self.call, "DELETE", f"/sessions/{other}", "ben")
        self.assertNotEqual(self.must(200, "GET", f"/sessions/{other}", "ben").json["node_name"], name)
        why = self.must(200, "GET", f"/admin/sessions/{other}/placement", "vera").json["attempts"][0]["considered"]
        self.assertEqual([one["verdict"] for one in why if one["node"] == name], ["not_in_service"])

        self.assertIn("1 VM", self.must(409, "DELETE", f"/admin/nodes/{name}", "admin").json["detail"])
        self.end(session)
        wait_until("the node to be empty", lambda: self.call("DELETE", f"/admin/nodes/{name}", "admin").status == 204)
        self.must(404, "GET", f"/admin/nodes/{name}", "admin")
        self.must(201, "POST", "/admin/nodes", "admin", {"name": name, "hostname": "h.example"})
        self.assertEqual(self.node(name)["mode"], "in_service")

    def test_a_node_that_is_offline_has_no_stale_numbers(self):
        self.stack.simulator.control("POST", "/faults", {"kind": "node_down", "node": "pve-3"})
        wait_until("the node to be seen offline", lambda: self.node("pve-3")["status"] == "offline")
        down = self.node("pve-3")
        for number in ("cpu_percent", "ram_used_mb", "uptime_seconds", "sample_age_seconds"):
            self.assertIsNone(down[number])
        self.stack.simulator.control("POST", "/faults", {"kind": "node_up", "node": "pve-3"})
        wait_until("the node to be seen again", lambda: self.node("pve-3")["status"] == "online")


if __name__ == "__main__":
    unittest.main()
