"""kill -9 of berthd, hundreds of times, under a crowd of clients and over a cluster that fails: then everything is
ended, and an independent checker compares what the clients, the cluster and the log tell. The seed fixes every choice,
not how threads and processes interleave."""

import argparse
import os
import pathlib
import shutil
import signal
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools/dev"))

import checker  # noqa: E402
import cluster_checks  # noqa: E402
import ending  # noqa: E402
import history  # noqa: E402
from clients import Client, Follower, Notebook  # noqa: E402
from local_stack import BUILD, Failed, Stack, wait_until  # noqa: E402
from log_fold import Log  # noqa: E402
from nemesis import Daemon, Nemesis  # noqa: E402

TIME_SCALE = 20
CLOCK = BUILD / "tests/history/libwall_clock.so"
QUOTA = 8
FOREIGN = {9_999_999: False, 10_000_005: True, 10_000_031: False, 20_000_000: True}  # VMIDs, and whether they run
AFTER_EVERY_WAIT = 400  # seconds: longer than any wait between two tries


class Campaign:
    def __init__(self, stack, seed, clients, pace, is_gentle):
        self.stack = stack
        self.seed = seed
        self.notebook = Notebook()
        self.daemon = Daemon(stack.berth, CLOCK)
        self.nemesis = Nemesis(stack, self.daemon, seed, pace, is_gentle)
        self.left = []
        self.prepare()
        self.follower = Follower(stack.tokens["vera"], stack.berth.port)
        owners = {login: stack.berth.call("GET", "/me", stack.tokens[login]).json["id"] for login in ("ana", "ben")}
        self.admin = Client("admin", 1, stack.tokens["admin"], stack, self.notebook, seed)
        self.clients = [Client(f"{login}-{number}", owners[login], stack.tokens[login], stack, self.notebook, seed)
                        for number in range(clients // 2) for login in owners]

    def prepare(self):
        """Somebody else's VMs in and beside Berth's VMIDs, room for many sessions, and a desktop with a password."""
        for vmid, runs in FOREIGN.items():
            self.stack.simulator.control("POST", "/vms", {"vmid": vmid, "node": "pve-2", "name": f"payroll-{vmid}",
                                                          "running": runs})
        admin = self.stack.tokens["admin"]
        for user in (2, 3):
            self.stack.berth.call("PATCH", f"/admin/users/{user}", admin, {"quota": QUOTA})
        self.stack.berth.call("PATCH", "/admin/templates/2", admin, {"desktop_user": "student"})

    def run(self, cycles):
        for thread in [self.follower, *self.clients]:
            thread.start()
        for _ in range(cycles):
            self.nemesis.cycle()
        self.nemesis.stop()
        self.stop(self.clients)
        self.restart_later()
        self.end_everything()

    def stop(self, threads):
        for thread in threads:
            thread.leaving.set()
        for thread in threads:
            thread.join(60)

    def restart_later(self):
        """Once more, when all that waits may go on."""
        self.daemon.end(signal.SIGKILL)
        self.daemon.start(AFTER_EVERY_WAIT)

    def end_everything(self):
        """Ends every session, and sees every VM go. What is left then is quarantined, which an operator clears up."""
        wait_until("everything to end", lambda: self.end_open() == 0, 180, 0.5)
        if not self.nemesis.is_gentle:
            self.await_reconciliation()
        self.left = ending.vms(self.stack)
        for vm in self.left:
            if not vm["template"]:
                self.stack.simulator.control("DELETE", f"/vms/{vm['vmid']}")
        self.restart_later()
        wait_until("what an operator cleared up to be closed",
                   lambda: not ending.end_open_sessions(self.admin, "the campaign is over"), 60, 0.2)

    def await_reconciliation(self):
        """Clones may still arrive, whose sessions are closed; somebody has to find them."""
        ours = {vmid for vmid, vm in Log(self.events()).vms.items() if "vm_quarantined" not in vm.marks}
        try:
            wait_until("late clones to go",
                       lambda: not ours & {vm["vmid"] for vm in ending.vms(self.stack)}, 180, 1)
        except Failed as why:
            print(why)  # The checker says which.

    def end_open(self):
        """How many sessions still have something to lose that is not in quarantine."""
        rows = ending.end_open_sessions(self.admin, "the campaign is over")
        log = Log(self.events())
        return sum(not self.is_in_quarantine(log, row["id"]) for row in rows)

    def is_in_quarantine(self, log, id):
        there = [vm for vm in log.vms.values() if vm.made_for == id and vm.gone_from is None]
        return log.sessions[id].over_from and there and all("vm_quarantined" in vm.marks for vm in there)

    def tell(self, directory):
        newest = [event.position for event in self.events() if event.session][-1]
        wait_until("the follower to see the end", lambda: newest in self.follower.positions[-50:], 20)
        self.stop([self.follower])
        return ending.tell(directory, self.stack, self.daemon, self.notebook, self.left, FOREIGN,
                           self.follower.positions)

    def events(self):
        return history.read_log(self.stack.berth.data / "log.db")[1]


def describe(campaign, told):
    log = Log(told.events)
    unanswered = sum(operation.status is None for operation in told.operations)
    launched = {operation.answer["id"] for operation in told.operations
                if operation.path == "/sessions" and operation.status == 201}
    activated = sum(event.type == "session_activated" for event in told.events)
    made = sum(effect.what == "vm_created" and effect.task != "" for effect in told.effects)
    quarantined = sum("vm_quarantined" in vm.marks for vm in log.vms.values())
    longest = max((seconds for _, seconds in cluster_checks.overstays(told, log)), default=0)
    nemesis = campaign.nemesis
    print(f"{nemesis.kills} kills, {nemesis.early_kills} more in start-up, {nemesis.pauses} pauses,"
          f" {nemesis.faults} faults of the cluster\n"
          f"{len(told.operations)} requests, {unanswered} without an answer; {len(launched)} sessions acknowledged,"
          f" {activated} times active\n"
          f"{len(told.effects)} effects and requests at the cluster, {made} VMs made, {quarantined} VMIDs quarantined;"
          f" {len(told.events)} events\n"
          f"longest time that a VM was left when nothing wanted it any more: {longest:.1f} s")


def run(seed, cycles, clients=8, pace=1.0, gently=False, keep=None):
    """Prints what was done and found. The number of violations."""
    print(f"seed {seed}, {cycles} cycles", flush=True)
    with tempfile.TemporaryDirectory(prefix="berth-history-") as directory:
        kept = pathlib.Path(keep or directory)
        with Stack(TIME_SCALE, desktops="json", poll_ms=200, log_level="debug") as stack:
            campaign = Campaign(stack, seed, clients, pace, gently)
            try:
                campaign.run(cycles)
            except Failed:
                if keep:
                    shutil.copytree(stack.directory.name, kept, dirs_exist_ok=True)
                raise
            told = campaign.tell(kept)
        describe(campaign, told)
        violations = checker.judge(told)
    if violations:
        print(checker.report(violations))
    print(f"{len(checker.CHECKS)} checks, {len(violations)} violations", flush=True)
    return len(violations)


def main():
    parser = argparse.ArgumentParser(prog="tools/dev/kill_campaign", description=__doc__)
    parser.add_argument("--cycles", type=int, default=300, help="how often berthd is killed (default 300)")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4)), help="of every choice")
    parser.add_argument("--clients", type=int, default=8, help="clients at the same time (default 8)")
    parser.add_argument("--pace", type=float, default=1.0, help="mean seconds between two kills (default 1)")
    parser.add_argument("--gently", action="store_true",
                        help="leave out what takes minutes to be found: clones that are late, VMs that somebody deletes")
    parser.add_argument("--keep", help="a directory for the history, which tests/history/checker.py can judge again")
    arguments = parser.parse_args()
    try:
        return 1 if run(**vars(arguments)) else 0
    except Failed as why:
        print(f"VIOLATED: {why}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
