"""What the log says of sessions and VMs: a small fold of its own, which shares nothing with Berth's."""

import bisect
import dataclasses

from history import seconds


@dataclasses.dataclass
class Vm:
    """A VMID, and every session that had it, with the position from which on."""
    vmid: int
    made_for: str
    holders: list = dataclasses.field(default_factory=list)
    marks: dict = dataclasses.field(default_factory=dict)  # type of event: positions of those that name this VM
    unwanted_from: int | None = None  # the position of what doomed it; None while it is wanted
    gone_from: int | None = None

    def holder_at(self, position):
        """The session that had it then; None before anybody had."""
        return next((session for since, session in reversed(self.holders) if since <= position), None)

    def is_wanted_at(self, position):
        return self.unwanted_from is None or self.unwanted_from > position


@dataclasses.dataclass
class Session:
    id: str
    owner: int
    template: int
    kind: str  # ephemeral or persistent
    created_at: float
    events: list = dataclasses.field(default_factory=list)
    deadlines: list = dataclasses.field(default_factory=list)  # (position, seconds)
    states: list = dataclasses.field(default_factory=list)  # (position, status), with each change
    vmid: int = 0  # the newest
    kept_from: int | None = None
    over_from: int | None = None
    closed_from: int | None = None

    @property
    def is_made_up(self):
        """Whether it belongs to the demonstration that `berthd seed` writes."""
        return self.events[0].actor == "system:seed"

    def status_at(self, position):
        return self._newest(self.states, position)

    def deadline_at(self, position):
        return self._newest(self.deadlines, position)

    def positions(self, *types):
        return [event.position for event in self.events if event.type in types]

    @staticmethod
    def _newest(changes, position):
        index = bisect.bisect_right(changes, position, key=lambda change: change[0])
        return changes[index - 1][1] if index else None


class Log:
    """The fold of all events; what cannot be is in `faults`."""

    def __init__(self, events):
        self.sessions = {}
        self.vms = {}
        self.faults = []
        for event in events:
            if event.session:
                self.fold(event, event.data)
            if event.type == "removal_intended" and event.data["vm"] in self.vms:
                self.vms[event.data["vm"]].marks.setdefault(event.type, []).append(event.position)

    def fold(self, event, data):
        if event.type == "session_requested":
            session = Session(event.session, data["owner"], data["template"], data["type"], event.at)
            session.states.append((event.position, "pending"))
            if self.sessions.setdefault(event.session, session) is not session:
                self.faults.append(f"session {event.session} is requested twice, again at {event.position}")
        if event.session not in self.sessions:
            self.faults.append(f"position {event.position}: {event.type} of a session that was never requested")
            return
        session = self.sessions[event.session]
        session.events.append(event)
        if session.closed_from:
            self.faults.append(f"position {event.position}: {event.type} after session {session.id} was closed")
        if "vm" in data and data["vm"]:
            self.mark(session, event, data["vm"])
        if "expires_at" in data:
            session.deadlines.append((event.position, seconds(data["expires_at"])))
        self.change(session, event, data)

    def mark(self, session, event, vmid):
        if event.type == "session_placed":
            if self.vms.setdefault(vmid, vm := Vm(vmid, session.id)) is not vm:
                self.faults.append(f"VMID {vmid} is used twice, again at {event.position}")
        if vmid not in self.vms:
            self.faults.append(f"position {event.position}: {event.type} names VMID {vmid}, which nobody reserved")
            self.vms[vmid] = Vm(vmid, session.id)
        vm = self.vms[vmid]
        if event.type in ("session_placed", "vm_taken_over"):
            vm.holders.append((event.position, session.id))
            session.vmid = vmid
        vm.marks.setdefault(event.type, []).append(event.position)

    def change(self, session, event, data):
        match event.type:
            case "session_activated":
                session.states.append((event.position, "active"))
            case "attempt_failed" if data["vm"]:
                self.vms[data["vm"]].unwanted_from = event.position
            case "session_ended" | "session_failed":
                if session.over_from:
                    self.faults.append(f"session {session.id} ends twice, again at {event.position}")
                session.over_from = event.position
                failed = data["reason"] == "provisioning_failed"
                session.states.append((event.position, "failed" if failed else "expired"))
                self.doom(session, event)
            case "vm_kept":
                session.kept_from = event.position
            case "discard_requested":
                if session.vmid:
                    self.vms[session.vmid].unwanted_from = event.position
            case "vm_deleted":
                self.vms[data["vm"]].gone_from = event.position
            case "session_closed":
                session.closed_from = event.position

    def doom(self, session, event):
        """The end of a session ends the need for its VM, unless that holds somebody's work."""
        vm = self.vms.get(session.vmid)
        has_work = session.positions("session_activated", "vm_taken_over") and event.data["reason"] != "vm_lost"
        if vm and vm.unwanted_from is None and not (session.kind == "persistent" and has_work):
            vm.unwanted_from = event.position
