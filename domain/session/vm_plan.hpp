#pragma once

#include "domain/session/commands.hpp"
#include "domain/session/session.hpp"
#include "domain/session/vm_order.hpp"
#include "domain/session/vm_row.hpp"
#include "domain/session/vm_sighting.hpp"

#include <cstdint>
#include <optional>
#include <variant>

/// The decision table of recovery: given what the log wants of a VM and what the cluster shows, the
/// one next thing to do. Every step of a session's life goes through it, so that a restart needs no
/// code of its own.
namespace berth::domain {

/// What the looks so far add up to. Kept in memory only: a restart counts afresh.
struct vm_watch {
  std::uint32_t absences = 0;              ///< complete looks in a row that did not find it
  std::optional<time_point> stuck_since;   ///< locked, or nameless, with no task at work
  std::optional<time_point> offline_since; ///< its node does not answer
  bool operator==(const vm_watch&) const = default;
};

/// The watch after one more look.
vm_watch observe(vm_watch before, const vm_sighting& seen, time_point now);

/// Nothing can be done or learnt now; the next look need not come sooner than `after`.
struct look_again {
  duration after{};
  bool operator==(const look_again&) const = default;
};
using vm_step = std::variant<look_again, session_command, vm_order>;

/// What to do, and the row of the table that says so.
struct vm_decision {
  vm_row row{};
  vm_step step;
};

/// The next step for VM `vm` of session `s`. An order is only ever given when its intent is in the
/// log. `jitter` goes into reported faults.
vm_decision plan(const session& s, vm_id vm, const vm_sighting& seen, const vm_watch& watch,
                 time_point now, double jitter);

/// The next step for a VM that must go, whosever it was: the same rows as for a session's.
vm_decision plan_removal(const doomed_vm& doomed, const vm_sighting& seen, const vm_watch& watch,
                         time_point now, double jitter);

/// Whether the next look must ask for the address, which costs a call of its own.
bool wants_address(const session& s, vm_id vm);

/// The port that must answer before the session is active; 0 when the address is enough.
std::uint32_t wanted_port(const session& s, vm_id vm);

/// Whether the next look must ask for the power state, because Proxmox's list may be 14 s old.
bool wants_power(const session& s, vm_id vm);

/// The task whose fate the next look must report; empty when there is none.
std::string task_of(const session& s, vm_id vm);

} // namespace berth::domain
