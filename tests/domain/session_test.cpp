#include "tests/support/given_when_then.hpp"

#include "domain/session/next_actions.hpp"

using namespace berth::tests;

namespace {

place_on place(vm_id on = vm, node_name node = pve1) {
  return {std::move(node), on, {}};
}

request_session request(duration lifetime, std::variant<place_on, session_id> source = place(),
                        session_type type = session_type::ephemeral) {
  return {own, {7}, {2}, ubuntu(), type, lifetime, std::move(source)};
}

} // namespace

TEST_CASE("session: a request is placed in the same breath") {
  given({}).when(request(60min)).then({requested(), placed()});
}

TEST_CASE("session: lasts 30 to 240 minutes") {
  given({}).when(request(30min - 1ms)).then_refused(refusal_code::invalid);
  given({}).when(request(240min + 1ms)).then_refused(refusal_code::invalid);
  CHECK(decide({}, request(30min), nine).has_value());
  CHECK(decide({}, request(240min), nine).has_value());
}

TEST_CASE("session: only a persistent one resumes a kept VM") {
  given({}).when(request(60min, keeper)).then_refused(refusal_code::invalid);
  given({})
      .when(request(60min, keeper, session_type::persistent))
      .then({requested(session_type::persistent), resumption_intended{keeper}});
}

TEST_CASE("session: cannot be requested twice") {
  given(until_active()).when(request(60min)).then_refused(refusal_code::not_in_this_state);
}

TEST_CASE("session: goes step by step, each intent before its call") {
  given(until_placed()).when(begin_clone{vm}).then({clone_intended{vm}});
  given(until_cloning()).when(accept_task{vm, upid}).then({task_accepted{vm, upid}});
  given(until_cloning()).when(begin_configuration{vm}).then({configuration_intended{vm}});
  given(until_configuring()).when(begin_start{vm}).then({start_intended{vm}});
  given(until_starting()).when(confirm_start{vm}).then({vm_started{vm, nine + 120s}});
  given(until_waiting())
      .when(activate{vm, pve2, "10.0.0.9"})
      .then({session_activated{vm, pve2, "10.0.0.9"}});
}

TEST_CASE("session: an answer about another VM or an earlier step changes nothing") {
  given(until_cloning()).when(begin_configuration{second_vm}).then_nothing();
  given(until_active()).when(begin_start{vm}).then_nothing();
  given(until_active()).when(report_fault{vm, fault_class::transient, "late"}).then_nothing();
  given(until_closed()).when(confirm_deletion{vm}).then_nothing();
}

TEST_CASE("session: a transient fault is tried again after 10, 30 and 60 seconds, then the attempt "
          "fails") {
  auto busy = report_fault{vm, fault_class::transient, "busy"};
  auto before = until_cloning();
  for (auto [failures, wait] : {std::pair{1u, 10s}, {2u, 30s}, {3u, 60s}}) {
    auto failed = step_failed{vm, fault_class::transient, "busy", failures, nine + wait};
    given(before).when(busy).then({failed});
    before = before + history{failed};
  }
  given(before).when(busy).then(
      {attempt_failed{1, vm, fault_class::transient, "busy", nine + 10s}});
}

TEST_CASE("session: jitter stretches a wait by a fifth at most") {
  given(until_cloning())
      .when(report_fault{vm, fault_class::transient, "busy", 1.2})
      .then({step_failed{vm, fault_class::transient, "busy", 1, nine + 12s}});
  given(until_cloning())
      .when(report_fault{vm, fault_class::transient, "busy", 9.0})
      .then({step_failed{vm, fault_class::transient, "busy", 1, nine + 12s}});
}

TEST_CASE("session: a node without room is left at once, and not asked again") {
  auto before =
      until_cloning() + history{attempt_failed{1, vm, fault_class::capacity, "full", nine}};
  given(until_cloning())
      .when(report_fault{vm, fault_class::capacity, "full"})
      .then({attempt_failed{1, vm, fault_class::capacity, "full", nine}});
  CHECK(fold(before).refused_by == std::vector{pve1});
}

TEST_CASE("session: a permanent fault fails it at once") {
  given(until_cloning())
      .when(report_fault{vm, fault_class::permanent, "template missing"})
      .then({attempt_failed{1, vm, fault_class::permanent, "template missing", nine + 10s},
             session_failed{end_reason::provisioning_failed, "template missing"}});
}

TEST_CASE("session: the third attempt is the last") {
  auto third = until_placing()
               + history{attempt_failed{1, {}, fault_class::capacity, "full", nine},
                         attempt_failed{2, {}, fault_class::capacity, "full", nine}, placed(3)};
  given(third)
      .when(abandon_attempt{vm, "no address"})
      .then({attempt_failed{3, vm, fault_class::transient, "no address", nine + 60s},
             session_failed{end_reason::provisioning_failed, "no address"}});
}

TEST_CASE("session: without a node for its next attempt it waits, and gives up in the end") {
  auto first = attempt_failed{1, {}, fault_class::capacity, "all full", nine + 10s};
  auto second = attempt_failed{2, {}, fault_class::capacity, "all full", nine + 30s};
  given(until_placing()).when(report_no_capacity{"all full"}).then({first});
  given(until_placing() + history{first}).when(report_no_capacity{"all full"}).then({second});
  given(until_placing() + history{first, second})
      .when(report_no_capacity{"all full"})
      .then({attempt_failed{3, {}, fault_class::capacity, "all full", nine + 60s},
             session_failed{end_reason::provisioning_failed, "all full"}, session_closed{}});
}

TEST_CASE("session: one whose VM is lost is over, whatever its type") {
  for (auto type : {session_type::ephemeral, session_type::persistent}) {
    auto lost = session_ended{end_reason::vm_lost, "the VM is gone"};
    given(until_active(type)).when(lose_vm{vm, "the VM is gone"}).then({lost});
    CHECK(step_name(fold(until_active(type) + history{lost})) == "deleting");
  }
  given(until_active()).when(lose_vm{second_vm, "another"}).then_nothing();
}

TEST_CASE("session: a kept VM that is lost leaves nothing to keep") {
  given(until_kept()).when(lose_vm{vm, "gone"}).then({vm_deleted{vm}, session_closed{}});
  given(until_kept()).when(lose_vm{second_vm, "another"}).then_nothing();
  given(until_handed_over()).when(lose_vm{vm, "gone"}).then_nothing();
}

TEST_CASE("session: a VM is lost only while nobody tends it") {
  given(until_waiting()).when(lose_vm{vm, "gone"}).then_nothing();
  given(until_deletion_intended()).when(lose_vm{vm, "gone"}).then_nothing();
}

TEST_CASE("session: an active or kept one follows its VM to another node") {
  for (const auto& before : {until_active(), until_kept()}) {
    given(before).when(note_move{vm, pve2}).then({vm_moved{vm, pve2}});
    CHECK(fold(before + history{vm_moved{vm, pve2}}).node == pve2);
    given(before).when(note_move{vm, pve1}).then_nothing();
    given(before).when(note_move{second_vm, pve2}).then_nothing();
  }
  given(until_waiting()).when(note_move{vm, pve2}).then_nothing();
  auto handed = fold(until_kept() + history{vm_moved{vm, pve2}, vm_handed_over{heir}});
  CHECK(std::get<over>(handed.phase).handed->node == pve2);
}

TEST_CASE("session: expires at its deadline, and not before") {
  given(until_active()).when(reach_deadline{}, nine + 60min - 1ms).then_nothing();
  given(until_active())
      .when(reach_deadline{}, nine + 60min)
      .then({session_ended{end_reason::deadline, {}}});
  CHECK(status_of(fold(until_deleting())) == session_status::expired);
}

TEST_CASE("session: a deadline that was moved is not reached at the old time") {
  auto extended = until_active() + history{session_extended{nine + 90min}};
  given(extended).when(reach_deadline{}, nine + 60min).then_nothing();
}

TEST_CASE("session: is extended up to 480 minutes in all") {
  given(until_active()).when(extend{60min}).then({session_extended{nine + 120min}});
  given(until_active()).when(extend{420min}).then({session_extended{nine + 480min}});
  given(until_active()).when(extend{421min}).then_refused(refusal_code::invalid);
  given(until_active()).when(extend{0min}).then_refused(refusal_code::invalid);
  given(until_deleting()).when(extend{60min}).then_refused(refusal_code::not_in_this_state);
}

TEST_CASE("session: ending twice changes nothing, and an end is final") {
  given(until_deleting()).when(end{end_reason::ended_by_admin, {}}).then_nothing();
  given(until_deleting()).when(reach_deadline{}, nine + 999min).then_nothing();
}

TEST_CASE("session: ended while waiting for a node, it closes in the same breath") {
  given(until_placing())
      .when(end{end_reason::ended_by_user, {}})
      .then({session_ended{end_reason::ended_by_user, {}}, session_closed{}});
}

TEST_CASE("session: ended during its clone, it still owes the deletion") {
  auto ended = fold(until_cloning() + history{session_ended{end_reason::ended_by_user, {}}});
  REQUIRE(ended.doomed.size() == 1);
  CHECK(next_actions(ended) == std::vector<action>{tend_vm{{vm, pve1, own}, {}}});
}

TEST_CASE("session: closes when its last VM is gone") {
  given(until_deletion_intended())
      .when(confirm_deletion{vm})
      .then({vm_deleted{vm}, session_closed{}});
}

TEST_CASE("session: taking a VM down is never given up") {
  auto before = until_deletion_intended();
  std::uint32_t failures = 0;
  for (auto wait : {duration{10s}, duration{30s}, duration{60s}, duration{5min}, duration{5min}}) {
    auto failed = teardown_failed{vm, "busy", ++failures, nine + wait};
    given(before).when(report_teardown_fault{vm, "busy"}).then({failed});
    before = before + history{failed};
  }
}

TEST_CASE("session: a VM in quarantine keeps its session open until it is gone") {
  auto parked = until_deleting() + history{vm_quarantined{vm, "locked", nine + 5min}};
  CHECK(next_actions(fold(parked)) == std::vector<action>{tend_vm{{vm, pve1, own}, nine + 5min}});
  given(parked).when(confirm_deletion{vm}).then({vm_deleted{vm}, session_closed{}});
}

TEST_CASE("session: a persistent one keeps its VM, and hands it over once") {
  given(until_shutdown_intended()).when(confirm_kept{vm, pve1}).then({vm_kept{vm, pve1}});
  given(until_kept()).when(hand_over{heir}).then({vm_handed_over{heir}, session_closed{}});
  given(until_handed_over()).when(hand_over{heir}).then_nothing();
  given(until_handed_over()).when(hand_over{own}).then_refused(refusal_code::not_in_this_state);
  given(until_active()).when(hand_over{heir}).then_refused(refusal_code::not_in_this_state);
}

TEST_CASE("session: a resumed VM is never destroyed because its start failed") {
  given(until_resumed())
      .when(report_fault{vm, fault_class::permanent, "broken disk"})
      .then({session_failed{end_reason::provisioning_failed, "broken disk"}});
  auto failed = fold(until_resumed()
                     + history{session_failed{end_reason::provisioning_failed, "broken disk"}});
  CHECK(failed.doomed.empty());
  CHECK(step_name(failed) == "shutting_down");
}

TEST_CASE("session: ended while its kept VM is on the way, it still takes it and keeps it") {
  auto ended = fold(until_resuming_ended());
  CHECK(next_actions(ended) == std::vector<action>{claim_kept_vm{keeper}});
  auto taken = fold(until_resuming_ended() + history{vm_taken_over{vm, pve1, keeper}});
  CHECK(step_name(taken) == "shutting_down");
}

TEST_CASE("session: fails when the kept VM is not to be had") {
  given(until_resuming())
      .when(give_up_resumption{"discarded"})
      .then({session_failed{end_reason::provisioning_failed, "discarded"}, session_closed{}});
}

TEST_CASE("session: a kept VM is discarded by its owner's wish alone") {
  CHECK(next_actions(fold(until_kept())).empty());
  given(until_kept()).when(discard{}).then({discard_requested{}});
  given(until_active()).when(discard{}).then_refused(refusal_code::not_in_this_state);
  given(until_handed_over()).when(discard{}).then_refused(refusal_code::not_in_this_state);
}

TEST_CASE("session: statuses are the four of the specification") {
  CHECK(to_string(status_of(fold(until_cloning()))) == "pending");
  CHECK(to_string(status_of(fold(until_active()))) == "active");
  CHECK(to_string(status_of(fold(until_closed()))) == "expired");
  CHECK(to_string(status_of(
            fold(until_placing() + history{session_failed{end_reason::provisioning_failed, "x"}})))
        == "failed");
}

TEST_CASE("session: folding in two parts gives what folding at once gives") {
  auto whole = until_closed();
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    auto middle = fold({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(cut)});
    for (auto i = cut; i < whole.size(); ++i)
      middle = evolve(std::move(middle), whole[i], nine);
    CHECK(middle == fold(whole));
  }
}

TEST_CASE("session: there is a desktop only while it is active") {
  given(until_active()).when(open_desktop{}).then({desktop_opened{vm}});
  auto visited = until_active() + history{desktop_opened{vm}};
  given(visited).when(open_desktop{}).then({desktop_opened{vm}});
  CHECK(fold(visited) == fold(until_active()));
  for (const auto& without : {until_waiting(), until_deleting(), until_kept(), until_closed()})
    given(without).when(open_desktop{}).then_refused(refusal_code::not_in_this_state);
}
