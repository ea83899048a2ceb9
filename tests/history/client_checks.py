"""What must hold between the answers that clients got and the log: whatever was acknowledged is in it, and no answer
contradicts it."""

import bisect
import collections
import re

from history import seconds

SESSION = re.compile(r"(?:/admin)?/sessions/([0-9A-Z]{26})(/\w+)?")


def asks(operation, method, route):
    """The id of the session when the operation is this one, `route` being what follows the id."""
    found = SESSION.fullmatch(operation.path.split("?")[0])
    return found[1] if found and operation.method == method and (found[2] or "") == route else None


def launches(history):
    return [one for one in history.operations if (one.method, one.path) == ("POST", "/sessions")]


def acknowledged_launches_are_in_the_log(history, log):
    for launch in launches(history):
        if launch.status != 201:
            continue
        session = log.sessions.get(launch.answer["id"])
        if session is None:
            yield f"session {launch.answer['id']} was acknowledged to {launch.client} and is not in the log"
            continue
        asked = (launch.owner, launch.body["template_id"], launch.body.get("session_type", "ephemeral"))
        if (session.owner, session.template, session.kind) != asked:
            yield f"session {session.id} is another than {launch.client} asked for"
        lasts = round((session.deadlines[0][1] - session.created_at) / 60)
        if lasts != launch.body["duration_minutes"]:
            yield f"session {session.id} lasts {lasts} minutes, not {launch.body['duration_minutes']}"
        if history.wall(session.events[0]) > launch.ended + history.clock_error:
            yield f"session {session.id} was acknowledged before it was recorded"


def a_key_gives_one_session(history, _):
    ids = collections.defaultdict(set)
    for launch in launches(history):
        if launch.key and launch.status == 201:
            ids[launch.owner, launch.key].add(launch.answer["id"])
    for (owner, key), given in ids.items():
        if len(given) > 1:
            yield f"the key {key} of user {owner} gave {len(given)} sessions: {', '.join(sorted(given))}"


def nobody_gets_a_session_unasked(history, log):
    """Every session was acknowledged, or may answer a launch that got no answer."""
    acknowledged, open_launches = set(), collections.Counter()
    tries = collections.defaultdict(list)
    for number, launch in enumerate(launches(history)):
        tries[launch.owner, launch.key or number].append(launch)
    for (owner, _), all_tries in tries.items():
        ids = {launch.answer["id"] for launch in all_tries if launch.status == 201}
        acknowledged |= ids
        if not ids and any(not launch.answered for launch in all_tries):
            open_launches[owner] += 1
    unclaimed = collections.Counter(session.owner for session in log.sessions.values()
                                    if session.id not in acknowledged and not session.is_made_up)
    for owner, count in unclaimed.items():
        if count > open_launches[owner]:
            yield f"user {owner} has {count} sessions that nobody was told of, but {open_launches[owner]} open launches"


def events_of(log, session, kind):
    return [event for event in log.sessions[session].events if event.type == kind] if session in log.sessions else []


def acknowledged_ends_are_in_the_log(history, log):
    for end in history.operations:
        id = asks(end, "DELETE", "") or asks(end, "POST", "/end")
        if not id or end.status not in (200, 204):
            continue
        over = [event for event in log.sessions[id].events if event.position == log.sessions[id].over_from] \
            if id in log.sessions else []
        if not over or history.wall(over[0]) > end.ended + history.clock_error:
            yield f"the end of session {id} was acknowledged to {end.client}, and was not recorded by then"


def each_has_an_event_of_its_own(history, log, answers, kind, fits=lambda event, operation: True):
    """Each answer (session, operation) stands for one event, recorded between the request and the answer."""
    used = set()
    for id, operation in sorted(answers, key=lambda answer: answer[1].ended):
        mine = [event for event in events_of(log, id, kind) if event.position not in used and fits(event, operation)
                and operation.began - history.clock_error <= history.wall(event)
                <= operation.ended + history.clock_error]
        if mine:
            used.add(mine[0].position)
        else:
            yield (f"{operation.method} {operation.path} was acknowledged to {operation.client} without a {kind} of its"
                   " own")


def acknowledged_extensions_are_in_the_log(history, log):
    answers = [(id, operation) for operation in history.operations
               if (id := asks(operation, "POST", "/extend")) and operation.status == 200]
    yield from each_has_an_event_of_its_own(
        history, log, answers, "session_extended",
        lambda event, operation: event.data["expires_at"] == operation.answer["expires_at"])


def opened_desktops_are_in_the_log(history, log):
    answers = [(id, operation) for operation in history.operations
               if (id := asks(operation, "GET", "/desktop")) and operation.status == 303]
    yield from each_has_an_event_of_its_own(history, log, answers, "desktop_opened")


def acknowledged_discards_are_in_the_log(history, log):
    """A discard of nothing is acknowledged too; but what is discarded is not handed over afterwards."""
    for discard in history.operations:
        id = asks(discard, "DELETE", "/vm")
        if not id or discard.status != 204:
            continue
        gone = [event for kind in ("discard_requested", "session_closed") for event in events_of(log, id, kind)]
        unwanted = id in log.sessions and (vm := log.vms.get(log.sessions[id].vmid)) and vm.unwanted_from
        if not unwanted and not any(history.wall(event) <= discard.ended + history.clock_error for event in gone):
            yield f"the discard of session {id} was acknowledged to {discard.client}, and was not recorded by then"


class Reads:
    """The states that a session went through, and which of them an answer may show."""

    def __init__(self, history, log):
        self.history = history
        self.walls = {id: [history.wall(event) for event in session.events] for id, session in log.sessions.items()}
        self.states = {id: [(session.status_at(event.position), session.deadline_at(event.position))
                            for event in session.events] for id, session in log.sessions.items()}

    def newest_by(self, id, time):
        return bisect.bisect_right(self.walls[id], time + self.history.clock_error) - 1

    def find(self, id, shown, floor, time):
        """The earliest of its events from `floor` on, by `time`, after which the session was as it is shown."""
        for index in range(floor, self.newest_by(id, time) + 1):
            if self.states[id][index] == shown:
                return index
        return None


def shown_sessions(operation):
    """What an answer says of sessions as they are now; a repeated launch shows how it once was."""
    if operation.status != 200 or operation.method == "POST" and not operation.path.endswith("/extend"):
        return []
    answer = operation.answer or {}
    return answer.get("items", []) if "items" in answer else [answer] if "expires_at" in answer else []


def answers_agree_with_the_log(history, log):
    """A read of one session shows what was recorded by then, and nothing older than what somebody has seen before it.
    Lists may lag."""
    reads = Reads(history, log)
    seen = collections.defaultdict(list)  # session: when an answer came, and the earliest event it may rest upon
    for operation in sorted(history.operations, key=lambda one: one.began):
        is_list = "items" in (operation.answer or {})
        for shown in shown_sessions(operation):
            id = shown["id"]
            if id not in log.sessions:
                yield f"{operation.path} shows {operation.client} session {id}, which is not in the log"
                continue
            floor = 0 if is_list else max((index for ended, index in seen[id] if ended < operation.began), default=0)
            state = (shown["status"], seconds(shown["expires_at"]))
            index = reads.find(id, state, floor, operation.ended)
            if index is None:
                yield (f"{operation.method} {operation.path} shows {operation.client} session {id} as {shown['status']}"
                       f" until {shown['expires_at']}, which it was not between what was seen before and then")
            elif not is_list:
                seen[id].append((operation.ended, index))


def the_feed_has_no_gap(history, log):
    """A follower of all sessions is sent each of their events once, in order, through every restart."""
    if list(history.feed) != sorted(set(history.feed)):
        yield "the stream of events repeats itself or goes back"
    if not history.feed:
        return
    sent = set(history.feed)
    for event in history.events:
        if event.session and history.feed[0] < event.position < history.feed[-1] and event.position not in sent:
            yield f"the stream of events left out position {event.position}"
            return


CHECKS = [acknowledged_launches_are_in_the_log, a_key_gives_one_session, nobody_gets_a_session_unasked,
          acknowledged_ends_are_in_the_log, acknowledged_extensions_are_in_the_log, opened_desktops_are_in_the_log,
          acknowledged_discards_are_in_the_log, answers_agree_with_the_log, the_feed_has_no_gap]
