"""Runs a client that knows nothing of the simulator against it: Debian's proxmoxer.

Usage: proxmoxer_test.py PATH-OF-PVE-SIMULATOR
"""

import json
import subprocess
import sys
import time
import traceback
import warnings

from proxmoxer import ProxmoxAPI, ResourceException

TIME_SCALE = 20
DEADLINE_S = 20


def wait_for(what, condition):
    """Polls until the condition gives something true, and returns that."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        result = condition()
        if result:
            return result
        time.sleep(0.02)
    raise AssertionError(f"never happened: {what}")


def finished(node, upid):
    status = wait_for(
        f"the end of {upid}",
        lambda: (s := node.tasks(upid).status.get())["status"] == "stopped" and s,
    )
    return status["exitstatus"]


def check_version(api):
    assert api.version.get()["release"] == "9.2"


def check_nodes(api):
    nodes = {row["node"]: row for row in api.nodes.get()}
    assert len(nodes) == 7 and nodes["pve-1"]["status"] == "online", nodes
    assert 0 < nodes["pve-1"]["mem"] < nodes["pve-1"]["maxmem"]


def check_templates(api):
    rows = api.cluster.resources.get(type="vm")
    names = {row.get("name") for row in rows if row.get("template") == 1}
    assert names == {"win11-gold", "ubuntu-2204-gold", "kali-gold"}, rows


def check_life_of_a_vm(api):
    source = api.nodes("pve-1")
    upid = source.qemu(9001).clone.post(newid=700123, name="desk", target="pve-2", pool="berth")
    assert finished(source, upid) == "OK"
    home = api.nodes("pve-2")
    vm = home.qemu(700123)
    vm.config.put(tags="berth;s-1", cores=2, memory=2048, onboot=0, protection=0)
    config = vm.config.get()
    assert config["tags"] == "berth;s-1" and config["cores"] == 2, config
    assert finished(home, vm.status.start.post()) == "OK"
    assert vm.status.current.get()["status"] == "running"

    def address():
        try:
            cards = vm.agent("network-get-interfaces").get()["result"]
        except ResourceException as why:
            assert "QEMU guest agent is not running" in str(why), why
            return None
        found = [card for card in cards if card["name"] == "eth0"][0].get("ip-addresses", [])
        return [entry["ip-address"] for entry in found if entry["ip-address-type"] == "ipv4"]

    assert wait_for("an address", address) == ["10.10.174.219"]
    assert finished(home, vm.status.shutdown.post(timeout=30, forceStop=1)) == "OK"
    assert finished(home, vm.delete(purge=1)) == "OK"
    assert all(row["vmid"] != 700123 for row in api.cluster.resources.get(type="vm"))


def check_refusals(api):
    for refused, text in (
        (lambda: api.nodes("pve-1").qemu(4242).config.get(), "does not exist"),
        (lambda: api.nodes("pve-1").qemu(9001).clone.post(newid=5), "Parameter verification failed"),
        (lambda: api.nodes("nope").status.get(), "hostname lookup 'nope' failed"),
    ):
        try:
            refused()
        except ResourceException as why:
            assert text in str(why), why
        else:
            raise AssertionError(f"not refused: {text}")


def check_wrong_token(api, start):
    wrong = connect(start, "11111111-1111-4111-8111-111111111111")
    try:
        wrong.version.get()
    except ResourceException as why:
        assert why.status_code == 401, why
    else:
        raise AssertionError("a wrong secret was taken")


def connect(start, secret):
    user, token = start["token_id"].split("!")
    return ProxmoxAPI(
        start["url"].removeprefix("https://"),
        user=user,
        token_name=token,
        token_value=secret,
        verify_ssl=False,
        timeout=10,
    )


def main():
    warnings.simplefilter("ignore")
    simulator = subprocess.Popen(
        [sys.argv[1], "--listen", "127.0.0.1:0", "--time-scale", str(TIME_SCALE)],
        stdout=subprocess.PIPE,
        text=True,
    )
    passed = failed = 0
    try:
        start = json.loads(simulator.stdout.readline())
        api = connect(start, start["token_secret"])
        for check in (check_version, check_nodes, check_templates, check_life_of_a_vm,
                      check_refusals, lambda a: check_wrong_token(a, start)):
            try:
                check(api)
                passed += 1
            except Exception:  # the other checks still run
                failed += 1
                traceback.print_exc()
    finally:
        simulator.terminate()
        code = simulator.wait(timeout=10)
    if code == 0:
        passed += 1
    else:
        failed += 1
        print(f"FAILED: SIGTERM ended it with {code}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
