"""The checker bites: an honest history passes, and each lie in it is found by the check that is there for it."""

import dataclasses
import unittest

from checker import CHECKS, judge
from history import Effect
from honest_history import BEGIN, EPHEMERAL, KEEPING, RESUMING, STRANGER, honest, rechain, time


def replaced(rows, chosen, **changes):
    """With the first one changed that is chosen."""
    index = next(index for index, row in enumerate(rows) if chosen(row))
    return [*rows[:index], dataclasses.replace(rows[index], **changes), *rows[index + 1:]]


def without(rows, chosen):
    kept = [row for row in rows if not chosen(row)]
    assert len(kept) < len(rows)
    return kept


def named(kind, session=EPHEMERAL):
    return lambda event: event.type == kind and event.session == session


def renumbered(events):
    """Dense again, and chained again: as somebody would who covers up what they took out."""
    versions = {}
    for index, event in enumerate(events):
        versions[event.stream] = versions.get(event.stream, 0) + 1
        events[index] = dataclasses.replace(event, position=index + 1, version=versions[event.stream])
    return rechain(events)


class Checker(unittest.TestCase):
    def setUp(self):
        self.told = honest()

    def rewrite(self, events):
        self.told.events = renumbered(list(events))
        self.told.verified_head = self.told.events[-1].chain.hex()
        self.told.feed = ()

    def forget(self, kind, session=EPHEMERAL):
        self.rewrite(without(self.told.events, named(kind, session)))

    def caught(self, *names):
        """The lie is found by these checks, and no other one is misled by it."""
        self.assertEqual({name for name, _ in judge(self.told)}, set(names))

    def test_an_honest_history_passes_every_check(self):
        self.assertEqual(judge(self.told), [])
        self.assertGreaterEqual(len(CHECKS), 20)

    def test_a_changed_event(self):
        self.told.events = replaced(self.told.events, named("session_ended"), actor="user:3")
        self.caught("chain_holds")

    def test_an_event_that_is_gone(self):
        self.told.events = without(self.told.events, named("desktop_opened"))
        self.caught("order_is_dense", "chain_holds", "opened_desktops_are_in_the_log")

    def test_a_log_that_berth_itself_does_not_verify(self):
        self.told.verified_head = None
        self.caught("chain_holds")

    def test_an_acknowledged_session_that_was_never_recorded(self):
        self.rewrite(without(self.told.events, lambda event: event.session == EPHEMERAL))
        self.told.operations = [one for one in self.told.operations if one.path == "/sessions"]
        self.told.effects = without(self.told.effects, lambda effect: effect.vmid == 10_000_001)
        self.caught("acknowledged_launches_are_in_the_log")

    def test_a_session_with_another_duration_than_was_asked_for(self):
        self.told.operations = replaced(self.told.operations, lambda one: one.status == 201,
                                        body={"template_id": 2, "duration_minutes": 60})
        self.caught("acknowledged_launches_are_in_the_log")

    def test_a_key_that_gave_two_sessions(self):
        again = [one for one in self.told.operations if one.status == 201]
        self.told.operations = replaced(self.told.operations, lambda one: one is again[1], key=again[0].key)
        self.caught("a_key_gives_one_session")

    def test_a_session_that_nobody_asked_for(self):
        self.told.operations = without(self.told.operations, lambda one: one.key == "10000001")
        self.caught("nobody_gets_a_session_unasked")

    def test_a_command_that_was_carried_out_twice(self):
        marked = [dataclasses.replace(event, command_id=b"k" * 16) if event.type == "session_requested" else event
                  for event in self.told.events]
        self.rewrite(marked)
        self.caught("commands_are_answered_once")

    def test_an_acknowledged_end_that_was_lost(self):
        self.told.operations = replaced(self.told.operations, lambda one: one.method == "DELETE",
                                        began=BEGIN + 24, ended=BEGIN + 25)
        self.caught("acknowledged_ends_are_in_the_log")

    def test_an_acknowledged_extension_that_was_lost(self):
        self.forget("session_extended")
        self.caught("acknowledged_extensions_are_in_the_log", "answers_agree_with_the_log")

    def test_two_extensions_acknowledged_for_one_event(self):
        self.told.operations += [one for one in self.told.operations if one.path.endswith("/extend")]
        self.caught("acknowledged_extensions_are_in_the_log")

    def test_an_acknowledged_discard_that_was_lost(self):
        vanished = ("discard_requested", "deletion_intended", "vm_deleted", "session_closed")
        self.rewrite(without(self.told.events, lambda event: event.session == RESUMING and event.type in vanished))
        self.told.effects = without(self.told.effects, lambda effect: effect.at > BEGIN + 100)
        self.caught("acknowledged_discards_are_in_the_log")

    def test_an_answer_that_shows_a_session_active_too_early(self):
        self.told.operations = replaced(self.told.operations, lambda one: (one.answer or {}).get("status") == "active",
                                        began=BEGIN + 14, ended=BEGIN + 15)
        self.caught("answers_agree_with_the_log")

    def test_an_answer_older_than_one_before_it(self):
        stale = next(one for one in self.told.operations if one.method == "GET" and one.answer["status"] == "pending")
        self.told.operations.append(dataclasses.replace(stale, began=BEGIN + 25, ended=BEGIN + 26))
        self.caught("answers_agree_with_the_log")

    def test_a_gap_in_the_stream_of_events(self):
        self.told.feed = self.told.feed[:5] + self.told.feed[6:]
        self.caught("the_feed_has_no_gap")

    def test_a_session_that_ends_before_its_deadline(self):
        early = replaced(self.told.events, named("session_ended"), payload='{"reason": "deadline", "detail": ""}')
        self.rewrite(early)
        self.caught("deadlines_are_kept")

    def test_a_session_that_goes_on_after_its_deadline(self):
        self.told.grace = 5
        self.rewrite([dataclasses.replace(event, payload=event.payload.replace(time(3610), time(23)))
                      for event in self.told.events])
        self.told.operations = [one for one in self.told.operations if time(3610) not in str(one.answer)]
        self.caught("deadlines_are_kept")

    def test_more_sessions_than_the_quota(self):
        requested = next(filter(named("session_requested"), self.told.events))
        second = dataclasses.replace(requested, stream=f"session-{EPHEMERAL[:-1]}Z", event_id=b"second")
        self.rewrite([*self.told.events[:requested.position], second, *self.told.events[requested.position:]])
        self.caught("quotas_hold", "nobody_gets_a_session_unasked")

    def test_a_clone_without_its_intent(self):
        self.forget("clone_intended")
        self.caught("every_change_was_announced")

    def test_a_deletion_before_its_intent(self):
        self.told.effects = replaced(self.told.effects, lambda one: one.method == "DELETE", at=BEGIN + 30.5)
        self.caught("every_change_was_announced")

    def test_a_change_that_berth_has_no_reason_for(self):
        self.told.effects.append(Effect(BEGIN + 25, "request", 10_000_001, method="POST",
                                        path="/nodes/pve-1/qemu/10000001/status/suspend", status=200))
        self.caught("every_change_was_announced")

    def test_a_vm_that_the_log_does_not_know(self):
        self.told.effects.append(Effect(BEGIN + 130, "vm_created", 10_000_009, "pve-1", "berth-x", "UPID:qmclone:"))
        self.caught("every_change_was_announced")

    def test_a_vm_made_in_another_session_s_name(self):
        self.told.effects = replaced(self.told.effects, lambda one: one.what == "vm_created" and one.task,
                                     name="berth-" + KEEPING.lower())
        self.caught("each_vm_is_made_for_its_session")

    def test_a_vm_made_twice(self):
        made = next(one for one in self.told.effects if one.what == "vm_created" and one.task)
        self.told.effects.insert(self.told.effects.index(made), dataclasses.replace(made, at=made.at - 0.01))
        self.caught("each_vm_is_made_once", "what_is_called_gone_is_gone")

    def clone_fails_at_first(self):
        made = next(one for one in self.told.effects if one.what == "vm_created" and one.task)
        index = self.told.effects.index(made)
        cloning = "UPID:pve-1:1:qmclone:9001:"
        self.told.effects[index:index] = [dataclasses.replace(made, at=made.at - 0.2, task=cloning),
                                          Effect(made.at - 0.1, "vm_destroyed", made.vmid, made.node, made.name, cloning)]

    def test_a_clone_that_failed_unnoticed_may_be_made_again(self):
        self.clone_fails_at_first()
        self.assertEqual(judge(self.told), [])

    def test_a_clone_that_is_known_to_have_failed_is_made_again(self):
        self.clone_fails_at_first()
        intended = next(filter(named("clone_intended"), self.told.events))
        accepted = dataclasses.replace(intended, type="task_accepted", event_id=b"accepted",
                                       payload='{"vm": 10000001, "upid": "UPID:pve-1:1:qmclone:9001:"}')
        self.rewrite([*self.told.events[:intended.position], accepted, *self.told.events[intended.position:]])
        self.caught("each_vm_is_made_once")

    def test_a_vmid_used_twice(self):
        placed = next(filter(named("session_placed", KEEPING), self.told.events))
        again = dataclasses.replace(placed, payload=placed.payload.replace("10000002", "10000001"), event_id=b"again")
        self.rewrite([*self.told.events[:placed.position - 1], again, *self.told.events[placed.position - 1:]])
        self.caught("streams_are_sound")

    def test_two_running_vms_of_one_session(self):
        placed = next(filter(named("session_placed"), self.told.events))
        more = [dataclasses.replace(placed, payload=placed.payload.replace("10000001", "10000007"), type=kind,
                                    event_id=kind.encode(), recorded_at=placed.recorded_at + 9000)
                for kind in ("session_placed", "start_intended")]
        self.rewrite(sorted([*self.told.events, *more], key=lambda event: event.recorded_at))
        self.told.effects.append(Effect(BEGIN + 25, "vm_started", 10_000_007, "pve-1", "x", "UPID:qmstart:"))
        self.told.effects.append(Effect(BEGIN + 26, "vm_stopped", 10_000_007))
        self.told.effects.sort(key=lambda effect: effect.at)
        self.caught("a_session_has_one_running_vm")

    def test_somebody_else_s_vm_is_stopped(self):
        self.told.effects.append(Effect(BEGIN + 25, "vm_stopped", STRANGER, "pve-1", "somebody-else", "UPID:qmstop:"))
        self.caught("nothing_foreign_is_touched")

    def test_somebody_else_s_vm_is_gone(self):
        self.told.left = tuple(vm for vm in self.told.left if vm["vmid"] != STRANGER)
        self.caught("nothing_foreign_is_touched")

    def test_a_vm_that_is_left(self):
        self.told.effects = without(self.told.effects, lambda one: one.vmid == 10_000_001 and one.at > BEGIN + 32)
        self.told.left += ({"vmid": 10_000_001, "name": "berth-x", "template": False},)
        self.caught("nothing_is_left", "what_is_called_gone_is_gone")

    def test_a_vm_that_outlives_its_session(self):
        self.told.grace = 2
        self.caught("no_vm_outlives_its_session")

    def test_a_vm_that_is_called_gone_and_is_there(self):
        self.told.effects = replaced(self.told.effects, lambda one: one.what == "vm_destroyed", at=BEGIN + 36)
        self.told.effects.sort(key=lambda effect: effect.at)
        self.caught("what_is_called_gone_is_gone")

    def test_a_clone_that_arrives_when_its_vm_was_called_gone(self):
        late = next(one for one in self.told.effects if one.what == "vm_created" and one.task)
        self.told.effects.append(dataclasses.replace(late, at=BEGIN + 130))
        self.told.left += ({"vmid": late.vmid, "name": late.name, "template": False},)
        self.caught("nothing_is_left")

    def test_a_late_clone_that_is_destroyed_too_late(self):
        late = next(one for one in self.told.effects if one.what == "vm_created" and one.task)
        self.told.effects.append(dataclasses.replace(late, at=BEGIN + 130))
        self.told.effects.append(dataclasses.replace(late, at=BEGIN + 1000, what="vm_destroyed"))
        self.caught("no_vm_outlives_its_session")

    def test_a_secret_in_the_log(self):
        self.rewrite(replaced(self.told.events, named("session_ended"),
                              payload='{"reason": "ended_by_user", "detail": "hunter2hunter2"}'))
        self.caught("secrets_stay_secret")

    def test_a_secret_in_the_daemon_s_own_words(self):
        self.told.texts["berthd.log"] = "level=debug msg=connecting password=hunter2hunter2"
        self.caught("secrets_stay_secret")


if __name__ == "__main__":
    unittest.main()
