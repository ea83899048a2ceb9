#pragma once

#include "domain/ids.hpp"
#include "domain/session/session.hpp"
#include "domain/time.hpp"

#include <cstdint>
#include <variant>
#include <vector>

namespace berth::domain {

/// A node for the next attempt must be asked for.
struct find_node {
  std::uint32_t attempt = 1;
  time_point not_before;
  bool operator==(const find_node&) const = default;
};
/// The session that keeps the VM must be asked to hand it over.
struct claim_kept_vm {
  session_id kept_by;
  bool operator==(const claim_kept_vm&) const = default;
};
/// A VM must be looked at, and whatever the look calls for must be done.
struct tend_vm {
  session_vm vm;
  time_point not_before;
  bool operator==(const tend_vm&) const = default;
};
struct await_deadline {
  time_point at;
  bool operator==(const await_deadline&) const = default;
};
using action = std::variant<find_node, claim_kept_vm, tend_vm, await_deadline>;

/// What a session in this state still owes the outside world, whoever lived before; empty when
/// nothing. The debts are independent of each other.
std::vector<action> next_actions(const session& s);

/// Whether a session that owes this owes nothing before its deadline.
bool is_at_rest(const std::vector<action>& owed);

} // namespace berth::domain
