"""Simulated Proxmox, simulated Guacamole and a berthd on free ports here, for demonstrations and system tests."""

import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time
import urllib.parse

import contract

BUILD = pathlib.Path(os.environ.get("BERTH_BUILD",
                                    pathlib.Path(__file__).resolve().parents[2] / "build"))


class Failed(Exception):
    """Something that was waited for did not come."""


def wait_until(what, condition, seconds=60, period=0.05):
    """The first true value of `condition`, asked until the deadline."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(period)
    raise Failed(f"waited {seconds} s in vain for {what}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Answer:
    def __init__(self, status, headers, text):
        self.status = status
        self.headers = headers
        self.text = text

    @property
    def json(self):
        return json.loads(self.text)


def call(port, method, path, body=None, headers=None):
    """One HTTP request on loopback; raises OSError or http.client.HTTPException when there is no answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=45)
    try:
        all_headers = dict(headers or {})
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
            all_headers.setdefault("Content-Type", "application/json")
        connection.request(method, path, body, all_headers)
        response = connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), response.read().decode())
    finally:
        connection.close()


class Simulator:
    """The simulated cluster, and its control port."""

    def __init__(self, time_scale=1, nodes=7, build=BUILD, options=()):
        self.time_scale = time_scale
        self.process = subprocess.Popen(
            [build / "tools/pve_simulator/pve-simulator", "--listen", "127.0.0.1:0",
             "--nodes", str(nodes), "--time-scale", str(time_scale), *options],
            stdout=subprocess.PIPE, text=True)
        ready = json.loads(self.process.stdout.readline())
        self.port = int(ready["url"].rsplit(":", 1)[1])
        self.control_port = int(ready["control"].rsplit(":", 1)[1])
        self.fingerprint = ready["fingerprint"]
        self.token_id = ready["token_id"]
        self.token_secret = ready["token_secret"]

    def control(self, method, path, body=None):
        answer = call(self.control_port, method, path, body)
        if answer.status != 200:
            raise Failed(f"{method} {path} of the simulator's control port: {answer.text}")
        return answer.json

    def vms(self):
        """VMs that are no templates."""
        return [vm for vm in self.control("GET", "/state")["vms"] if not vm["template"]]

    def journal(self, since=0):
        """Effects and requests in order, from the so manieth on."""
        return self.control("GET", f"/journal?since={since}")["effects"]

    def effects(self):
        """What happened in the cluster, requests left out."""
        return [e for e in self.journal() if e["effect"] != "request"]

    def requests(self):
        return [e for e in self.journal() if e["effect"] == "request"]

    def epoch(self):
        """Our wall clock when the cluster's was 0, by the quickest of some questions."""
        def ask():
            asked = time.time()
            now = self.control("GET", "/journal?since=1000000000")["now"]
            answered = time.time()
            return answered - asked, (asked + answered) / 2 - now / self.time_scale
        return min(ask() for _ in range(10))[1]

    def stop(self):
        stop(self.process)


class Guacamole:
    """The simulated Guacamole, and its control endpoint."""

    def __init__(self, port=0):
        program = pathlib.Path(__file__).resolve().parents[1] / "guacamole_simulator/guacamole_simulator.py"
        self.process = subprocess.Popen(["/usr/bin/python3", "-B", program, "--listen", f"127.0.0.1:{port}"],
                                        stdout=subprocess.PIPE, text=True)
        self.ready = json.loads(self.process.stdout.readline())
        self.url = self.ready["url"]
        self.port = int(self.ready["control"].split("/")[2].rsplit(":", 1)[1])

    def settings(self, directory, source="json"):
        """The section of berth.toml; its secrets go into files of the directory."""
        key = pathlib.Path(directory) / "guacamole-json-key"
        password = pathlib.Path(directory) / "guacamole-password"
        key.write_text(self.ready["json_key"], encoding="utf-8")
        password.write_text(self.ready["password"], encoding="utf-8")
        return f"""
[guacamole]
url = "{self.url}"
source = "{source}"
json_key_file = "{key}"
data_source = "{self.ready["data_source"]}"
account = "{self.ready["account"]}"
password_file = "{password}"
"""

    def state(self):
        return call(self.port, "GET", "/control/state").json

    def connect(self, link):
        """The answer to what a browser sends that follows the link."""
        client, token = re.fullmatch(re.escape(self.url) + r"/?#/client/([\w-]+)\?token=(\w+)", link).groups()
        target = urllib.parse.urlsplit(f"{self.url.rstrip('/')}/simulated/tunnel?client={client}")
        return call(target.port, "POST", f"{target.path}?{target.query}", headers={"Guacamole-Token": token})

    def set_fault(self, mode, count=-1):
        call(self.port, "POST", "/control/fault", {"mode": mode, "count": count})

    def stop(self):
        stop(self.process)


def stop(process, seconds=10):
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    return process.wait(seconds)


class Berth:
    """A daemon with a data directory of its own; it can be killed and started again."""

    def __init__(self, simulator, directory, port=None, poll_ms=500, log_level="info", build=BUILD,
                 more="", web=None, server="", proxmox=""):
        """`web`: the directory of the built web application; by default the build's own, when it has one. `server` and
        `proxmox`: more settings of these sections; `more`: more sections."""
        self.build = build
        self.directory = pathlib.Path(directory)
        self.data = self.directory / "data"
        self.config = self.directory / "berth.toml"
        self.log = self.directory / "berthd.log"
        self.port = port or free_port()
        self.process = None
        built = build / "adapters/web/dist"
        self.web = web or (built if (built / "index.html").exists() else None)
        self.environment = dict(os.environ, PROXMOX_TOKEN_SECRET=simulator.token_secret)
        self.config.write_text(f"""
[server]
listen = "127.0.0.1:{self.port}"
{f'web = "{self.web}"' if self.web else ""}
{server}
[data]
directory = "{self.data}"
[proxmox]
hosts = ["127.0.0.1"]
port = {simulator.port}
token_id = "{simulator.token_id}"
fingerprints = ["{simulator.fingerprint}"]
poll_period_ms = {poll_ms}
{proxmox}
[nodes]
sample_period_ms = {max(poll_ms, 1000)}
[log]
level = "{log_level}"
{more}
""", encoding="utf-8")

    def run(self, *arguments):
        return subprocess.run([self.build / "tools/berthd/berthd", "--config", self.config, *arguments],
                              env=self.environment, capture_output=True, text=True, check=False)

    def seed(self):
        """The bearer token and the password of each login."""
        files = [self.directory / "tokens", self.directory / "passwords"]
        done = self.run("seed", "--tokens", files[0], "--passwords", files[1])
        if done.returncode != 0:
            raise Failed(f"berthd seed: {done.stderr}")
        return [dict(line.split() for line in file.read_text(encoding="utf-8").splitlines())
                for file in files]

    def start(self):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                raise Failed(f"something listens on port {self.port} already: stop it, or choose another port")
        self.spawn()
        wait_until("berthd to be ready", self.ready, 30)

    def spawn(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [self.build / "tools/berthd/berthd", "--config", self.config],
                env=self.environment, stderr=log, stdout=log)

    def ready(self):
        if self.process.poll() is not None:
            raise Failed("berthd ended: " + self.log.read_text(encoding="utf-8")[-2000:])
        try:
            return call(self.port, "GET", "/readyz").status == 200
        except OSError:
            return False

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        return stop(self.process)

    def call(self, method, path, token=None, body=None, headers=None):
        all_headers = dict(headers or {})
        if token:
            all_headers["Authorization"] = f"Bearer {token}"
        answer = call(self.port, method, path, body, all_headers)
        contract.check(method, path, answer)
        return answer

    def visit(self, path, token=None, headers=None):
        """As a browser that goes there, which may get a page that the API's description does not know."""
        all_headers = {"Sec-Fetch-Mode": "navigate", "Accept": "text/html"} | (headers or {})
        if token:
            all_headers["Authorization"] = f"Bearer {token}"
        return call(self.port, "GET", path, headers=all_headers)

    def replay(self, *arguments):
        return subprocess.run([self.build / "tools/replay/berth-replay", "--data", self.data, *arguments],
                              capture_output=True, text=True, check=False)


class Stack:
    """All of them, in a directory that goes with them. Use it in a `with`."""

    def __init__(self, time_scale=10, nodes=7, desktops=None, simulator_options=(), **berth_options):
        """`desktops`: "json" or "database", for a Guacamole that is told by these means; None: there is none."""
        self.simulator_options = simulator_options
        self.time_scale = time_scale
        self.nodes = nodes
        self.desktops = desktops
        self.berth_options = berth_options

    def __enter__(self):
        self.directory = tempfile.TemporaryDirectory(prefix="berth-")
        self.simulator = Simulator(self.time_scale, self.nodes, options=self.simulator_options)
        try:
            if self.desktops:
                self.guacamole = Guacamole()
                settings = self.guacamole.settings(self.directory.name, self.desktops)
                self.berth_options["more"] = self.berth_options.get("more", "") + settings
            self.berth = Berth(self.simulator, self.directory.name, **self.berth_options)
            self.tokens, self.passwords = self.berth.seed()
            self.berth.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        berth = getattr(self, "berth", None)
        if berth and berth.process:
            berth.stop()
        if hasattr(self, "guacamole"):
            self.guacamole.stop()
        self.simulator.stop()
        self.directory.cleanup()
