"""A berthd with many users before a cluster that has room for tens of thousands of VMs, and the programs that load it."""

import contextlib
import json
import os
import pathlib
import signal
import subprocess

from local_stack import BUILD, Stack, wait_until

PROGRAMS = BUILD / "tests/benchmarks"
ROOMY = ("--node-ram-gib", "1000000", "--node-cores", "1000000")
MOST_VMS = 10_000  # that a node may hold
SEEDED_NODES = 7
LIMITS = "connections = 8192\nconnections_per_address = 128\nstreams_per_user = 5\n"
TICKS = os.sysconf("SC_CLK_TCK")


def run(program, *arguments):
    """What the program printed, as JSON."""
    done = subprocess.run([PROGRAMS / program, *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def load(port, path, *, connections, seconds, tokens=None, tls=False, method="GET", body=None, rate=None, warm_up=0.3):
    """What `http_load` reports. Throws when an answer was no success."""
    arguments = ["--port", port, "--path", path, "--connections", connections, "--seconds", seconds, "--method", method,
                 "--warm-up", warm_up]
    arguments += ["--tls"] if tls else []
    arguments += ["--tokens", tokens] if tokens else []
    arguments += ["--body", json.dumps(body)] if body else []
    arguments += ["--rate", rate] if rate else []
    report = run("http_load", *arguments)
    if wrong := {status: count for status, count in report["statuses"].items() if not status.startswith("2")}:
        raise RuntimeError(f"{method} {path}: answers with {wrong}")
    return report


class CrowdedStack(Stack):
    """Beside the seed's users there are `people`, whose tokens are in the file `crowd`."""

    def __init__(self, people, role="engineer", **options):
        super().__init__(**({"simulator_options": ROOMY, "server": LIMITS, "log_level": "warn"} | options))
        self.people = people
        self.role = role

    def __enter__(self):
        super().__enter__()
        try:
            self.berth.stop()
            self.crowd = pathlib.Path(self.directory.name) / "crowd"
            with open(self.crowd, "w", encoding="utf-8") as tokens:
                subprocess.run([PROGRAMS / "crowd", "--data", self.berth.data, "--people", str(self.people), "--role",
                                self.role], check=True, stdout=tokens)
            self.berth.start()
            wait_until("all nodes to be measured", self.has_measured)
            for number in range(1, SEEDED_NODES + 1):
                self.ask("PATCH", f"/admin/nodes/pve-{number}", {"max_vms": MOST_VMS})
            for number in range(SEEDED_NODES + 1, self.nodes + 1):
                name = f"pve-{number}"
                self.ask("POST", "/admin/nodes", {"name": name, "hostname": name, "max_vms": MOST_VMS})
            wait_until("the others, too", self.has_measured)
        except BaseException:
            self.__exit__()
            raise
        return self

    def has_measured(self):
        return all(node["sample_age_seconds"] is not None for node in self.ask("GET", "/admin/nodes")["items"])

    def ask(self, method, path, body=None):
        """What the admin is answered."""
        answer = self.berth.call(method, path, self.tokens["admin"], body)
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {answer.text}")
        return answer.json

    def tokens_of_crowd(self):
        return self.crowd.read_text(encoding="utf-8").split()

    def hold_proxmox(self):
        """Proxmox takes connections from now on, and answers nothing."""
        self.simulator.process.send_signal(signal.SIGSTOP)

    def __exit__(self, *more):
        if getattr(self, "berth", None) and self.berth.process:
            self.berth.kill()  # There is nothing to be kept, and much to be put away.
        if hasattr(self, "simulator"):
            self.simulator.process.send_signal(signal.SIGCONT)
        return super().__exit__(*more)


def cpu_seconds(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_bytes(process):
    pages = pathlib.Path(f"/proc/{process.pid}/statm").read_text(encoding="utf-8").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
