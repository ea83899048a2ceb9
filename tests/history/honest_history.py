"""A made-up history in which everything is as it should be, for tests that put a lie into it."""

import dataclasses
import datetime
import hashlib
import json

from history import Effect, Event, History, Operation, Run
from log_checks import first_link, link_after

BEGIN = 1_800_000_000
UUID = bytes(range(16))
ANA = 2
TEMPLATE = 9001
STRANGER = 10_000_050
EPHEMERAL, KEEPING, RESUMING = ("01M8C9VVM622DHNPKGEF3AKMF" + last for last in "ABC")


def time(second):
    at = datetime.datetime.fromtimestamp(BEGIN + second, datetime.timezone.utc)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Builder:
    """Adds to the three journals. Times are seconds since the history began."""

    def __init__(self):
        self.rows = []  # (second, session, type, payload, actor)
        self.effects = [Effect(BEGIN, "vm_created", TEMPLATE, "pve-1", "gold"),
                        Effect(BEGIN, "vm_created", STRANGER, "pve-1", "somebody-else")]
        self.operations = []

    def event(self, second, session, kind, actor="system:session", /, **payload):
        self.rows.append((second, session, kind, payload, actor))

    def ask(self, second, method, path, status, answer=None, took=0.4, **more):
        self.operations.append(Operation("ana-1", ANA, BEGIN + second, BEGIN + second + took, method, path, status,
                                         answer=answer, **more))

    def change(self, second, what, vmid, session, method=None, path=None):
        """A change that a task makes, and the request before it."""
        if method:
            self.effects.append(Effect(BEGIN + second, "request", vmid, method=method, path=path, status=200))
        task = "" if what == "vm_configured" else f"UPID:pve-1:{what}:"
        self.effects.append(Effect(BEGIN + second + 0.1, what, vmid, "pve-1", "berth-" + session.lower(), task))

    def shown(self, session, status, until):
        return {"id": session, "status": status, "expires_at": time(until)}

    def launch(self, second, session, kind, source, key):
        owner = f"user:{ANA}"
        self.event(second, session, "session_requested", owner, session=session, owner=ANA, template=2, type=kind,
                   expires_at=time(second + 1800))
        self.event(second, session, *source, owner, **({"kept_by": KEEPING} if source[0] == "resumption_intended" else {
            "attempt": 1, "node": "pve-1", "vm": int(key)}))
        self.ask(second - 0.2, "POST", "/sessions", 201, self.shown(session, "pending", second + 1800), key=key,
                 body={"template_id": 2, "duration_minutes": 30, "session_type": kind})

    def make(self, second, session, vm):
        qemu = f"/nodes/pve-1/qemu/{vm}"
        self.event(second, session, "clone_intended", vm=vm)
        self.change(second + 1, "vm_created", vm, session, "POST", f"/nodes/pve-1/qemu/{TEMPLATE}/clone")
        self.event(second + 2, session, "configuration_intended", vm=vm)
        self.change(second + 3, "vm_configured", vm, session, "PUT", qemu + "/config")
        self.wake(second + 4, session, vm)

    def wake(self, second, session, vm):
        self.event(second, session, "start_intended", vm=vm)
        self.change(second + 1, "vm_started", vm, session, "POST", f"/nodes/pve-1/qemu/{vm}/status/start")
        self.event(second + 2, session, "session_activated", vm=vm, node="pve-1", address="10.0.0.1")

    def end(self, second, session):
        self.event(second, session, "session_ended", f"user:{ANA}", reason="ended_by_user", detail="")
        self.ask(second - 0.2, "DELETE", f"/sessions/{session}", 204)

    def destroy(self, second, session, vm, marked=None):
        self.event(second, session, "deletion_intended", vm=vm)
        self.change(second + 1, "vm_stopped", vm, marked or session, "POST", f"/nodes/pve-1/qemu/{vm}/status/stop")
        self.change(second + 2, "vm_destroyed", vm, marked or session, "DELETE", f"/nodes/pve-1/qemu/{vm}")
        self.event(second + 4, session, "vm_deleted", vm=vm)
        self.event(second + 4, session, "session_closed")

    def history(self):
        events = chained([dict(stream="session-" + session if session else f"user-{ANA}", type=kind, at=second,
                               actor=actor, payload=payload)
                          for second, session, kind, payload, actor in sorted(self.rows, key=lambda row: row[0])])
        left = tuple({"vmid": vmid, "name": name, "template": vmid == TEMPLATE}
                     for vmid, name in ((TEMPLATE, "gold"), (STRANGER, "somebody-else")))
        feed = tuple(event.position for event in events)
        return History(self.operations, sorted(self.effects, key=lambda one: one.at), events,
                       [Run(BEGIN - 1, BEGIN + 10_000, 0)], UUID, foreign=frozenset({TEMPLATE, STRANGER}), left=left,
                       verified_head=events[-1].chain.hex(), feed=feed, secrets=("hunter2hunter2",),
                       texts={"berthd.log": "level=info msg=serving"})


def chained(rows):
    versions, events = {}, []
    for position, row in enumerate(rows, 1):
        versions[row["stream"]] = versions.get(row["stream"], 0) + 1
        events.append(Event(position, row["stream"], versions[row["stream"]], hashlib.md5(b"%d" % position).digest(),
                            row["type"], 1, int((BEGIN + row["at"]) * 1000), None, UUID, None, row["actor"],
                            json.dumps(row["payload"]), b""))
    return rechain(events)


def rechain(events):
    """With the links that the events ought to have."""
    link, result = first_link(UUID), []
    for event in events:
        link = link_after(link, event)
        result.append(dataclasses.replace(event, chain=link))
    return result


def honest():
    """An ephemeral session, extended and visited; a persistent one whose VM another resumes and then discards."""
    told = Builder()
    told.event(1, None, "quota_changed", "user:1", sessions=1)
    told.launch(10, EPHEMERAL, "ephemeral", ("session_placed",), "10000001")
    told.ask(10.5, "GET", f"/sessions/{EPHEMERAL}", 200, told.shown(EPHEMERAL, "pending", 1810))
    told.make(11, EPHEMERAL, 10_000_001)
    told.ask(20, "GET", f"/sessions/{EPHEMERAL}", 200, told.shown(EPHEMERAL, "active", 1810))
    told.event(21, EPHEMERAL, "session_extended", f"user:{ANA}", expires_at=time(3610))
    told.ask(20.8, "POST", f"/sessions/{EPHEMERAL}/extend", 200, told.shown(EPHEMERAL, "active", 3610))
    told.event(22, EPHEMERAL, "desktop_opened", f"user:{ANA}", vm=10_000_001)
    told.ask(21.8, "GET", f"/sessions/{EPHEMERAL}/desktop", 303)
    told.end(30, EPHEMERAL)
    told.ask(31, "GET", f"/sessions/{EPHEMERAL}", 200, told.shown(EPHEMERAL, "expired", 3610))
    told.destroy(31, EPHEMERAL, 10_000_001)

    told.launch(40, KEEPING, "persistent", ("session_placed",), "10000002")
    told.make(41, KEEPING, 10_000_002)
    told.end(60, KEEPING)
    told.event(61, KEEPING, "shutdown_intended", vm=10_000_002)
    told.change(62, "vm_stopped", 10_000_002, KEEPING, "POST", "/nodes/pve-1/qemu/10000002/status/shutdown")
    told.event(64, KEEPING, "vm_kept", vm=10_000_002, node="pve-1")
    told.launch(70, RESUMING, "persistent", ("resumption_intended",), "resumes-it")
    told.event(71, KEEPING, "vm_handed_over", to=RESUMING)
    told.event(71, KEEPING, "session_closed")
    told.event(72, RESUMING, "vm_taken_over", vm=10_000_002, node="pve-1", marked=KEEPING)
    told.wake(73, RESUMING, 10_000_002)
    told.end(90, RESUMING)
    told.event(91, RESUMING, "shutdown_intended", vm=10_000_002)
    told.change(92, "vm_stopped", 10_000_002, KEEPING, "POST", "/nodes/pve-1/qemu/10000002/status/shutdown")
    told.event(94, RESUMING, "vm_kept", vm=10_000_002, node="pve-1")
    told.event(100, RESUMING, "discard_requested", f"user:{ANA}")
    told.ask(99.8, "DELETE", f"/sessions/{RESUMING}/vm", 204)
    told.destroy(101, RESUMING, 10_000_002, marked=KEEPING)
    told.ask(120, "GET", "/sessions", 200, {"items": [told.shown(RESUMING, "expired", 1870)]})
    return told.history()
