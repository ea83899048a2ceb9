"""The API beside a bare Boost.Beast server with as many threads that answers the same bytes, and launches beside the event
log alone. Proxmox is held still while people launch: what is measured is the durable answer, not what it leads to."""

import contextlib
import http.client
import json
import pathlib
import re
import ssl
import statistics
import subprocess
import tempfile

from crowded_stack import PROGRAMS, CrowdedStack, load, run
from figures import Figure
from local_stack import wait_until

CONNECTIONS = [1, 64, 512]
ROUNDS = 3
SECONDS = 0.8  # of each round
STORM = 64  # connections that launch
STORM_SECONDS = 2.5
STORM_ROUNDS = 3
QUIET = {"connections": 8, "rate": 400}  # the requests whose time is measured meanwhile
LISTED = 5  # sessions in the list
LAUNCH = {"template_id": 2, "duration_minutes": 60}
PEOPLE = 256
NODES = 20  # of 10,000 VMs each: room for all that is launched here


def certify(directory):
    """A fresh certificate and its key."""
    files = directory / "certificate.pem", directory / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                    "2", "-subj", "/CN=localhost", "-out", files[0], "-keyout", files[1]], check=True, capture_output=True)
    return files


class Api:
    """berthd, with some sessions of one user; in the end by TLS."""

    def __init__(self, stack, certificate):
        self.stack = stack
        self.port = stack.berth.port
        self.tls = certificate is not None
        self.token = stack.tokens_of_crowd()[0]
        self.one = stack.crowd.with_name("one")
        self.one.write_text(self.token + "\n", encoding="utf-8")
        if self.tls:
            self.switch_to_tls(*certificate)
        for _ in range(LISTED):
            self.session = self.launch()
        stack.hold_proxmox()

    def switch_to_tls(self, certificate, key):
        berth = self.stack.berth
        berth.stop()
        settings = berth.config.read_text(encoding="utf-8")
        berth.config.write_text(settings.replace(
            "[server]", f'[server]\ntls_certificate = "{certificate}"\ntls_key = "{key}"'), encoding="utf-8")
        berth.spawn()
        wait_until("berthd to serve TLS", self.is_ready, 30)
        wait_until("all nodes to be measured", self.has_measured, 30)

    def connect(self):
        if not self.tls:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        trusting = ssl._create_unverified_context()  # pylint: disable=protected-access
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=30, context=trusting)

    def is_ready(self):
        with contextlib.suppress(OSError), contextlib.closing(self.connect()) as connection:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        return False

    def has_measured(self):
        nodes = json.loads(self.ask_as_admin("/admin/nodes"))["items"]
        return all(node["sample_age_seconds"] is not None for node in nodes)

    def launch(self):
        """Waits for the first measurements of the nodes, if need be."""
        with contextlib.closing(self.connect()) as connection:
            connection.request("POST", "/sessions", json.dumps(LAUNCH), {
                "Authorization": f"Bearer {self.token}", "Content-Type": "application/json"})
            return connection.getresponse().headers["Location"]

    def answer(self, path):
        """The bytes of the answer, as they were sent."""
        with contextlib.closing(self.connect()) as connection:
            connection.request("GET", path, headers={"Authorization": f"Bearer {self.token}"})
            response = connection.getresponse()
            fields = "".join(f"{name}: {value}\r\n" for name, value in response.getheaders())
            return f"HTTP/1.1 {response.status} {response.reason}\r\n{fields}\r\n".encode() + response.read()

    def ask_as_admin(self, path):
        with contextlib.closing(self.connect()) as connection:
            connection.request("GET", path, headers={"Authorization": f"Bearer {self.stack.tokens['admin']}"})
            return connection.getresponse().read().decode()

    def batches(self):
        """Launches that were committed, and commits."""
        text = self.ask_as_admin("/metrics")
        return [float(re.search(rf"(?m)^berth_append_batch_{what} (\S+)$", text)[1]) for what in ("sum", "count")]


@contextlib.contextmanager
def bare_server(answer, directory, certificate):
    """Its port."""
    (directory / "answer").write_bytes(answer)
    secured = ["--certificate", certificate[0], "--key", certificate[1]] if certificate else []
    server = subprocess.Popen([PROGRAMS / "bare_server", "--answer", directory / "answer", *secured],
                              stdout=subprocess.PIPE, text=True)
    try:
        yield int(server.stdout.readline())
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()


def median(reports, what):
    return statistics.median(report[what] for report in reports)


def compare_get(api, path, name, directory, certificate, scheme):
    with bare_server(api.answer(path), directory, certificate) as port:
        for connections in CONNECTIONS:
            asked = {"connections": connections, "seconds": SECONDS, "tokens": api.one, "tls": api.tls}
            ours, bare = [], []
            for _ in range(ROUNDS):
                ours.append(load(api.port, path, **asked))
                bare.append(load(port, path, **asked))
            title = f"GET {name}, {scheme}, {connections} connection{'s' * (connections > 1)}"
            yield Figure(title, median(ours, "per_second"), "/s", median(bare, "per_second"), "bare Beast", goal=0.7)
            yield Figure(title + ": p99", median(ours, "p99_ms"), "ms", median(bare, "p99_ms"), "bare Beast",
                         less_is_better=True)


def log_limit(api, batch):
    # On the disk that the log is on, which is where berthd's directory is.
    with tempfile.TemporaryDirectory(prefix="berth-log-", dir=api.stack.directory.name) as empty:
        return run("log_limit", "--directory", empty, "--batch", max(1, round(batch)), "--seconds", SECONDS)


def compare_post(api, scheme):
    for connections in CONNECTIONS:
        launched, limits, batches = [], [], []
        for _ in range(ROUNDS):
            before = api.batches()
            launched.append(load(api.port, "/sessions", method="POST", body=LAUNCH, tokens=api.stack.crowd, tls=api.tls,
                                 connections=connections, seconds=SECONDS))
            appends, commits = (after - b for after, b in zip(api.batches(), before))
            batches.append(appends / commits)
            limits.append(log_limit(api, batches[-1]))
        title = f"durable POST /sessions, {scheme}, {connections} connection{'s' * (connections > 1)}"
        yield Figure(title, median(launched, "per_second"), "/s", statistics.median(limits),
                     f"event log alone, {statistics.median(batches):.1f} in each commit", goal=0.7)
        yield Figure(title + ": p99", median(launched, "p99_ms"), "ms", less_is_better=True)


@contextlib.contextmanager
def storm(api):
    """While it lasts, people launch."""
    launching = subprocess.Popen(
        [PROGRAMS / "http_load", "--port", str(api.port), "--path", "/sessions", "--method", "POST", "--body",
         json.dumps(LAUNCH), "--tokens", api.stack.crowd, "--connections", str(STORM), "--seconds", str(STORM_SECONDS),
         *(["--tls"] if api.tls else [])], stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        launching.wait()


def storms(api, directory, certificate):
    """p99 while nobody launches, and in storms: Berth's, and those of the bare server, which answers in the same storms because
    launches take both processors, whoever answers beside them."""
    with bare_server(api.answer(api.session), directory, certificate) as bare_port:
        def ask(port):
            return load(port, api.session, seconds=STORM_SECONDS - 0.8, tokens=api.one, tls=api.tls, **QUIET)["p99_ms"]
        alone = ask(api.port)
        ours, bare = [], []
        # What was launched goes on meanwhile, more of it each time: that is shared in this order.
        for port, seen in ((api.port, ours), (bare_port, bare), (bare_port, bare), (api.port, ours)):
            with storm(api):
                seen.append(ask(port))
    return alone, ours, bare


@contextlib.contextmanager
def fresh_api(scheme):
    """What was launched before waits for Proxmox, and asks it again and again: whoever measures launches begins anew."""
    with CrowdedStack(people=PEOPLE, nodes=NODES) as stack:
        directory = pathlib.Path(stack.directory.name)
        certificate = certify(directory) if scheme == "TLS" else None
        yield Api(stack, certificate), directory, certificate


def compare_storms(scheme):
    alone, ours, bare = [], [], []
    for _ in range(STORM_ROUNDS):
        with fresh_api(scheme) as at:
            quiet, with_berth, with_bare = storms(*at)
        alone.append(quiet)
        ours += with_berth
        bare += with_bare
    title = f"p99 of GET /sessions/{{id}}, {scheme}, while {STORM} connections launch"
    yield Figure(title, statistics.mean(ours), "ms", statistics.mean(bare), "bare Beast beside the same launches",
                 less_is_better=True, goal=0.8)
    yield Figure(f"the same, {scheme}, while nobody launches", statistics.mean(alone), "ms", less_is_better=True)


def measure():
    for scheme in ("plain", "TLS"):
        with fresh_api(scheme) as (api, directory, certificate):
            yield from compare_get(api, api.session, "/sessions/{id}", directory, certificate, scheme)
            yield from compare_get(api, "/sessions", "/sessions", directory, certificate, scheme)
        yield from compare_storms(scheme)
        with fresh_api(scheme) as (api, _, _):
            yield from compare_post(api, scheme)
