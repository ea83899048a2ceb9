#pragma once

#include "domain/event.hpp"

#include <concepts>
#include <string_view>
#include <type_traits>

/// How every event is stored: its type's name, and its members in order. One description serves
/// the writer and the reader, so that they cannot disagree. Names and orders here are stored for
/// ever: golden files hold them fast.
namespace berth::eventstore {

template <class T, class Event>
concept is = std::same_as<std::remove_const_t<T>, Event>;

/// The name an event is stored under. An event without one does not compile.
template <class Event>
extern const std::string_view type_name;

// -- values within events -----------------------------------------------------

void fields(auto&& io, is<domain::template_spec> auto& v) {
  io("name", v.name);
  io("os_type", v.os);
  io("protocol", v.protocol);
  io("template_vmid", v.source);
  io("cpu_cores", v.cpu_cores);
  io("ram_mb", v.ram_mb);
  io("disk_gb", v.disk_gb);
  io("tags", v.tags);
  io.unless_default("desktop_user", v.desktop_user);
  io.unless_default("desktop_port", v.desktop_port);
  io.unless_default("await_desktop", v.await_desktop);
}
void fields(auto&& io, is<domain::considered_node> auto& v) {
  io("node", v.node);
  io("verdict", v.why);
  io("measured_score", v.measured_score);
  io("score", v.score);
  io("sample_age_ms", v.sample_age_ms);
  io("reserved_ram_mb", v.reserved_ram_mb);
  io("vms", v.vms);
  io("max_vms", v.max_vms);
}

// -- sessions -----------------------------------------------------------------

template <>
inline constexpr std::string_view type_name<domain::session_requested> = "session_requested";
void fields(auto&& io, is<domain::session_requested> auto& e) {
  io("session", e.id);
  io("owner", e.owner);
  io("template", e.from_template);
  io("from", e.from);
  io("type", e.type);
  io("expires_at", e.expires_at);
}

template <>
inline constexpr std::string_view type_name<domain::session_placed> = "session_placed";
void fields(auto&& io, is<domain::session_placed> auto& e) {
  io("attempt", e.attempt);
  io("node", e.node);
  io("vm", e.vm);
  io("considered", e.considered);
}

template <>
inline constexpr std::string_view type_name<domain::resumption_intended> = "resumption_intended";
void fields(auto&& io, is<domain::resumption_intended> auto& e) {
  io("kept_by", e.kept_by);
}

template <>
inline constexpr std::string_view type_name<domain::vm_taken_over> = "vm_taken_over";
void fields(auto&& io, is<domain::vm_taken_over> auto& e) {
  io("vm", e.vm);
  io("node", e.node);
  io("marked", e.marked);
}

template <>
inline constexpr std::string_view type_name<domain::clone_intended> = "clone_intended";
void fields(auto&& io, is<domain::clone_intended> auto& e) {
  io("vm", e.vm);
}

template <>
inline constexpr std::string_view type_name<domain::configuration_intended> =
    "configuration_intended";
void fields(auto&& io, is<domain::configuration_intended> auto& e) {
  io("vm", e.vm);
}

template <>
inline constexpr std::string_view type_name<domain::start_intended> = "start_intended";
void fields(auto&& io, is<domain::start_intended> auto& e) {
  io("vm", e.vm);
}

template <>
inline constexpr std::string_view type_name<domain::task_accepted> = "task_accepted";
void fields(auto&& io, is<domain::task_accepted> auto& e) {
  io("vm", e.vm);
  io("upid", e.upid);
}

template <>
inline constexpr std::string_view type_name<domain::vm_started> = "vm_started";
void fields(auto&& io, is<domain::vm_started> auto& e) {
  io("vm", e.vm);
  io("deadline", e.deadline);
}

template <>
inline constexpr std::string_view type_name<domain::session_activated> = "session_activated";
void fields(auto&& io, is<domain::session_activated> auto& e) {
  io("vm", e.vm);
  io("node", e.node);
  io("address", e.address);
}

template <>
inline constexpr std::string_view type_name<domain::vm_moved> = "vm_moved";
void fields(auto&& io, is<domain::vm_moved> auto& e) {
  io("vm", e.vm);
  io("node", e.node);
}

template <>
inline constexpr std::string_view type_name<domain::step_failed> = "step_failed";
void fields(auto&& io, is<domain::step_failed> auto& e) {
  io("vm", e.vm);
  io("fault", e.fault);
  io("reason", e.reason);
  io("failures", e.failures);
  io("retry_at", e.retry_at);
}

template <>
inline constexpr std::string_view type_name<domain::attempt_failed> = "attempt_failed";
void fields(auto&& io, is<domain::attempt_failed> auto& e) {
  io("attempt", e.attempt);
  io("vm", e.vm);
  io("fault", e.fault);
  io("reason", e.reason);
  io("retry_at", e.retry_at);
}

template <>
inline constexpr std::string_view type_name<domain::session_failed> = "session_failed";
void fields(auto&& io, is<domain::session_failed> auto& e) {
  io("reason", e.reason);
  io("detail", e.detail);
}

template <>
inline constexpr std::string_view type_name<domain::session_extended> = "session_extended";
void fields(auto&& io, is<domain::session_extended> auto& e) {
  io("expires_at", e.expires_at);
}

template <>
inline constexpr std::string_view type_name<domain::desktop_opened> = "desktop_opened";
void fields(auto&& io, is<domain::desktop_opened> auto& e) {
  io("vm", e.vm);
}

template <>
inline constexpr std::string_view type_name<domain::session_ended> = "session_ended";
void fields(auto&& io, is<domain::session_ended> auto& e) {
  io("reason", e.reason);
  io("detail", e.detail);
}

template <>
inline constexpr std::string_view type_name<domain::shutdown_intended> = "shutdown_intended";
void fields(auto&& io, is<domain::shutdown_intended> auto& e) {
  io("vm", e.vm);
}

template <>
inline constexpr std::string_view type_name<domain::vm_kept> = "vm_kept";
void fields(auto&& io, is<domain::vm_kept> auto& e) {
  io("vm", e.vm);
  io("node", e.node);
}

template <>
inline constexpr std::string_view type_name<domain::vm_handed_over> = "vm_handed_over";
void fields(auto&& io, is<domain::vm_handed_over> auto& e) {
  io("to", e.to);
}

template <>
inline constexpr std::string_view type_name<domain::discard_requested> = "discard_requested";
void fields(auto&&, is<domain::discard_requested> auto&) {}

template <>
inline constexpr std::string_view type_name<domain::deletion_intended> = "deletion_intended";
void fields(auto&& io, is<domain::deletion_intended> auto& e) {
  io("vm", e.vm);
}

template <>
inline constexpr std::string_view type_name<domain::teardown_failed> = "teardown_failed";
void fields(auto&& io, is<domain::teardown_failed> auto& e) {
  io("vm", e.vm);
  io("reason", e.reason);
  io("failures", e.failures);
  io("retry_at", e.retry_at);
}

template <>
inline constexpr std::string_view type_name<domain::vm_quarantined> = "vm_quarantined";
void fields(auto&& io, is<domain::vm_quarantined> auto& e) {
  io("vm", e.vm);
  io("reason", e.reason);
  io("retry_at", e.retry_at);
}

template <>
inline constexpr std::string_view type_name<domain::vm_deleted> = "vm_deleted";
void fields(auto&& io, is<domain::vm_deleted> auto& e) {
  io("vm", e.vm);
}

template <>
inline constexpr std::string_view type_name<domain::session_closed> = "session_closed";
void fields(auto&&, is<domain::session_closed> auto&) {}

// -- nodes --------------------------------------------------------------------

template <>
inline constexpr std::string_view type_name<domain::node_registered> = "node_registered";
void fields(auto&& io, is<domain::node_registered> auto& e) {
  io("node", e.node);
  io("hostname", e.hostname);
  io("max_vms", e.max_vms);
}

template <>
inline constexpr std::string_view type_name<domain::node_maintenance_begun> =
    "node_maintenance_begun";
void fields(auto&& io, is<domain::node_maintenance_begun> auto& e) {
  io("reason", e.reason);
}

template <>
inline constexpr std::string_view type_name<domain::node_drain_begun> = "node_drain_begun";
void fields(auto&& io, is<domain::node_drain_begun> auto& e) {
  io("reason", e.reason);
}

template <>
inline constexpr std::string_view type_name<domain::node_returned> = "node_returned";
void fields(auto&&, is<domain::node_returned> auto&) {}

template <>
inline constexpr std::string_view type_name<domain::node_removed> = "node_removed";
void fields(auto&&, is<domain::node_removed> auto&) {}

// -- templates ----------------------------------------------------------------

template <>
inline constexpr std::string_view type_name<domain::template_created> = "template_created";
void fields(auto&& io, is<domain::template_created> auto& e) {
  io("template", e.id);
  io("spec", e.spec);
}

template <>
inline constexpr std::string_view type_name<domain::template_changed> = "template_changed";
void fields(auto&& io, is<domain::template_changed> auto& e) {
  io("spec", e.spec);
}

template <>
inline constexpr std::string_view type_name<domain::template_disabled> = "template_disabled";
void fields(auto&&, is<domain::template_disabled> auto&) {}

template <>
inline constexpr std::string_view type_name<domain::template_enabled> = "template_enabled";
void fields(auto&&, is<domain::template_enabled> auto&) {}

// -- users --------------------------------------------------------------------

template <>
inline constexpr std::string_view type_name<domain::user_registered> = "user_registered";
void fields(auto&& io, is<domain::user_registered> auto& e) {
  io("user", e.id);
  io("login", e.login);
  io("role", e.held);
}

template <>
inline constexpr std::string_view type_name<domain::token_issued> = "token_issued";
void fields(auto&& io, is<domain::token_issued> auto& e) {
  io("token_hash", e.token_hash);
  io("label", e.label);
  io.unless_default("expires_at", e.expires_at);
}

template <>
inline constexpr std::string_view type_name<domain::role_changed> = "role_changed";
void fields(auto&& io, is<domain::role_changed> auto& e) {
  io("role", e.held);
}

template <>
inline constexpr std::string_view type_name<domain::quota_changed> = "quota_changed";
void fields(auto&& io, is<domain::quota_changed> auto& e) {
  io("sessions", e.sessions);
}

template <>
inline constexpr std::string_view type_name<domain::user_disabled> = "user_disabled";
void fields(auto&& io, is<domain::user_disabled> auto& e) {
  io("reason", e.reason);
}

template <>
inline constexpr std::string_view type_name<domain::user_enabled> = "user_enabled";
void fields(auto&&, is<domain::user_enabled> auto&) {}

template <>
inline constexpr std::string_view type_name<domain::password_changed> = "password_changed";
void fields(auto&&, is<domain::password_changed> auto&) {}

template <>
inline constexpr std::string_view type_name<domain::token_used> = "token_used";
void fields(auto&& io, is<domain::token_used> auto& e) {
  io("token_hash", e.token_hash);
}

template <>
inline constexpr std::string_view type_name<domain::token_revoked> = "token_revoked";
void fields(auto&& io, is<domain::token_revoked> auto& e) {
  io("token_hash", e.token_hash);
}

template <>
inline constexpr std::string_view type_name<domain::signed_in> = "signed_in";
void fields(auto&& io, is<domain::signed_in> auto& e) {
  io("cookie_hash", e.cookie_hash);
  io("expires_at", e.expires_at);
}

template <>
inline constexpr std::string_view type_name<domain::signed_out> = "signed_out";
void fields(auto&& io, is<domain::signed_out> auto& e) {
  io("cookie_hash", e.cookie_hash);
}

// -- alerts -------------------------------------------------------------------

template <>
inline constexpr std::string_view type_name<domain::alert_raised> = "alert_raised";
void fields(auto&& io, is<domain::alert_raised> auto& e) {
  io("number", e.number);
  io("kind", e.kind);
  io("session", e.session);
  io("vm", e.vm);
  io("detail", e.detail);
}

template <>
inline constexpr std::string_view type_name<domain::alerts_mailed> = "alerts_mailed";
void fields(auto&& io, is<domain::alerts_mailed> auto& e) {
  io("through", e.through);
}

// -- reconciliation -----------------------------------------------------------

template <>
inline constexpr std::string_view type_name<domain::difference_found> = "difference_found";
void fields(auto&& io, is<domain::difference_found> auto& e) {
  io("kind", e.kind);
  io("vm", e.vm);
  io.unless_default("session", e.session);
  io.unless_default("node", e.node);
  io("detail", e.detail);
  io.unless_default("volume", e.volume);
}

template <>
inline constexpr std::string_view type_name<domain::removal_intended> = "removal_intended";
void fields(auto&& io, is<domain::removal_intended> auto& e) {
  io("vm", e.vm);
  io("session", e.session);
}

template <>
inline constexpr std::string_view type_name<domain::removal_postponed> = "removal_postponed";
void fields(auto&& io, is<domain::removal_postponed> auto& e) {
  io("vm", e.vm);
  io("reason", e.reason);
  io.unless_default("quarantined", e.quarantined);
  io("failures", e.failures);
  io("retry_at", e.retry_at);
}

template <>
inline constexpr std::string_view type_name<domain::difference_settled> = "difference_settled";
void fields(auto&& io, is<domain::difference_settled> auto& e) {
  io("kind", e.kind);
  io("vm", e.vm);
  io.unless_default("volume", e.volume);
  io("how", e.how);
}

} // namespace berth::eventstore
