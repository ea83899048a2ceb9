#include "tests/support/session_histories.hpp"

#include "domain/session/vm_plan.hpp"

#include <doctest/doctest.h>

/// The decision table of recovery, row by row.
using namespace berth::tests;

namespace {

vm_sighting absent_vm() {
  return {.complete = true};
}

vm_sighting present_vm(vm_marks marks = vm_marks::configured, vm_power power = vm_power::stopped) {
  return {.complete = true, .present = true, .node = pve1, .power = power, .marks = marks};
}

vm_sighting with_task(vm_sighting seen, task_state task, std::string error = {},
                      fault_class fault = fault_class::transient) {
  seen.task = task;
  seen.task_error = std::move(error);
  seen.task_fault = fault;
  return seen;
}

vm_sighting locked(vm_lock lock) {
  auto seen = present_vm(vm_marks::none);
  seen.lock = lock;
  return seen;
}

/// What follows after `looks` identical looks, 20 seconds apart.
vm_step after(const history& events, const vm_sighting& seen, int looks = 1) {
  auto s = fold(events);
  vm_watch watch;
  auto now = nine;
  for (int i = 0; i < looks; ++i, now += 20s)
    watch = observe(watch, seen, now);
  return plan(s, vm, seen, watch, now - 20s, 1).step;
}

template <class Expected>
const Expected* ordered(const vm_step& step) {
  const auto* order = std::get_if<vm_order>(&step);
  return order ? std::get_if<Expected>(order) : nullptr;
}

template <class Expected>
const Expected* commanded(const vm_step& step) {
  const auto* command = std::get_if<session_command>(&step);
  return command ? std::get_if<Expected>(command) : nullptr;
}

bool waits(const vm_step& step) {
  return std::holds_alternative<look_again>(step);
}

} // namespace

TEST_CASE("vm plan: the clone's intent is recorded before the clone is ordered") {
  CHECK(commanded<begin_clone>(after(until_placed(), absent_vm())));
  auto step = after(until_cloning(), absent_vm());
  const auto* clone = ordered<clone_vm>(step);
  REQUIRE(clone);
  CHECK(*clone == clone_vm{vm, own, {9001}, pve1});
}

TEST_CASE("vm plan: a VMID that exists before its clone is somebody else's") {
  CHECK(commanded<abandon_attempt>(after(until_placed(), present_vm(vm_marks::foreign))));
}

TEST_CASE("vm plan: an incomplete listing proves nothing") {
  CHECK(waits(after(until_placed(), {})));
  CHECK(waits(after(until_cloning(), {})));
  CHECK(waits(after(until_deletion_intended(), {}, 9)));
}

TEST_CASE("vm plan: a clone is waited for while its task runs") {
  auto accepted = until_cloning() + history{task_accepted{vm, upid}};
  CHECK(waits(after(accepted, with_task(absent_vm(), task_state::running))));
  CHECK(waits(after(accepted, with_task(locked(vm_lock::clone), task_state::running), 9)));
  CHECK(waits(after(until_cloning(), with_task(absent_vm(), task_state::running))));
}

TEST_CASE("vm plan: a clone that failed cleanly costs its VMID") {
  auto accepted = until_cloning() + history{task_accepted{vm, upid}};
  CHECK(commanded<abandon_attempt>(
      after(accepted, with_task(absent_vm(), task_state::failed, "got timeout"))));
  auto full = after(accepted,
                    with_task(absent_vm(), task_state::failed, "no space", fault_class::capacity));
  REQUIRE(commanded<report_fault>(full));
  CHECK(commanded<report_fault>(full)->fault == fault_class::capacity);
}

TEST_CASE(
    "vm plan: a clone that was accepted and then vanished is given up after two complete looks") {
  auto accepted = until_cloning() + history{task_accepted{vm, upid}};
  auto vanished = with_task(absent_vm(), task_state::unknown);
  CHECK(waits(after(accepted, vanished, 1)));
  CHECK(commanded<abandon_attempt>(after(accepted, vanished, 2)));
}

TEST_CASE("vm plan: a lock left by a dead clone is given up after half a minute") {
  auto accepted = until_cloning() + history{task_accepted{vm, upid}};
  CHECK(waits(after(accepted, locked(vm_lock::clone), 2)));
  CHECK(commanded<abandon_attempt>(after(accepted, locked(vm_lock::clone), 3)));
}

TEST_CASE("vm plan: a finished clone is configured until its tags name us") {
  CHECK(commanded<begin_configuration>(after(until_cloning(), present_vm(vm_marks::ours))));
  CHECK(waits(after(until_cloning(), present_vm(vm_marks::none))));
  CHECK(ordered<configure_vm>(after(until_configuring(), present_vm(vm_marks::ours))));
  CHECK(commanded<begin_start>(after(until_configuring(), present_vm(vm_marks::configured))));
}

TEST_CASE("vm plan: a VM is started once, and running counts however it came about") {
  CHECK(ordered<start_vm>(after(until_starting(), present_vm())));
  auto accepted = until_starting() + history{task_accepted{vm, upid}};
  CHECK(waits(after(accepted, with_task(present_vm(), task_state::running))));
  CHECK(commanded<confirm_start>(after(accepted, with_task(present_vm(), task_state::succeeded))));
  CHECK(commanded<confirm_start>(
      after(until_starting(), present_vm(vm_marks::configured, vm_power::running))));
  CHECK(commanded<report_fault>(
      after(accepted, with_task(present_vm(), task_state::failed, "start failed"))));
}

TEST_CASE(
    "vm plan: the address makes it active, its absence ends the attempt at the boot deadline") {
  auto seen = present_vm(vm_marks::configured, vm_power::running);
  auto s = fold(until_waiting());
  CHECK(waits(plan(s, vm, seen, {}, nine + 3min - 1ms, 1).step));
  CHECK(commanded<abandon_attempt>(plan(s, vm, seen, {}, nine + 3min, 1).step));
  seen.address = "10.0.0.9";
  auto step = plan(s, vm, seen, {}, nine + 3min, 1).step;
  REQUIRE(commanded<activate>(step));
  CHECK(commanded<activate>(step)->address == "10.0.0.9");
}

TEST_CASE("vm plan: a template may want its desktop to answer before the session is active") {
  auto patient = until_waiting();
  std::get<session_requested>(patient[0]).from.await_desktop = true;
  auto s = fold(patient);
  auto seen = present_vm(vm_marks::configured, vm_power::running);
  seen.address = "10.0.0.9";
  CHECK(waits(plan(s, vm, seen, {}, nine + 3min - 1ms, 1).step));
  auto late = plan(s, vm, seen, {}, nine + 3min, 1).step;
  REQUIRE(commanded<abandon_attempt>(late));
  CHECK(commanded<abandon_attempt>(late)->reason
        == "VM 10000001 did not answer at port 5900 within 120 s of its start");
  seen.desktop_answers = true;
  CHECK(commanded<activate>(plan(s, vm, seen, {}, nine + 3min - 1ms, 1).step));
}

TEST_CASE("vm plan: nothing is ordered before its retry time") {
  auto failed =
      until_cloning() + history{step_failed{vm, fault_class::transient, "busy", 1, nine + 10s}};
  CHECK(waits(plan(fold(failed), vm, absent_vm(), {}, nine + 9s, 1).step));
  CHECK(ordered<clone_vm>(plan(fold(failed), vm, absent_vm(), {}, nine + 10s, 1).step));
}

TEST_CASE("vm plan: a VM under somebody else's name is never touched") {
  auto foreign = present_vm(vm_marks::foreign, vm_power::running);
  CHECK(commanded<abandon_attempt>(after(until_configuring(), foreign)));
  CHECK(commanded<quarantine>(after(until_deletion_intended(), foreign)));
  CHECK(commanded<quarantine>(after(until_shutdown_intended(), foreign)));
  auto parked = until_deleting() + history{vm_quarantined{vm, "foreign", nine}};
  CHECK(waits(after(parked, foreign, 99)));
}

TEST_CASE("vm plan: a node that is offline is waited for, ten minutes at most") {
  auto silent = present_vm();
  silent.node_online = false;
  CHECK(waits(after(until_starting(), silent, 30)));
  CHECK(commanded<abandon_attempt>(after(until_starting(), silent, 31)));
  CHECK(waits(after(until_deletion_intended(), silent, 99)));
}

TEST_CASE(
    "vm plan: deletion is intended, then the VM is stopped, then destroyed, then seen gone twice") {
  auto running = present_vm(vm_marks::configured, vm_power::running);
  CHECK(commanded<begin_deletion>(after(until_deleting(), running)));
  CHECK(ordered<stop_vm>(after(until_deletion_intended(), running)));
  auto stopping = until_deletion_intended() + history{task_accepted{vm, upid}};
  CHECK(waits(after(stopping, with_task(running, task_state::running))));
  CHECK(ordered<delete_vm>(after(stopping, with_task(present_vm(), task_state::succeeded))));
  CHECK(commanded<report_teardown_fault>(
      after(stopping, with_task(present_vm(), task_state::failed, "got timeout"))));
  CHECK(waits(after(stopping, absent_vm(), 1)));
  CHECK(commanded<confirm_deletion>(after(stopping, absent_vm(), 2)));
}

TEST_CASE("vm plan: a clone that may still appear is waited for before its VM counts as gone") {
  auto ended = until_cloning() + history{session_ended{end_reason::ended_by_user, {}}};
  CHECK(waits(after(ended, with_task(absent_vm(), task_state::running), 9)));
  CHECK(commanded<begin_deletion>(after(ended, present_vm(vm_marks::ours))));
}

TEST_CASE("vm plan: what is locked for good goes into quarantine") {
  CHECK(waits(after(until_deleting(), with_task(locked(vm_lock::clone), task_state::running), 99)));
  CHECK(commanded<quarantine>(after(until_deleting(), locked(vm_lock::clone), 3)));
  CHECK(waits(after(until_deletion_intended(), locked(vm_lock::destroyed), 3)));
  CHECK(commanded<quarantine>(after(until_deletion_intended(), locked(vm_lock::destroyed), 17)));
  CHECK(waits(after(until_deleting(), locked(vm_lock::other), 99)));
}

TEST_CASE("vm plan: a VM in quarantine is looked at every five minutes") {
  auto parked = until_deleting() + history{vm_quarantined{vm, "locked", nine}};
  auto step = after(parked, locked(vm_lock::clone), 3);
  REQUIRE(waits(step));
  CHECK(std::get<look_again>(step).after == 5min);
}

TEST_CASE("vm plan: an unlocked VM leaves quarantine the ordinary way") {
  auto parked = until_deleting() + history{vm_quarantined{vm, "locked", nine}};
  CHECK(commanded<begin_deletion>(after(parked, present_vm())));
}

TEST_CASE("vm plan: a kept VM is shut down, and kept once it is stopped") {
  auto running = present_vm(vm_marks::configured, vm_power::running);
  CHECK(commanded<begin_shutdown>(after(until_shutting_down(), running)));
  CHECK(ordered<shut_down_vm>(after(until_shutdown_intended(), running)));
  CHECK(commanded<confirm_kept>(after(until_shutdown_intended(), present_vm())));
  CHECK(commanded<confirm_deletion>(after(until_shutdown_intended(), absent_vm(), 2)));
}

TEST_CASE("vm plan: a kept VM is started as it is, without a clone") {
  CHECK(commanded<begin_start>(after(until_resumed(), present_vm())));
  CHECK(commanded<report_fault>(after(until_resumed(), absent_vm(), 2)));
}

TEST_CASE("vm plan: a port is tried only when the template wants that, and the address is due") {
  auto wanting = [](history events, std::uint32_t port) {
    auto& from = std::get<session_requested>(events[0]).from;
    from.await_desktop = true;
    from.desktop_port = port;
    return fold(events);
  };
  CHECK(wanted_port(fold(until_waiting()), vm) == 0);
  CHECK(wanted_port(wanting(until_waiting(), 0), vm) == 5900);
  CHECK(wanted_port(wanting(until_waiting(), 5901), vm) == 5901);
  CHECK(wanted_port(wanting(until_starting(), 5901), vm) == 0);
}

TEST_CASE("vm plan: what costs a call of its own is asked only when it matters") {
  CHECK(wants_address(fold(until_waiting()), vm));
  CHECK_FALSE(wants_address(fold(until_starting()), vm));
  CHECK(wants_power(fold(until_deletion_intended()), vm));
  CHECK(wants_power(fold(until_shutdown_intended()), vm));
  CHECK_FALSE(wants_power(fold(until_cloning()), vm));
}

TEST_CASE("vm plan: a decision names the row of the table that it follows") {
  auto row_of = [](const history& events, const vm_sighting& seen) {
    return plan(fold(events), vm, seen, {}, nine, 1).row;
  };
  CHECK(row_of(until_placed(), absent_vm()) == vm_row::vmid_free);
  CHECK(row_of(until_placed(), {}) == vm_row::not_visible);
  CHECK(row_of(until_deletion_intended(), present_vm()) == vm_row::doomed_stopped);
  CHECK(to_string(vm_row::node_lost) == "node_lost");
  CHECK(to_string(vm_row::not_ours) == "not_ours");
}

TEST_CASE("vm plan: an attempt's VM starts only when the last one that may run is gone") {
  constexpr vm_id second{10'000'099};
  auto configuring = until_starting()
                     + history{attempt_failed{1, vm, fault_class::transient, "no boot", nine + 10s},
                               session_placed{2, pve2, second, {}}, clone_intended{second},
                               configuration_intended{second}};
  auto decide_at = [&](const history& events, time_point now) {
    return plan(fold(events), second, present_vm(), {}, now, 1);
  };
  CHECK(decide_at(configuring, nine + 1min).row == vm_row::predecessor_runs);
  CHECK(waits(decide_at(configuring, nine + 1min).step));
  CHECK(commanded<begin_start>(
      decide_at(configuring + history{deletion_intended{vm}, vm_deleted{vm}}, nine + 1min).step));
  CHECK(commanded<begin_start>(
      decide_at(configuring + history{vm_quarantined{vm, "renamed", nine + 5min}}, nine + 1min)
          .step));
  CHECK(waits(decide_at(configuring, nine + 10min - 1ms).step));
  CHECK(commanded<begin_start>(decide_at(configuring, nine + 10min).step));
}

TEST_CASE("vm plan: a VM that was never started keeps nobody waiting") {
  constexpr vm_id second{10'000'099};
  auto configuring = until_second_attempt()
                     + history{session_placed{2, pve2, second, {}}, clone_intended{second},
                               configuration_intended{second}};
  CHECK(commanded<begin_start>(plan(fold(configuring), second, present_vm(), {}, nine, 1).step));
}

TEST_CASE("vm plan: a lock that somebody left behind costs an attempt, not the session") {
  for (auto lock : {vm_lock::destroyed, vm_lock::other}) {
    auto seen = present_vm();
    seen.lock = lock;
    CHECK(waits(after(until_cloning(), seen, 15)));
    CHECK(commanded<abandon_attempt>(after(until_cloning(), seen, 16)));
    CHECK(waits(after(until_configuring(), seen, 15)));
    CHECK(commanded<abandon_attempt>(after(until_configuring(), seen, 16)));
    CHECK(commanded<abandon_attempt>(after(until_starting(), seen, 16)));
  }
}

TEST_CASE("vm plan: a clone that never gets its name costs an attempt, not the session") {
  auto accepted = until_cloning() + history{task_accepted{vm, upid}};
  auto nameless = present_vm(vm_marks::none);
  CHECK(waits(after(accepted, with_task(nameless, task_state::running), 99)));
  CHECK(waits(after(accepted, nameless, 15)));
  CHECK(commanded<abandon_attempt>(after(accepted, nameless, 16)));
}
