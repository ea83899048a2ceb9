"""What must hold between the cluster's journal and the log: every change was announced, every VM is some session's, and
none is left, doubled, or somebody else's."""

import collections
import re

# A late clone is removed by an intent of its own; what is to be deleted may have to lose its protection first.
DELETION = ("deletion_intended", "removal_intended")
CONFIGURATION = ("configuration_intended", *DELETION)
# What each change that the cluster saw must follow: the intent, in the log, for this VMID.
INTENTS = {
    "vm_created": ("clone_intended",),
    "vm_configured": CONFIGURATION,
    "vm_started": ("start_intended",),
    "vm_stopped": ("shutdown_intended", *DELETION),
    "vm_destroyed": DELETION,
}
CALLS = [
    (re.compile(r"POST /nodes/[^/]+/qemu/\d+/clone"), ("clone_intended",)),
    (re.compile(r"(PUT|POST) /nodes/[^/]+/qemu/\d+/config"), CONFIGURATION),
    (re.compile(r"PUT /nodes/[^/]+/qemu/\d+/resize"), ("configuration_intended",)),
    (re.compile(r"POST /nodes/[^/]+/qemu/\d+/status/start"), ("start_intended",)),
    (re.compile(r"POST /nodes/[^/]+/qemu/\d+/status/shutdown"), ("shutdown_intended",)),
    (re.compile(r"POST /nodes/[^/]+/qemu/\d+/status/stop"), ("shutdown_intended", *DELETION)),
    (re.compile(r"DELETE /nodes/[^/]+/qemu/\d+"), DELETION),
    (re.compile(r"POST /nodes/[^/]+/qemu/\d+/agent/set-user-password"), ("desktop_opened",)),
]


def intents_of(effect):
    """The intents of which one must come before it; None when there is none for such a change."""
    if effect.what != "request":
        undone = effect.what == "vm_destroyed" and ":qmclone:" in effect.task
        return ("clone_intended",) if undone else INTENTS.get(effect.what, ())
    line = f"{effect.method} {effect.path}"
    return next((intents for pattern, intents in CALLS if pattern.fullmatch(line)), None)


def is_ours(effect):
    """Whether Berth has done it, and not somebody else, or a node that failed."""
    if effect.what == "request":
        return effect.method != "GET"
    return effect.task != "" or effect.what == "vm_configured"


def changes(history):
    return [effect for effect in history.effects if is_ours(effect) and effect.vmid not in history.foreign]


def by_position(history):
    return {event.position: event for event in history.events}


def every_change_was_announced(history, log):
    events = by_position(history)
    for effect in changes(history):
        intents = intents_of(effect)
        what = f"{effect.method} {effect.path}" if effect.what == "request" else effect.what
        vm = log.vms.get(effect.vmid)
        if intents is None:
            yield f"{what} is no change that Berth has a reason for"
            continue
        if vm is None:
            yield f"{what} of VM {effect.vmid}, which the log has never reserved"
            continue
        announced = [events[position] for intent in intents for position in vm.marks.get(intent, [])]
        if not any(history.wall(event) <= effect.at + history.clock_error for event in announced):
            yield f"{what} of VM {effect.vmid} came before any {' or '.join(intents)} was recorded"


def each_vm_is_made_for_its_session(history, log):
    for effect in changes(history):
        if effect.what != "vm_created":
            continue
        vm = log.vms.get(effect.vmid)
        if vm and effect.name != "berth-" + vm.made_for.lower():
            yield f"VM {effect.vmid} was made as {effect.name}, but it was reserved for session {vm.made_for}"
        if not history.vmids[0] <= effect.vmid <= history.vmids[1]:
            yield f"VM {effect.vmid} was made outside Berth's own VMIDs"


def each_vm_is_made_once(history, log):
    """A second one can only come from a request that was late, when the first is to be destroyed, or has been; or from one
    that was sent again, when the first clone had failed, or its VM had been deleted by hand, before Berth knew of it."""
    made, lost = set(), {}
    for effect in history.effects:
        vmid, vm = effect.vmid, log.vms.get(effect.vmid)
        if effect.what == "vm_destroyed" and (not effect.task or ":qmclone:" in effect.task):
            lost[vmid] = effect.at
        if effect.what != "vm_created" or not vm:
            continue
        unnoticed = vmid in lost and not was_accepted(history, vm, lost.pop(vmid))
        if vmid in made and not unnoticed and not is_doomed(history, vm, effect.at):
            yield f"VM {vmid} was made twice"
        made.add(vmid)


def was_accepted(history, vm, before):
    """Whether the log names a task for this VM."""
    events = history.events
    return any(history.wall(events[position - 1]) < before - history.clock_error
               for position in vm.marks.get("task_accepted", []))


def holder_of(history, vm, at):
    held = by_time(history, vm.holders, at)
    return held[1] if held else vm.made_for


def by_time(history, changes_of, at):
    events = history.events
    past = [change for change in changes_of if history.wall(events[change[0] - 1]) <= at + history.clock_error]
    return past[-1] if past else None


def is_doomed(history, vm, at):
    return vm.unwanted_from is not None \
        and history.wall(history.events[vm.unwanted_from - 1]) <= at + history.clock_error


def a_session_has_one_running_vm(history, log):
    """Besides those that are to be destroyed."""
    running = set()
    for effect in history.effects:
        if effect.what == "vm_started":
            running.add(effect.vmid)
        if effect.what in ("vm_stopped", "vm_destroyed"):
            running.discard(effect.vmid)
        if effect.what != "vm_started":
            continue
        holders = collections.Counter(holder_of(history, log.vms[vmid], effect.at) for vmid in running
                                      if vmid in log.vms and not is_doomed(history, log.vms[vmid], effect.at))
        for session, count in holders.items():
            if count > 1:
                yield f"session {session} has {count} running VMs when VM {effect.vmid} starts"


def nothing_foreign_is_touched(history, _):
    left = {vm["vmid"] for vm in history.left}
    for effect in history.effects:
        is_clone = effect.path.endswith("/clone")  # Proxmox refuses a VMID that is taken; the source is only read.
        if effect.vmid in history.foreign and is_ours(effect) and not is_clone:
            yield f"{effect.method} {effect.path} {effect.what} touches VM {effect.vmid}, which is somebody else's"
    for vmid in sorted(history.foreign - left):
        yield f"VM {vmid} is somebody else's, and it is gone"


def nothing_is_left(history, log):
    for row in history.left:
        vm = log.vms.get(row["vmid"])
        if row["template"] or row["vmid"] in history.foreign:
            continue
        if vm is None:
            yield f"VM {row['vmid']} '{row['name']}' is left, and the log does not know it"
        elif vm.unwanted_from is not None and "vm_quarantined" not in vm.marks:
            yield f"VM {row['vmid']} of session {vm.made_for} is left"


def lives(history):
    """Every VM that was made: its VMID, and when it was made and destroyed; None: not yet."""
    rows, there = [], {}
    for effect in history.effects:
        if effect.what == "vm_created":
            there[effect.vmid] = len(rows)
            rows.append((effect.vmid, effect.at, None))
        if effect.what == "vm_destroyed" and effect.vmid in there:
            vmid, made, _ = rows[there[effect.vmid]]
            rows[there.pop(effect.vmid)] = (vmid, made, effect.at)
    return rows


def overstays(history, log):
    """How long each VM was there when nothing wanted it any more, in seconds. Those in quarantine await an operator."""
    end = max((effect.at for effect in history.effects), default=0)
    for vmid, made, gone in lives(history):
        vm = log.vms.get(vmid)
        if vm and vm.unwanted_from is not None and "vm_quarantined" not in vm.marks:
            yield vmid, (gone or end) - max(made, history.wall(history.events[vm.unwanted_from - 1]))


def no_vm_outlives_its_session(history, log):
    for vmid, seconds in overstays(history, log):
        if seconds > history.grace:
            yield f"VM {vmid} was there for {seconds:.0f} s after nothing wanted it any more"


def what_is_called_gone_is_gone(history, log):
    for vmid, made, gone in lives(history):
        vm = log.vms.get(vmid)
        if not vm or vm.gone_from is None or vmid in history.foreign:
            continue
        called_gone = history.wall(history.events[vm.gone_from - 1])
        if made < called_gone - history.clock_error and (gone is None or gone > called_gone + history.clock_error):
            yield f"VM {vmid} is gone by the log, and was there"


CHECKS = [every_change_was_announced, each_vm_is_made_for_its_session, each_vm_is_made_once,
          a_session_has_one_running_vm, nothing_foreign_is_touched, nothing_is_left, no_vm_outlives_its_session,
          what_is_called_gone_is_gone]
