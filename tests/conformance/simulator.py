"""The real pve-simulator as a child process, its control port, and raw requests that show what is on the wire."""

import json
import re
import socket
import ssl
import subprocess
import time
import urllib.request

SECRET = "6b0d5b34-0b4c-4d7e-9e43-3a4f0c1b7d52"
DEADLINE_S = 20


class Reply:
    """A raw HTTP answer: nothing is interpreted that the client could not see."""

    def __init__(self, raw):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin1").split("\r\n")
        version, status, self.reason = (lines[0].split(" ", 2) + ["", ""])[:3]
        self.status = int(status) if status.isdigit() else 0
        self.version = version
        self.headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)

    def json(self):
        return json.loads(self.body)


class Simulator:
    """Context manager: runs the simulator on free ports until the block ends."""

    def __init__(self, binary, certificate_dir, time_scale):
        self.command = [binary, "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--nodes", "3",
                        "--time-scale", str(time_scale), "--certificate-dir", certificate_dir,
                        "--token-secret", SECRET]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        ready = json.loads(self.process.stdout.readline())
        self.port = int(ready["url"].rsplit(":", 1)[1])
        self.control_url = ready["control"]
        self.token_id = ready["token_id"]
        self.tls = ssl.create_default_context()
        self.tls.check_hostname = False
        self.tls.verify_mode = ssl.CERT_NONE
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(DEADLINE_S)
        self.process.stdout.close()

    def control(self, method, path, body=None):
        request = urllib.request.Request(self.control_url + path, method=method,
                                         data=None if body is None else json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=DEADLINE_S) as reply:
            return json.load(reply)

    def request(self, method, target, headers, body=""):
        """Sends exactly these headers after Host, and reads one answer."""
        content = body.encode()
        lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if content:
            lines.append(f"Content-Length: {len(content)}")
        with socket.create_connection(("127.0.0.1", self.port), DEADLINE_S) as plain, \
                self.tls.wrap_socket(plain) as peer:
            peer.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + content)
            return Reply(read_answer(peer))

    def call(self, method, path, form="", token=None, secret=SECRET):
        """An ordinary call of the API."""
        headers = {"Authorization": f"PVEAPIToken={token or self.token_id}={secret}",
                   "Connection": "close"}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return self.request(method, "/api2/json" + path, headers, form)

    def wait_for_task(self, path):
        """Pushes the simulated clock until the task of this path is done."""
        deadline = time.monotonic() + DEADLINE_S
        while self.call("GET", path + "/status").json()["data"]["status"] == "running":
            if time.monotonic() > deadline:
                raise TimeoutError(f"{path} does not end")
            self.control("POST", "/clock", {"advance_s": 2})


def read_answer(peer):
    raw = b""
    while True:
        head, end, body = raw.partition(b"\r\n\r\n")
        length = re.search(rb"\r\nContent-Length: (\d+)", head)
        if end and length and len(body) >= int(length[1]):
            return raw
        try:
            more = peer.recv(65536)
        except ssl.SSLEOFError:
            return raw
        if not more:
            return raw
        raw += more
