"""What must hold of the log alone: nothing is missing, changed, repeated or out of order, and no secret is in it."""

import collections
import hashlib
import struct

USUAL_QUOTA = 2


def number(value):
    return struct.pack(">Q", value)


def text(value):
    data = value.encode() if isinstance(value, str) else value
    return number(len(data)) + data


def link_after(before, event):
    """As in eventstore/hash_chain.hpp: every value has its length in front, an absent one the longest of all."""
    leaf = b"\0" + number(8) + number(event.position)
    leaf += text(event.stream) + number(8) + number(event.version)
    leaf += text(event.event_id) + text(event.type) + number(8) + number(event.schema_version)
    leaf += number(8) + number(event.recorded_at)
    leaf += text(event.command_id) if event.command_id else b"\xff" * 8
    leaf += text(event.correlation_id)
    leaf += text(event.causation_id) if event.causation_id else b"\xff" * 8
    leaf += text(event.actor) + text(event.payload)
    return hashlib.sha256(b"\2" + before + hashlib.sha256(leaf).digest()).digest()


def first_link(uuid):
    return hashlib.sha256(b"\1" + uuid).digest()


def chain_holds(history, _):
    link = first_link(history.log_uuid)
    for event in history.events:
        link = link_after(link, event)
        if link != event.chain:
            yield f"the chain breaks at position {event.position}"
            return
    if history.verified_head != link.hex():
        yield f"berth-replay verify found the head {history.verified_head}, but it is {link.hex()}"


def order_is_dense(history, _):
    versions = collections.Counter()
    ids = set()
    latest = 0
    for expected, event in enumerate(history.events, 1):
        versions[event.stream] += 1
        if event.position != expected:
            yield f"position {expected} is missing"
            return
        if event.version != versions[event.stream]:
            yield f"position {event.position}: version {event.version} of {event.stream}, not {versions[event.stream]}"
        if event.event_id in ids:
            yield f"position {event.position} has the id of an event before it"
        if event.recorded_at < latest:
            yield f"position {event.position} was recorded before the one in front of it"
        ids.add(event.event_id)
        latest = event.recorded_at


def streams_are_sound(_, log):
    yield from log.faults


def commands_are_answered_once(history, _):
    """The events that answer a command are one append: neighbours, in one stream."""
    last = {}
    for event in history.events:
        if event.command_id is None:
            continue
        before = last.get(event.command_id)
        if before and (before.stream != event.stream or before.position != event.position - 1):
            yield f"the command of position {before.position} is answered again at {event.position}"
        last[event.command_id] = event


def quotas_hold(history, log):
    quotas = {}
    open_sessions = collections.defaultdict(set)
    for event in history.events:
        if event.type == "quota_changed":
            quotas[event.stream] = event.data["sessions"]
        if event.type in ("session_ended", "session_failed"):
            open_sessions[log.sessions[event.session].owner].discard(event.session)
        if event.type == "session_requested" and event.actor != "system:seed":
            owner = event.data["owner"]
            open_sessions[owner].add(event.session)
            quota = quotas.get(f"user-{owner}", USUAL_QUOTA)
            if len(open_sessions[owner]) > quota:
                yield f"position {event.position}: user {owner} has {len(open_sessions[owner])} sessions of {quota}"


def deadlines_are_kept(history, log):
    """No session ends by its deadline before it, and none goes on long after it."""
    for session in log.sessions.values():
        over = next((event for event in session.events if event.position == session.over_from), None)
        if session.is_made_up:
            continue
        if over and over.type == "session_ended" and over.data["reason"] == "deadline":
            if over.at < session.deadline_at(over.position):
                yield f"session {session.id} ended {session.deadline_at(over.position) - over.at:.3f} s too early"
        end = over.at if over else history.events[-1].at
        if session.deadlines and end > session.deadlines[-1][1] + history.grace and served(history, session, end):
            yield f"session {session.id} went on for {end - session.deadlines[-1][1]:.0f} s after its deadline"


def served(history, session, until):
    """Whether a daemon ran for all of the grace after the deadline: one that is off cannot end anything."""
    deadline = session.deadlines[-1][1]
    return any(run.began + run.ahead <= deadline and run.ended + run.ahead >= deadline + history.grace
               for run in history.runs) and until > deadline


def secrets_stay_secret(history, _):
    texts = {"the log": "\n".join(event.payload for event in history.events), **history.texts}
    for name, where in texts.items():
        for secret in history.secrets:
            if secret and secret in where:
                yield f"{name} holds a secret: {secret[:6]}..."


CHECKS = [order_is_dense, chain_holds, streams_are_sound, commands_are_answered_once, quotas_hold, deadlines_are_kept,
          secrets_stay_secret]
