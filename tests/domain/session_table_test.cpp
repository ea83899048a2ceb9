#include "tests/support/session_histories.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

/// Every phase against every event: each pair either leads to a known step or is corrupt history.
using namespace berth::tests;

namespace {

/// Events as they would be written in the phase that `s` is in, one of each type.
std::map<std::string, session_event> every_event(const session& s) {
  std::uint32_t attempt = 1;
  std::uint32_t failures = 1;
  vm_id failing{};
  if (const auto* p = std::get_if<placing>(&s.phase))
    attempt = p->attempt;
  if (const auto* p = std::get_if<provisioning>(&s.phase)) {
    attempt = p->attempt;
    failing = p->vm.vm;
  }
  return {
      {"session_requested", requested()},
      {"session_placed", placed(attempt, second_vm)},
      {"resumption_intended", resumption_intended{keeper}},
      {"vm_taken_over", vm_taken_over{vm, pve1, keeper}},
      {"clone_intended", clone_intended{vm}},
      {"configuration_intended", configuration_intended{vm}},
      {"start_intended", start_intended{vm}},
      {"task_accepted", task_accepted{vm, upid}},
      {"vm_started", vm_started{vm, nine + 3min}},
      {"session_activated", session_activated{vm, pve2, "10.0.0.9"}},
      {"vm_moved", vm_moved{vm, node_name{"pve-3"}}},
      {"step_failed", step_failed{vm, fault_class::transient, "busy", failures, nine + 10s}},
      {"attempt_failed",
       attempt_failed{attempt, failing, fault_class::transient, "broken", nine + 10s}},
      {"session_failed", session_failed{end_reason::provisioning_failed, "broken"}},
      {"session_extended", session_extended{nine + 90min}},
      {"desktop_opened", desktop_opened{vm}},
      {"session_ended", session_ended{end_reason::ended_by_user, {}}},
      {"shutdown_intended", shutdown_intended{vm}},
      {"vm_kept", vm_kept{vm, pve1}},
      {"vm_handed_over", vm_handed_over{heir}},
      {"discard_requested", discard_requested{}},
      {"deletion_intended", deletion_intended{vm}},
      {"teardown_failed", teardown_failed{vm, "busy", failures, nine + 10s}},
      {"vm_quarantined", vm_quarantined{vm, "locked", nine + 5min}},
      {"vm_deleted", vm_deleted{vm}},
      {"session_closed", session_closed{}},
  };
}

struct row {
  std::string phase;
  history before;
  /// What may follow, and the step it leads to.
  std::map<std::string, std::string> allowed;
};

const std::vector<row> table{
    {"absent", {}, {{"session_requested", "placing"}}},
    {"placing",
     until_placing(),
     {{"session_placed", "placed"},
      {"attempt_failed", "placing"},
      {"session_failed", "closing"},
      {"session_ended", "closing"},
      {"session_extended", "placing"}}},
    {"placing persistent",
     until_placing(session_type::persistent),
     {{"session_placed", "placed"},
      {"resumption_intended", "resuming"},
      {"attempt_failed", "placing"},
      {"session_failed", "closing"},
      {"session_ended", "closing"},
      {"session_extended", "placing"}}},
    {"placing again, the first VM doomed",
     until_second_attempt(),
     {{"session_placed", "placed"},
      {"attempt_failed", "placing"},
      {"session_failed", "deleting"},
      {"session_ended", "deleting"},
      {"session_extended", "placing"},
      {"deletion_intended", "placing"},
      {"vm_quarantined", "placing"},
      {"vm_deleted", "placing"}}},
    {"resuming",
     until_resuming(),
     {{"vm_taken_over", "placed"},
      {"session_failed", "resuming"},
      {"session_ended", "resuming"},
      {"session_extended", "resuming"}}},
    {"resuming, ended meanwhile",
     until_resuming_ended(),
     {{"vm_taken_over", "shutting_down"}, {"session_closed", "closed"}}},
    {"placed",
     until_placed(),
     {{"clone_intended", "cloning"},
      {"step_failed", "placed"},
      {"attempt_failed", "placing"},
      {"session_ended", "deleting"},
      {"session_extended", "placed"}}},
    {"cloning",
     until_cloning(),
     {{"task_accepted", "cloning"},
      {"configuration_intended", "configuring"},
      {"step_failed", "cloning"},
      {"attempt_failed", "placing"},
      {"session_ended", "deleting"},
      {"session_extended", "cloning"}}},
    {"configuring",
     until_configuring(),
     {{"task_accepted", "configuring"},
      {"start_intended", "starting"},
      {"step_failed", "configuring"},
      {"attempt_failed", "placing"},
      {"session_ended", "deleting"},
      {"session_extended", "configuring"}}},
    {"starting",
     until_starting(),
     {{"task_accepted", "starting"},
      {"vm_started", "waiting_for_address"},
      {"step_failed", "starting"},
      {"attempt_failed", "placing"},
      {"session_ended", "deleting"},
      {"session_extended", "starting"}}},
    {"waiting for its address",
     until_waiting(),
     {{"session_activated", "active"},
      {"step_failed", "waiting_for_address"},
      {"attempt_failed", "placing"},
      {"session_ended", "deleting"},
      {"session_extended", "waiting_for_address"}}},
    {"resumed",
     until_resumed(),
     {{"start_intended", "starting"},
      {"step_failed", "placed"},
      {"session_failed", "shutting_down"},
      {"session_ended", "shutting_down"},
      {"session_extended", "placed"}}},
    {"active",
     until_active(),
     {{"session_ended", "deleting"},
      {"session_extended", "active"},
      {"desktop_opened", "active"},
      {"vm_moved", "active"}}},
    {"active persistent",
     until_active(session_type::persistent),
     {{"session_ended", "shutting_down"},
      {"session_extended", "active"},
      {"desktop_opened", "active"},
      {"vm_moved", "active"}}},
    {"shutting down",
     until_shutting_down(),
     {{"shutdown_intended", "shutting_down"},
      {"teardown_failed", "shutting_down"},
      {"vm_kept", "kept"},
      {"discard_requested", "deleting"},
      {"vm_quarantined", "deleting"},
      {"vm_deleted", "closing"}}},
    {"shutting down, intended",
     until_shutdown_intended(),
     {{"task_accepted", "shutting_down"},
      {"teardown_failed", "shutting_down"},
      {"vm_kept", "kept"},
      {"discard_requested", "deleting"},
      {"vm_quarantined", "deleting"},
      {"vm_deleted", "closing"}}},
    {"keeping",
     until_kept(),
     {{"vm_moved", "kept"},
      {"vm_deleted", "closing"},
      {"vm_handed_over", "closing"},
      {"discard_requested", "deleting"}}},
    {"handed over", until_handed_over(), {{"session_closed", "closed"}}},
    {"deleting",
     until_deleting(),
     {{"deletion_intended", "deleting"},
      {"vm_quarantined", "deleting"},
      {"vm_deleted", "closing"}}},
    {"deleting, intended",
     until_deletion_intended(),
     {{"task_accepted", "deleting"},
      {"teardown_failed", "deleting"},
      {"vm_quarantined", "deleting"},
      {"vm_deleted", "closing"}}},
    {"closed", until_closed(), {}},
};

/// The step after `happened`; nothing when it cannot follow.
std::optional<std::string> step_after(const session& before, const session_event& happened) {
  try {
    return std::string{step_name(evolve(before, happened, nine))};
  } catch (const corrupt_history&) {
    return std::nullopt;
  }
}

} // namespace

TEST_CASE("session table: an event leads where the table says, or is corrupt history") {
  for (const auto& row : table) {
    auto before = fold(row.before);
    for (const auto& one : every_event(before)) {
      const auto& name = one.first; // Clang 14 captures no structured binding.
      CAPTURE(row.phase);
      CAPTURE(name);
      auto expected = row.allowed.find(name);
      auto actual = step_after(before, one.second);
      CHECK(actual.has_value() == (expected != row.allowed.end()));
      if (actual && expected != row.allowed.end())
        CHECK(*actual == expected->second);
    }
  }
}

TEST_CASE("session table: no event type is missing from it") {
  CHECK(every_event({}).size() == std::variant_size_v<session_event>);
  std::set<std::size_t> types;
  for (const auto& [name, event] : every_event({}))
    types.insert(event.index());
  CHECK(types.size() == std::variant_size_v<session_event>);
}

TEST_CASE("session table: every phase is in it") {
  std::set<std::size_t> phases;
  for (const auto& row : table)
    phases.insert(fold(row.before).phase.index());
  CHECK(phases.size() == std::variant_size_v<session_phase>);
}
