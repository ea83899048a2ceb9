"""What three witnesses tell of one run: the clients, the simulated cluster, and the event log.

A history is kept as a directory: clients.jsonl, cluster.json, log.db and run.json. Nothing is shared with Berth."""

import bisect
import dataclasses
import datetime
import functools
import json
import pathlib
import sqlite3


@dataclasses.dataclass(frozen=True)
class Operation:
    """One request of a client. Times are seconds of the wall clock."""
    client: str
    owner: int  # the user's id
    began: float
    ended: float
    method: str
    path: str
    status: int | None = None  # None: no answer came, and nobody knows
    body: dict | None = None
    key: str | None = None  # the Idempotency-Key
    answer: dict | None = None

    @property
    def answered(self):
        return self.status is not None and self.status < 500


@dataclasses.dataclass(frozen=True)
class Event:
    """One row of the log. `at` is Berth's own clock, in seconds."""
    position: int
    stream: str
    version: int
    event_id: bytes
    type: str
    schema_version: int
    recorded_at: int  # milliseconds
    command_id: bytes | None
    correlation_id: bytes
    causation_id: bytes | None
    actor: str
    payload: str
    chain: bytes

    @property
    def at(self):
        return self.recorded_at / 1000

    @functools.cached_property
    def data(self):
        return json.loads(self.payload)

    @property
    def session(self):
        """The session's id; None for other streams."""
        return self.stream.removeprefix("session-") if self.stream.startswith("session-") else None


@dataclasses.dataclass(frozen=True)
class Effect:
    """What the cluster saw: a request, or a change of a VM. `at` is seconds of the wall clock."""
    at: float
    what: str
    vmid: int = 0  # of a request: the VM it is about, 0 without one
    node: str = ""
    name: str = ""
    task: str = ""  # empty when no task did it: then somebody else did
    method: str = ""
    path: str = ""
    status: int = 0


@dataclasses.dataclass(frozen=True)
class Run:
    """One life of the daemon, whose wall clock was `ahead` seconds ahead."""
    began: float
    ended: float
    ahead: float


@dataclasses.dataclass
class History:
    operations: list
    effects: list
    events: list
    runs: list
    log_uuid: bytes
    vmids: tuple = (10_000_000, 19_999_999)
    foreign: frozenset = frozenset()  # VMIDs of VMs that are somebody else's
    left: tuple = ()  # VMs that were there at the end, as the simulator's control port shows them
    verified_head: str | None = None  # what berth-replay verify found; None: it refused
    feed: tuple = ()  # positions of the events that a follower of all sessions was sent, in their order
    secrets: tuple = ()
    texts: dict = dataclasses.field(default_factory=dict)  # what was written or said, by name
    clock_error: float = 0.05  # by how much the three clocks may differ, in seconds
    grace: float = 600  # how long a VM may be left when nothing wants it any more, in seconds

    @functools.cached_property
    def _starts(self):
        return [run.began + run.ahead for run in self.runs]

    def wall(self, event):
        """When an event was recorded, by the clock of everybody else. A run's clock is never behind the one before."""
        run = self.runs[max(0, bisect.bisect_right(self._starts, event.at) - 1)]
        return max(event.at - run.ahead, run.began)


def seconds(time):
    """Of a time as the API writes it."""
    return datetime.datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp()


def request_path(row):
    """A request that was refused before anybody looked at it is told with its whole path."""
    return row["path"].removeprefix("/api2/json")


def request_vmid(row):
    """The VM that a request is about."""
    if "newid" in row:
        return row["newid"]
    parts = request_path(row).split("/")
    return int(parts[4]) if len(parts) > 4 and parts[3] == "qemu" and parts[4].isdigit() else 0


def effect_of(row, epoch, scale):
    """`epoch`: the wall clock when the simulator's was 0; `scale`: how much faster that one runs."""
    at = epoch + row["at"] / scale
    if row["effect"] == "request":
        return Effect(at, "request", request_vmid(row), method=row["method"], path=request_path(row),
                      status=row["status"])
    return Effect(at, row["effect"], row["vmid"], row["node"], row["name"], row.get("task", ""))


def read_log(file):
    """The log's name, and its rows, from a database that nobody need have closed."""
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as log:
        uuid = log.execute("SELECT uuid FROM store").fetchone()[0]
        names = ", ".join(field.name for field in dataclasses.fields(Event))
        return uuid, [Event(*row) for row in log.execute(f"SELECT {names} FROM events ORDER BY position")]


def copy_log(source, target):
    with sqlite3.connect(f"file:{source}?mode=ro", uri=True) as log, sqlite3.connect(target) as copy:
        log.backup(copy)


def save(directory, operations, cluster, log, run):
    """`cluster`: the simulator's journal; `run`: the other fields of a History, `epoch` and `scale`."""
    directory = pathlib.Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(dataclasses.asdict(operation)) for operation in operations]
    (directory / "clients.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (directory / "cluster.json").write_text(json.dumps(cluster), encoding="utf-8")
    (directory / "run.json").write_text(json.dumps(run, indent=1), encoding="utf-8")
    copy_log(log, directory / "log.db")


def load(directory):
    directory = pathlib.Path(directory)
    lines = (directory / "clients.jsonl").read_text(encoding="utf-8").splitlines()
    run = json.loads((directory / "run.json").read_text(encoding="utf-8"))
    epoch, scale = run.pop("epoch"), run.pop("scale")
    rows = json.loads((directory / "cluster.json").read_text(encoding="utf-8"))
    uuid, events = read_log(directory / "log.db")
    return History([Operation(**json.loads(line)) for line in lines], [effect_of(row, epoch, scale) for row in rows],
                   events, [Run(*one) for one in run.pop("runs")], uuid, foreign=frozenset(run.pop("foreign")), **run)
