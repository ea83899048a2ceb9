#pragma once

#include "domain/ids.hpp"
#include "domain/refusal.hpp"
#include "domain/session/commands.hpp"
#include "domain/session/events.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace berth::domain {

/// A VM of a session, and what the wire must say of it.
struct session_vm {
  vm_id vm;
  node_name node;    ///< where it was placed; it may have moved since
  session_id marked; ///< whose name its marks bear
  bool operator==(const session_vm&) const = default;
};

/// A VM that must go.
struct doomed_vm {
  session_vm is;
  bool intended = false;    ///< its deletion is in the log: calls may follow
  bool quarantined = false; ///< looked at now and then, never touched
  std::string upid;         ///< the task under way
  std::uint32_t failures = 0;
  time_point retry_at;
  bool may_run = false; ///< its start had been intended
  time_point since;     ///< when it was given up
  bool operator==(const doomed_vm&) const = default;
};

enum class provisioning_step : std::uint8_t {
  placed,
  cloning,
  configuring,
  starting,
  waiting_for_address,
};

// -- phases: where a session is in its life -------------------------------------

struct absent {
  bool operator==(const absent&) const = default;
};
/// Pending: waits for a node.
struct placing {
  std::uint32_t attempt = 1; ///< the next one
  time_point not_before;
  bool operator==(const placing&) const = default;
};
/// Pending: waits for a kept VM to be handed over.
struct resuming {
  session_id kept_by;
  bool operator==(const resuming&) const = default;
};
/// Pending: a VM is being made or woken.
struct provisioning {
  std::uint32_t attempt = 1;
  session_vm vm;
  provisioning_step step{};
  std::string upid;           ///< the step's task, once Proxmox has taken the call
  std::uint32_t failures = 0; ///< of this step
  time_point retry_at;        ///< nothing is called before
  time_point boot_deadline;   ///< while waiting for the address
  bool resumed = false; ///< the VM was kept, and holds its owner's work: it is never destroyed here
  bool operator==(const provisioning&) const = default;
};
struct active {
  session_vm vm;
  std::string address;
  bool operator==(const active&) const = default;
};
/// Over, while the VM is shut down for its owner.
struct shutting_down {
  session_vm vm;
  bool intended = false;
  std::string upid;
  std::uint32_t failures = 0;
  time_point retry_at;
  bool operator==(const shutting_down&) const = default;
};
/// Over; the VM waits to be resumed or discarded.
struct keeping {
  session_vm vm;
  bool operator==(const keeping&) const = default;
};
/// Over; whatever is left is doomed. `to` has the VM when it was handed over.
struct over {
  std::optional<session_id> handed_to;
  std::optional<session_vm> handed;
  bool closed = false;
  bool operator==(const over&) const = default;
};

using session_phase =
    std::variant<absent, placing, resuming, provisioning, active, shutting_down, keeping, over>;

enum class session_status : std::uint8_t { pending, active, expired, failed };

std::string_view to_string(session_status status);

/// One VM session, folded from its events.
struct session {
  session_id id;
  user_id owner;
  template_id from_template;
  template_spec from;
  session_type type{};
  time_point created_at; ///< when it was requested, as the log recorded it
  time_point expires_at;
  std::optional<end_reason> reason; ///< once it is over
  std::string detail;
  node_name node; ///< where its VM is or was last; empty before placement
  session_phase phase;
  std::vector<doomed_vm> doomed;
  std::vector<node_name> refused_by; ///< nodes without room for this session
  std::string last_fault;

  bool operator==(const session&) const = default;
};

/// What the world is shown. A session that does not exist has none: ask only after the first event.
session_status status_of(const session& s);

/// The named step: `placing`, `placed`, `cloning`, `configuring`, `starting`,
/// `waiting_for_address`, `active`, `shutting_down`, `kept`, `deleting`, `closed`, ...
std::string_view step_name(const session& s);

bool is_over(const session& s);

/// The events that `wanted` leads to: none when it changes nothing, or when it comes too late to
/// matter.
result<std::vector<session_event>> decide(const session& current, const session_command& wanted,
                                          time_point now);

/// Folds one event that the log recorded at `at`. Throws corrupt_history when it cannot follow.
session evolve(session before, const session_event& happened, time_point at);

} // namespace berth::domain
