#pragma once

#include "domain/ids.hpp"
#include "domain/placement/placement.hpp"
#include "domain/template/vm_template.hpp"
#include "domain/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What happened to a session. Stored for ever: change with care, never a meaning in place.
namespace berth::domain {

enum class session_type : std::uint8_t {
  ephemeral,  ///< its VM is destroyed at the end
  persistent, ///< its VM is shut down and kept for its owner
};

/// Why a session is over.
enum class end_reason : std::uint8_t {
  deadline,
  ended_by_user,
  ended_by_admin,
  vm_lost,             ///< the VM is gone, and not by us
  provisioning_failed, ///< every attempt failed, or one failed for good
};

/// What a failure of a call to Proxmox means for what comes next.
enum class fault_class : std::uint8_t {
  transient, ///< the same again, later
  capacity,  ///< elsewhere, at once
  permanent, ///< never
};

std::string_view to_string(session_type type);
std::string_view to_string(end_reason reason);
std::string_view to_string(fault_class fault);
std::optional<session_type> parse_session_type(std::string_view text);
std::optional<end_reason> parse_end_reason(std::string_view text);
std::optional<fault_class> parse_fault_class(std::string_view text);

/// Somebody asked, and was told yes. `from` is a copy: later changes of the template do not reach
/// it.
struct session_requested {
  session_id id;
  user_id owner;
  template_id from_template;
  template_spec from;
  session_type type{};
  time_point expires_at;
  bool operator==(const session_requested&) const = default;
};
/// The scheduler chose a node, and `vm` is reserved for this attempt and never used again.
struct session_placed {
  std::uint32_t attempt = 1; ///< 1 to 3
  node_name node;
  vm_id vm;
  std::vector<considered_node> considered;
  bool operator==(const session_placed&) const = default;
};
/// The owner's kept VM will be resumed instead of a clone; it must first be handed over by
/// `kept_by`.
struct resumption_intended {
  session_id kept_by;
  bool operator==(const resumption_intended&) const = default;
};
/// `kept_by` handed its VM over. `marked` is the session whose name the VM carries on the wire.
struct vm_taken_over {
  vm_id vm;
  node_name node;
  session_id marked;
  bool operator==(const vm_taken_over&) const = default;
};

// Intents: each is committed before the call it names, and is a step that people see.
struct clone_intended {
  vm_id vm;
  bool operator==(const clone_intended&) const = default;
};
struct configuration_intended {
  vm_id vm;
  bool operator==(const configuration_intended&) const = default;
};
struct start_intended {
  vm_id vm;
  bool operator==(const start_intended&) const = default;
};
/// A hint: Proxmox took the step's call as this task. Lost hints cost time, never safety.
struct task_accepted {
  vm_id vm;
  std::string upid;
  bool operator==(const task_accepted&) const = default;
};
/// The VM runs; its address is awaited until `deadline`.
struct vm_started {
  vm_id vm;
  time_point deadline;
  bool operator==(const vm_started&) const = default;
};
struct session_activated {
  vm_id vm;
  node_name node; ///< where it runs now: it may have moved since its placement
  std::string address;
  bool operator==(const session_activated&) const = default;
};

/// The VM of an active or kept session was found on another node: Proxmox or an admin moved it.
struct vm_moved {
  vm_id vm;
  node_name node;
  bool operator==(const vm_moved&) const = default;
};

/// A step failed and will be tried again within the same attempt.
struct step_failed {
  vm_id vm;
  fault_class fault{};
  std::string reason;
  std::uint32_t failures = 1; ///< of this step so far
  time_point retry_at;
  bool operator==(const step_failed&) const = default;
};
/// The attempt is given up, and its VM is to be destroyed.
struct attempt_failed {
  std::uint32_t attempt = 1;
  vm_id vm; ///< 0 when no node could be found
  fault_class fault{};
  std::string reason;
  time_point retry_at; ///< of the next attempt, when there is one
  bool operator==(const attempt_failed&) const = default;
};
struct session_failed {
  end_reason reason{};
  std::string detail;
  bool operator==(const session_failed&) const = default;
};
struct session_extended {
  time_point expires_at;
  bool operator==(const session_extended&) const = default;
};
/// A link to the desktop was asked for. With it go a password in the guest and a token at the
/// desktop gateway, where those are used.
struct desktop_opened {
  vm_id vm;
  bool operator==(const desktop_opened&) const = default;
};
struct session_ended {
  end_reason reason{};
  std::string detail;
  bool operator==(const session_ended&) const = default;
};

// Afterwards: what becomes of the VMs.
struct shutdown_intended {
  vm_id vm;
  bool operator==(const shutdown_intended&) const = default;
};
struct vm_kept {
  vm_id vm;
  node_name node;
  bool operator==(const vm_kept&) const = default;
};
struct vm_handed_over {
  session_id to;
  bool operator==(const vm_handed_over&) const = default;
};
struct discard_requested {
  bool operator==(const discard_requested&) const = default;
};
struct deletion_intended {
  vm_id vm;
  bool operator==(const deletion_intended&) const = default;
};
/// Taking a VM down failed; it is tried again for ever.
struct teardown_failed {
  vm_id vm;
  std::string reason;
  std::uint32_t failures = 1;
  time_point retry_at;
  bool operator==(const teardown_failed&) const = default;
};
/// Nobody may touch the VM until an operator has: it is locked for good, or it is not provably
/// ours.
struct vm_quarantined {
  vm_id vm;
  std::string reason;
  time_point retry_at; ///< when to look again whether it has gone
  bool operator==(const vm_quarantined&) const = default;
};
/// The VM was absent in two complete listings.
struct vm_deleted {
  vm_id vm;
  bool operator==(const vm_deleted&) const = default;
};
/// Nothing is owed any more.
struct session_closed {
  bool operator==(const session_closed&) const = default;
};

using session_event =
    std::variant<session_requested, session_placed, resumption_intended, vm_taken_over,
                 clone_intended, configuration_intended, start_intended, task_accepted, vm_started,
                 session_activated, vm_moved, step_failed, attempt_failed, session_failed,
                 session_extended, desktop_opened, session_ended, shutdown_intended, vm_kept,
                 vm_handed_over, discard_requested, deletion_intended, teardown_failed,
                 vm_quarantined, vm_deleted, session_closed>;

} // namespace berth::domain
