"""Guacamole's REST API over HTTP, the page of its client, and a control endpoint that the real one does not have."""

import base64
import http.server
import json
import pathlib
import re
import sys
import threading
import urllib.parse

from gateway import Refused

BASE = "/guacamole"
CLIENT_PAGE = pathlib.Path(__file__).with_name("client.html")
TOKEN_IN_PATH = re.compile(r"(/api/tokens/).+")


class Fault:
    """What goes wrong with the next `count` calls; -1: with all.

    `down` closes the connection, `refuse` answers 403, and `slow` waits until another fault is set, `seconds` at most.
    """

    MODES = ("none", "down", "refuse", "slow")

    def __init__(self, mode="none", count=-1, seconds=60):
        if mode not in self.MODES:
            raise Refused(400, f"mode must be one of {', '.join(self.MODES)}")
        self.mode = mode
        self.count = count
        self.seconds = seconds
        self.over = threading.Event()

    def take(self):
        """The mode for one call."""
        if self.count == 0:
            return "none"
        self.count -= 1
        return self.mode


def client_of(text):
    """Data source and connection that a client's address names."""
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    identifier, kind, data_source = raw.split("\0")
    if kind != "c":
        raise Refused(404, "No such connection.")
    return data_source, identifier


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        """Standard error is for tracebacks."""

    # -- in and out ----------------------------------------------------------

    def handle_one(self):
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.url = urllib.parse.urlsplit(self.path)
        self.query = dict(urllib.parse.parse_qsl(self.url.query))
        if self.url.path.startswith("/control/"):
            return self.reply_with(self.control)
        fault = self.server.fault
        with self.server.lock:
            mode = fault.take()
        if mode == "down":
            self.note(0)
            self.close_connection = True
            return None
        if mode == "refuse":
            return self.reply(403, {"message": "Permission Denied."})
        if mode == "slow":
            self.hold(fault)
        return self.reply_with(self.route)

    def hold(self, fault):
        """Waits until the fault is over; meanwhile the control endpoint counts the call as held."""
        with self.server.lock:
            self.server.held += 1
        fault.over.wait(fault.seconds)
        with self.server.lock:
            self.server.held -= 1

    do_GET = do_POST = do_DELETE = do_PATCH = handle_one

    def reply_with(self, work):
        try:
            with self.server.lock:
                answer = work()
        except Refused as why:
            return self.reply(why.status, {"message": str(why)})
        except (KeyError, ValueError) as why:
            return self.reply(400, {"message": f"malformed: {why!r}"})
        return self.reply(204 if answer is None else 200, answer)

    def reply(self, status, answer):
        self.note(status)
        body = b"" if answer is None else answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if isinstance(answer, bytes) else "application/json")
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def note(self, status):
        if not self.url.path.startswith("/control/"):
            path = TOKEN_IN_PATH.sub(r"\1(token)", self.url.path)
            self.server.calls.append({"method": self.command, "path": path, "status": status})

    # -- routes --------------------------------------------------------------

    def token(self):
        return self.headers.get("Guacamole-Token") or self.query.get("token")

    def route(self):
        if not self.url.path.startswith(BASE + "/"):
            raise Refused(404, "Not Found")
        parts = [urllib.parse.unquote(part) for part in self.url.path[len(BASE) + 1:].split("/")]
        match (self.command, *parts):
            case ("GET", ""):
                return CLIENT_PAGE.read_bytes()
            case ("POST", "api", "tokens"):
                return self.server.gateway.sign_in(dict(urllib.parse.parse_qsl(self.body.decode())))
            case ("DELETE", "api", "tokens", token):
                return self.server.gateway.sign_out(token)
            case ("GET", "api", "session", "tunnels"):
                return self.server.gateway.session(self.token()).tunnels
            case ("POST", "simulated", "tunnel"):
                session = self.server.gateway.session(self.token())
                return self.server.gateway.open(session, *client_of(self.query["client"]))
            case (_, "api", "session", "data", data_source, *rest):
                return self.data(data_source, rest)
        raise Refused(404, "Not Found")

    def data(self, data_source, path):
        gateway = self.server.gateway
        session = gateway.session(self.token())
        if data_source != session.data_source:
            raise Refused(404, "No such data source.")
        if (self.command, path) == ("GET", ["connections"]):
            return {identifier: {key: value for key, value in connection.items() if key != "parameters"}
                    for identifier, connection in gateway.connections_of(session).items()}
        if not gateway.is_admin(session):
            raise Refused(403, "Permission Denied.")
        match (self.command, *path):
            case ("POST", "connections"):
                return gateway.create_connection(json.loads(self.body))
            case ("DELETE", "connections", identifier):
                return gateway.delete_connection(identifier)
            case ("GET", "users"):
                return {name: {"username": name, "attributes": user["attributes"]}
                        for name, user in gateway.users.items()}
            case ("POST", "users"):
                return gateway.create_user(json.loads(self.body))
            case ("DELETE", "users", name):
                return gateway.delete_user(name)
            case ("PATCH", "users", name, "permissions"):
                return gateway.change_permissions(name, json.loads(self.body))
        raise Refused(404, "Not Found")

    def control(self):
        match (self.command, self.url.path):
            case ("GET", "/control/state"):
                return self.server.gateway.state() | {"calls": self.server.calls, "fault": self.server.fault.mode,
                                                    "held": self.server.held}
            case ("DELETE", "/control/sessions"):
                self.server.gateway.sessions.clear()
                return None
            case ("POST", "/control/fault"):
                before, self.server.fault = self.server.fault, Fault(**json.loads(self.body))
                before.over.set()
                return {"mode": self.server.fault.mode}
        raise Refused(404, "Not Found")


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address, gateway):
        super().__init__(address, Handler)
        self.gateway = gateway
        self.fault = Fault()
        self.calls = []
        self.held = 0
        self.lock = threading.Lock()

    def handle_error(self, request, client_address):
        """A client that hangs up is no error of ours."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)
