"""A crowd that launches, extends, visits, ends, keeps and discards all at once, and writes down what it was told."""

import http.client
import random
import re
import threading
import time

from history import Operation
from local_stack import call

ANSWERED_LATER = (503, 429)


class Notebook:
    """What clients ask and are told; shared by their threads."""

    def __init__(self):
        self.operations = []
        self.secrets = []

    def ask(self, client, port, token, method, path, body=None, key=None):
        """The operation, which is also written down. An answer that does not come is an answer of None."""
        headers = {"Authorization": f"Bearer {token}"}
        if key:
            headers["Idempotency-Key"] = key
        began, status, answer = time.time(), None, None
        try:
            reply = call(port, method, path, body, headers)
            status = reply.status
            if status < 300 and reply.text:
                answer = reply.json
            if status == 303:
                answer = {"location": reply.headers["Location"]}
        except (OSError, http.client.HTTPException):
            pass  # Nobody knows what became of it.
        done = Operation(client.name, client.owner, began, time.time(), method, path, status, body, key, answer)
        self.operations.append(done)
        return done


class Client(threading.Thread):
    """One person with two hands: one request at a time, all of them drawn from the seed."""

    def __init__(self, name, owner, token, stack, notebook, seed):
        super().__init__(name=name, daemon=True)
        self.owner = owner
        self.token = token
        self.stack = stack
        self.notebook = notebook
        self.random = random.Random(f"{seed} {name}")
        self.leaving = threading.Event()
        self.sessions = []  # ids of my own, newest last
        self.launched = []  # bodies and keys, to be repeated
        self.pace = 0.3  # seconds between two requests, at most
        self.tries = 1000  # of one launch

    def ask(self, method, path, body=None, key=None):
        return self.notebook.ask(self, self.stack.berth.port, self.token, method, path, body, key)

    def run(self):
        deeds = [(self.launch, 5), (self.repeat, 1), (self.list, 2), (self.look, 6), (self.extend, 2),
                 (self.open_desktop, 2), (self.end, 4), (self.discard, 1)]
        actions, weights = zip(*deeds)
        while not self.leaving.wait(self.random.uniform(0, self.pace)):
            self.random.choices(actions, weights)[0]()

    def any_session(self):
        return self.random.choice(self.sessions[-6:]) if self.sessions else None

    def launch(self):
        body = {"template_id": self.random.randint(1, 3), "duration_minutes": self.random.choice([30, 60, 240])}
        if self.random.random() < 0.3:
            body["session_type"] = "persistent"
        self.insist(body, f"{self.name}-{self.random.getrandbits(64):016x}")

    def insist(self, body, key):
        """Asks until there is an answer, with the same key: that is what it is for."""
        for _ in range(self.tries):
            if self.leaving.wait(self.random.uniform(0, self.pace)):
                return
            done = self.ask("POST", "/sessions", body, key)
            if done.status == 201:
                self.launched.append((body, key))
                if done.answer["id"] not in self.sessions:
                    self.sessions.append(done.answer["id"])
            if done.status is not None and done.status not in ANSWERED_LATER:
                return

    def repeat(self):
        if self.launched:
            self.ask("POST", "/sessions", *self.random.choice(self.launched[-3:]))

    def list(self):
        self.ask("GET", "/sessions?limit=20")

    def on_session(self, method, route="", body=None):
        id = self.any_session()
        return id and self.ask(method, f"/sessions/{id}{route}", body)

    def look(self):
        self.on_session("GET")

    def extend(self):
        self.on_session("POST", "/extend", {"minutes": self.random.randint(1, 30)})

    def end(self):
        self.on_session("DELETE")

    def discard(self):
        self.on_session("DELETE", "/vm")

    def open_desktop(self):
        """The link and the password in it are secrets that nothing may show."""
        done = self.on_session("GET", "/desktop")
        if not done or done.status != 303:
            return
        link = done.answer["location"]
        self.notebook.secrets.append(re.search(r"token=(\w+)", link)[1])
        opened = self.stack.guacamole.connect(link)
        if opened.status == 200 and opened.json["parameters"].get("password"):
            self.notebook.secrets.append(opened.json["parameters"]["password"])


class Follower(threading.Thread):
    """Follows every session by /events, and comes back with the last position after each break."""

    def __init__(self, token, port):
        super().__init__(name="follower", daemon=True)
        self.token = token
        self.port = port
        self.leaving = threading.Event()
        self.last = None
        self.positions = []  # of events of sessions, as they came
        self.resets = 0

    def run(self):
        while not self.leaving.wait(0.05):
            try:
                self.follow()
            except (OSError, http.client.HTTPException, ValueError):
                pass  # It comes back.

    def follow(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Authorization": f"Bearer {self.token}"}
        if self.last is not None:
            headers["Last-Event-ID"] = str(self.last)
        try:
            connection.request("GET", "/events", headers=headers)
            stream = connection.getresponse()
            fields = {}
            while stream.status == 200 and not self.leaving.is_set() and (line := stream.readline().decode()):
                if line == "\n":
                    self.take(fields)
                    fields = {}
                elif ": " in line:
                    name, value = line.rstrip("\n").split(": ", 1)
                    fields[name] = value
        finally:
            connection.close()

    def take(self, fields):
        if "id" in fields:
            self.last = int(fields["id"])
        if fields.get("event") == "session":
            self.positions.append(int(fields["id"]))
        if fields.get("event") == "reset":
            self.resets += 1
