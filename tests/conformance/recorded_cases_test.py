"""Replays recorded exchanges with Proxmox's own API against pve-simulator and compares the answers.

    recorded_cases_test.py PATH/TO/pve-simulator [CASE_PREFIX...]

Each line of recorded_cases.jsonl is a case: what must hold before (`given`), the request, what Proxmox
answered. A case `after` another looks at the task which that one began. Every case, with those after it,
runs in a cluster of its own. Answers and requests are checked against Proxmox's schema, too. Cases outside the
simulator's purpose are named with the reason in out_of_scope.json and not counted.
"""

import concurrent.futures
import json
import pathlib
import sys
import tempfile
import urllib.parse

from expectation import compare
from pve_schema import Schema
from simulator import SECRET, Simulator

HERE = pathlib.Path(__file__).parent
TIME_SCALE = 1  # Slow, so that nothing ends between two calls; waits push the clock.


class World:
    """A simulated cluster and the words in which cases say what must hold before."""

    def __init__(self, simulator):
        self.simulator = simulator
        self.task = None

    def bring_about(self, steps):
        for name, *arguments in steps:
            getattr(self, name)(*arguments)

    def call(self, method, path, form=""):
        reply = self.simulator.call(method, self.fill(path), form)
        if reply.status != 200:
            raise RuntimeError(f"cannot bring about the state: {method} {path}: {reply.status} {reply.reason}")
        self.remember_task(reply)

    def remember_task(self, reply):
        if reply.status == 200 and reply.body.startswith(b'{"data":"UPID:'):
            self.task = reply.json()["data"]

    def task_path(self):
        node = self.task.split(":")[1]
        return f"/nodes/{node}/tasks/{urllib.parse.quote(self.task, safe='')}"

    def wait(self):
        self.simulator.wait_for_task(self.task_path())

    def advance(self, seconds):
        """In steps, since what happens may schedule what comes next."""
        while seconds > 0:
            self.simulator.control("POST", "/clock", {"advance_s": min(seconds, 5)})
            seconds -= 5

    def fault(self, wanted):
        self.simulator.control("POST", "/faults", wanted)

    def token(self, name, privileges):
        self.simulator.control("POST", "/tokens", {"id": self.fill(name), "secret": SECRET,
                                                   "privileges": {"/": privileges}})

    def config(self, vmid, values):
        self.simulator.control("PUT", f"/vms/{vmid}/config", values)

    def storage(self, name):
        self.simulator.control("POST", "/storages", {"storage": name, "type": "dir", "size_gib": 1})

    def delete(self, vmid):
        self.simulator.control("DELETE", f"/vms/{vmid}")

    def foreign_vm(self, vmid, node, **more):
        self.simulator.control("POST", "/vms", {"vmid": vmid, "node": node, "name": f"lab-{vmid}", **more})

    def stopped(self, vmid, node="pve-1", storage="ceph"):
        self.foreign_vm(vmid, node, running=False)
        if storage != "ceph":
            self.config(vmid, {"scsi0": f"{storage}:vm-{vmid}-disk-0,size=32G"})

    def running(self, vmid, node="pve-1"):
        """Long since: its guest agent answers."""
        self.foreign_vm(vmid, node, running=True)

    def booted(self, vmid):
        """Just now: its guest agent does not answer yet."""
        self.stopped(vmid)
        self.call("POST", f"/nodes/pve-1/qemu/{vmid}/status/start")
        self.wait()

    def linked_clone(self, vmid, source=9001, target="pve-1"):
        self.call("POST", f"/nodes/pve-1/qemu/{source}/clone", f"newid={vmid}&target={target}")
        self.wait()

    def full_clone(self, vmid, storage):
        self.call("POST", "/nodes/pve-1/qemu/9001/clone", f"newid={vmid}&full=1&storage={storage}")
        self.wait()

    def cloning(self, vmid):
        """A full clone of the largest template is under way."""
        self.call("POST", "/nodes/pve-1/qemu/9000/clone", f"newid={vmid}&full=1")

    def leftover(self, vmid):
        """Its clone's worker was killed: the lock stays for ever."""
        self.fault({"kind": "stuck_clone", "vmid": vmid})
        self.cloning(vmid)

    def fill(self, text):
        """Puts this cluster's names for the recorded ones."""
        names = {"{token_id}": self.simulator.token_id,
                 "{token_uri}": urllib.parse.quote(self.simulator.token_id, safe=""),
                 "{user}": self.simulator.token_id.partition("!")[0], "{secret}": SECRET}
        if self.task:
            names |= {"{task}": urllib.parse.quote(self.task, safe=""), "{task_plain}": self.task}
            if text == "{task}":
                return self.task_path()
        for name, value in names.items():
            text = text.replace(name, value)
        return text

    def fill_all(self, expected):
        return json.loads(self.fill(json.dumps(expected)))

    def send(self, request):
        headers = {"Authorization": f"PVEAPIToken={self.simulator.token_id}={SECRET}", "Connection": "close"}
        if request.get("body"):
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        headers |= request.get("headers", {})
        headers = {name: self.fill(value) for name, value in headers.items() if value is not None}
        reply = self.simulator.request(request["method"], "/api2/json" + self.fill(request["target"]), headers,
                                       request.get("body", ""))
        self.remember_task(reply)
        return reply


def check_schema(schema, request, reply, world):
    """Requests and answers of successful calls satisfy Proxmox's own description."""
    target, _, query = world.fill(request["target"]).partition("?")
    pairs = urllib.parse.parse_qsl(query) + urllib.parse.parse_qsl(request.get("body", ""))
    errors = schema.check_request(request["method"], target, dict(pairs))
    return errors or schema.check_answer(request["method"], target, reply.json()["data"])


def run_group(binary, certificate_dir, schema, cases):
    """(case, differences) of a case and those after it, in a cluster of their own."""
    results = []
    with Simulator(binary, certificate_dir, TIME_SCALE) as simulator:
        world = World(simulator)
        try:
            for case in cases:
                world.bring_about(case.get("given", []))
                if "after" in case and world.task:
                    world.wait()
                reply = world.send(case["request"])
                errors = compare(world.fill_all(case["expect"]), reply)
                if not errors and reply.status == 200:
                    errors = check_schema(schema, case["request"], reply, world)
                results.append((case["case"], errors))
        except (OSError, RuntimeError, ValueError, LookupError) as why:
            results += [(case["case"], [str(why)]) for case in cases[len(results):]]
    return results


def read_groups(prefixes):
    groups = []
    for line in (HERE / "recorded_cases.jsonl").read_text().splitlines():
        case = json.loads(line)
        if prefixes and not case["case"].startswith(prefixes) and not case.get("after", "-").startswith(prefixes):
            continue
        if "after" in case:
            groups[-1].append(case)
        else:
            groups.append([case])
    return groups


def main():
    binary, prefixes = sys.argv[1], tuple(sys.argv[2:])
    schema = Schema()
    passed = failed = 0
    with tempfile.TemporaryDirectory() as certificates, concurrent.futures.ThreadPoolExecutor(4) as pool:
        with Simulator(binary, certificates, TIME_SCALE):
            pass  # The first run leaves a certificate for the others.
        groups = read_groups(prefixes)
        for results in pool.map(lambda cases: run_group(binary, certificates, schema, cases), groups):
            for case, errors in results:
                passed, failed = (passed, failed + 1) if errors else (passed + 1, failed)
                if errors:
                    print(f"{case}: {'; '.join(errors[:6])}")
    print(f"{passed} passed, {failed} failed, {len(json.loads((HERE / 'out_of_scope.json').read_text()))} out of scope")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
