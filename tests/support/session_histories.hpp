#pragma once

#include "domain/session/session.hpp"
#include "domain/session/session_policy.hpp"

#include <vector>

/// Sessions at every point of their lives, told as the events that led there.
namespace berth::tests {

using namespace berth::domain;
using namespace std::chrono_literals;

inline constexpr time_point nine{std::chrono::hours{490'000}}; ///< when every session here begins
inline const session_id own{*parse_ulid("01JD0000000000000000000001")};
inline const session_id keeper{*parse_ulid("01JD0000000000000000000002")};
inline const session_id heir{*parse_ulid("01JD0000000000000000000003")};
inline constexpr vm_id vm{10'000'001};
inline constexpr vm_id second_vm{10'000'002};
inline const node_name pve1{"pve-1"};
inline const node_name pve2{"pve-2"};
inline const std::string upid =
    "UPID:pve-1:0003A1F2:0735A7C1:6742F0B3:qmclone:9001:berth@pve!broker:";

using history = std::vector<session_event>;

inline template_spec ubuntu() {
  return {.name = "Ubuntu 22.04",
          .os = os_type::linux,
          .protocol = desktop_protocol::vnc,
          .source = {9001}};
}

inline history operator+(history before, const history& more) {
  before.insert(before.end(), more.begin(), more.end());
  return before;
}

inline session_requested requested(session_type type = session_type::ephemeral) {
  return {own, {7}, {2}, ubuntu(), type, nine + 60min};
}
inline session_placed placed(std::uint32_t attempt = 1, vm_id on = vm, node_name node = pve1) {
  return {attempt, std::move(node), on, {}};
}

inline history until_placing(session_type type = session_type::ephemeral) {
  return {requested(type)};
}
inline history until_placed(session_type type = session_type::ephemeral) {
  return until_placing(type) + history{placed()};
}
inline history until_cloning(session_type type = session_type::ephemeral) {
  return until_placed(type) + history{clone_intended{vm}};
}
inline history until_configuring(session_type type = session_type::ephemeral) {
  return until_cloning(type) + history{task_accepted{vm, upid}, configuration_intended{vm}};
}
inline history until_starting(session_type type = session_type::ephemeral) {
  return until_configuring(type) + history{start_intended{vm}};
}
inline history until_waiting(session_type type = session_type::ephemeral) {
  return until_starting(type) + history{vm_started{vm, nine + 3min}};
}
inline history until_active(session_type type = session_type::ephemeral) {
  return until_waiting(type) + history{session_activated{vm, pve1, "10.0.0.9"}};
}
inline history until_deleting() {
  return until_active() + history{session_ended{end_reason::ended_by_user, {}}};
}
inline history until_deletion_intended() {
  return until_deleting() + history{deletion_intended{vm}};
}
inline history until_closed() {
  return until_deletion_intended() + history{vm_deleted{vm}, session_closed{}};
}
inline history until_shutting_down() {
  return until_active(session_type::persistent) + history{session_ended{end_reason::deadline, {}}};
}
inline history until_shutdown_intended() {
  return until_shutting_down() + history{shutdown_intended{vm}};
}
inline history until_kept() {
  return until_shutdown_intended() + history{vm_kept{vm, pve1}};
}
inline history until_handed_over() {
  return until_kept() + history{vm_handed_over{heir}};
}
inline history until_resuming() {
  return until_placing(session_type::persistent) + history{resumption_intended{keeper}};
}
inline history until_resuming_ended() {
  return until_resuming() + history{session_ended{end_reason::ended_by_user, {}}};
}
inline history until_resumed() {
  return until_resuming() + history{vm_taken_over{vm, pve1, keeper}};
}
inline history until_second_attempt() {
  return until_cloning()
         + history{attempt_failed{1, vm, fault_class::transient, "clone failed", nine + 1min}};
}

inline session fold(const history& events, time_point at = nine) {
  session s;
  for (const auto& event : events)
    s = evolve(std::move(s), event, at);
  return s;
}

} // namespace berth::tests
