#pragma once

#include "domain/ids.hpp"
#include "domain/reconciliation/difference.hpp"
#include "domain/refusal.hpp"
#include "domain/session/session.hpp"
#include "domain/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>

/// The one stream about differences between log and cluster, and what is folded from it.
namespace berth::domain {

// -- events: stored for ever, change with care --------------------------------

/// Two surveys have shown it.
struct difference_found {
  difference_kind kind{};
  vm_id vm;
  std::optional<session_id> session;
  node_name node;
  std::string detail;
  std::string volume; ///< empty unless a volume leaked
  bool operator==(const difference_found&) const = default;
};
/// A late clone is to be destroyed, and its marks name `session`; calls may follow.
struct removal_intended {
  vm_id vm;
  session_id session;
  bool operator==(const removal_intended&) const = default;
};
/// A late clone cannot be destroyed for now.
struct removal_postponed {
  vm_id vm;
  std::string reason;
  bool quarantined = false;   ///< nobody may touch it until an operator has
  std::uint32_t failures = 0; ///< so far; 0 when quarantined
  time_point retry_at;
  bool operator==(const removal_postponed&) const = default;
};
struct difference_settled {
  difference_kind kind{};
  vm_id vm;
  std::string volume; ///< empty unless a volume leaked
  settlement how{};
  bool operator==(const difference_settled&) const = default;
};
using reconciliation_event =
    std::variant<difference_found, removal_intended, removal_postponed, difference_settled>;

// -- state --------------------------------------------------------------------

struct open_difference {
  difference is;
  time_point since;       ///< found
  doomed_vm removal;      ///< of a late clone alone
  std::string last_fault; ///< why it could not be removed yet
  bool operator==(const open_difference&) const = default;
};

/// The differences as their events leave them.
struct reconciliation {
  std::map<difference_key, open_difference> open;
  std::uint64_t found = 0;   ///< so far
  std::uint64_t settled = 0; ///< so far
  bool operator==(const reconciliation&) const = default;
};

/// How many differences of each kind are open, by the kind's number.
std::array<std::size_t, difference_kinds> count_open(const reconciliation& in);

/// Folds one event that the log recorded at `at`. Throws corrupt_history when it cannot follow.
reconciliation evolve(reconciliation before, const reconciliation_event& happened, time_point at);

} // namespace berth::domain
