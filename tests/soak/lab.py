"""A lab full of people: launches at a steady rate, each followed until it is active, used for a while, and ended."""

import collections
import heapq
import http.client
import itertools
import random
import threading
import time

from local_stack import call

LOOK_EVERY = 2.0  # seconds between two looks at a session that is not active yet
PATIENCE = 300  # seconds until a session must be active


class Latencies:
    """How long answers took, by route, since the last time somebody asked."""

    def __init__(self):
        self.lock = threading.Lock()
        self.seconds = collections.defaultdict(list)

    def add(self, route, seconds):
        with self.lock:
            self.seconds[route].append(seconds)

    def take(self):
        with self.lock:
            taken, self.seconds = self.seconds, collections.defaultdict(list)
        return taken


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


class Lab:
    """Deeds that are due, done by a few threads. `rate` is launches per minute, `stay` the mean life in seconds."""

    def __init__(self, port, tokens, rate, stay, workers=16, seed=1):
        self.port = port
        self.tokens = tokens
        self.rate = rate
        self.stay = stay
        self.random = random.Random(seed)
        self.latencies = Latencies()
        self.answers = collections.Counter()  # by status; None: no answer
        self.outcomes = collections.Counter()
        self.ready = []  # seconds from each launch until it was seen active
        self.due = []
        self.number = itertools.count()
        self.changed = threading.Condition()
        self.leaving = False
        self.inside = {}  # the path of each session that is not ended yet, and its owner's token
        self.threads = [threading.Thread(target=self.work, daemon=True) for _ in range(workers)]

    def start(self):
        self.at(time.monotonic(), self.arrive, time.monotonic())
        for thread in self.threads:
            thread.start()

    def stop(self):
        """No more launches; everybody leaves now."""
        self.rate = 0
        for path, token in list(self.inside.items()):
            self.at(time.monotonic(), self.leave, token, path)

    def end(self):
        with self.changed:
            self.leaving = True
            self.changed.notify_all()
        for thread in self.threads:
            thread.join(60)

    def at(self, when, deed, *arguments):
        with self.changed:
            heapq.heappush(self.due, (when, next(self.number), deed, arguments))
            self.changed.notify()

    def work(self):
        while True:
            with self.changed:
                while not self.leaving and (not self.due or self.due[0][0] > time.monotonic()):
                    self.changed.wait(self.due[0][0] - time.monotonic() if self.due else None)
                if self.leaving:
                    return
                _, _, deed, arguments = heapq.heappop(self.due)
            try:
                deed(*arguments)
            except Exception as why:  # pylint: disable=broad-except
                self.outcomes[f"error of ours: {why!r}"] += 1

    def ask(self, route, method, path, token, body=None, key=None):
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        began = time.monotonic()
        try:
            answer = call(self.port, method, path, body, headers)
        except (OSError, http.client.HTTPException):
            self.answers[None] += 1
            return None
        self.latencies.add(route, time.monotonic() - began)
        self.answers[answer.status] += 1
        return answer

    # -- one session ----------------------------------------------------------

    def arrive(self, since):
        """The next person comes whether or not this one is served."""
        if not self.rate:
            return
        following = since + self.random.expovariate(self.rate / 60)
        self.at(following, self.arrive, following)
        token = self.random.choice(self.tokens)
        template = self.random.choice([2, 2, 3])
        key = f"soak-{self.random.getrandbits(64):016x}"
        done = self.ask("launch", "POST", "/sessions", token, {"template_id": template, "duration_minutes": 30}, key)
        if not done or done.status != 201:
            self.outcomes["not launched"] += 1
            return
        self.outcomes["launched"] += 1
        self.inside[done.headers["Location"]] = token
        self.at(time.monotonic() + LOOK_EVERY, self.look, token, done.headers["Location"], time.monotonic())

    def look(self, token, path, since):
        seen = self.ask("look", "GET", path, token)
        status = seen.json["status"] if seen and seen.status == 200 else "pending"
        waited = time.monotonic() - since
        if status == "pending" and waited < PATIENCE:
            return self.at(time.monotonic() + LOOK_EVERY, self.look, token, path, since)
        if path not in self.inside:
            return
        self.outcomes[status if status != "pending" else "never active"] += 1
        if status != "active":
            return self.at(time.monotonic(), self.leave, token, path)
        self.ready.append(waited)
        now = time.monotonic()
        stay = self.random.expovariate(1 / self.stay)
        self.at(now + stay, self.leave, token, path)
        if self.random.random() < 0.5:
            self.at(now + stay * 0.1, self.visit, token, path)
        if self.random.random() < 0.3:
            self.at(now + stay * 0.5, self.extend, token, path)
        self.at(now + stay * 0.3, self.list, token)

    def visit(self, token, path):
        self.ask("desktop", "GET", path + "/desktop", token)

    def extend(self, token, path):
        self.ask("extend", "POST", path + "/extend", token, {"minutes": 10})

    def list(self, token):
        self.ask("list", "GET", "/sessions", token)

    def leave(self, token, path):
        done = self.ask("end", "DELETE", path, token)
        if done is None or done.status >= 500:
            return self.at(time.monotonic() + LOOK_EVERY, self.leave, token, path)
        self.inside.pop(path, None)
