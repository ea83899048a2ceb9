"""The journal check, with journals that are right and wrong, and with one of the real simulator.

    check_journal_test.py PATH/TO/pve-simulator
"""

import sys
import tempfile
import unittest

from check_journal import check_requests, read_journal
from simulator import Simulator

BINARY = sys.argv.pop(1)
VM = "/nodes/pve-1/qemu/101"


def request(method, path, *parameters):
    return {"effect": "request", "method": method, "path": path, "status": 200, "parameters": list(parameters)}


class CheckJournal(unittest.TestCase):
    def test_known_parameters_pass(self):
        journal = [request("POST", "/nodes/pve-1/qemu/9000/clone", "newid", "name", "target"),
                   request("PUT", VM + "/config", "tags", "net0", "ipconfig1"),
                   request("DELETE", VM, "purge"), {"effect": "vm_destroyed", "vmid": 101}]
        self.assertEqual(check_requests(journal), [])

    def test_unknown_parameter_is_named(self):
        self.assertEqual(check_requests([request("POST", VM + "/status/start", "force")]),
                         [f"POST {VM}/status/start: parameter force is not in the schema"])

    def test_missing_parameter_is_named(self):
        self.assertEqual(check_requests([request("POST", VM + "/clone", "name")]),
                         [f"POST {VM}/clone: parameter newid is missing"])

    def test_vmid_out_of_range_is_named(self):
        self.assertEqual(check_requests([request("GET", "/nodes/pve-1/qemu/5/config")]),
                         ["GET /nodes/pve-1/qemu/5/config: vmid: 5 is less than 100"])

    def test_unknown_call_is_named(self):
        self.assertEqual(check_requests([request("GET", "/nope")]), ["GET /nope: no such call in the schema"])

    def test_simulator_records_names_of_parameters_and_no_values(self):
        with tempfile.TemporaryDirectory() as certificates, Simulator(BINARY, certificates, 20) as simulator:
            simulator.call("POST", "/nodes/pve-1/qemu/9000/clone", "newid=101&name=lab-101")
            simulator.call("PUT", VM + "/config", "cipassword=hush")
            effects = read_journal(simulator.control_url)
        self.assertEqual(check_requests(effects), [])
        requests = [effect for effect in effects if effect["effect"] == "request"]
        self.assertEqual([sorted(one["parameters"]) for one in requests], [["name", "newid"], ["cipassword"]])
        self.assertNotIn("hush", str(effects))


if __name__ == "__main__":
    unittest.main()
