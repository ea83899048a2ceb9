#pragma once

#include "domain/ids.hpp"
#include "domain/refusal.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What admins must be told by mail. The log is the outbox: an alert waits in it until a mail has
/// carried it.
namespace berth::domain {

enum class alert_kind : std::uint8_t {
  session_failed, ///< every attempt to provide a VM failed
  deletion_stuck, ///< a VM could not be destroyed for `deletion_patience`
};

std::string_view to_string(alert_kind kind);
std::optional<alert_kind> parse_alert_kind(std::string_view text);

// -- events: stored for ever, change with care --------------------------------

struct alert_raised {
  std::uint64_t number = 1; ///< 1.. without gaps
  alert_kind kind{};
  session_id session;
  vm_id vm; ///< 0 when none is concerned
  std::string detail;
  bool operator==(const alert_raised&) const = default;
};
/// A mail server has taken the mail with every alert up to `through`.
struct alerts_mailed {
  std::uint64_t through = 0;
  bool operator==(const alerts_mailed&) const = default;
};
using alert_event = std::variant<alert_raised, alerts_mailed>;

/// The alerts as their events leave them.
struct alert_outbox {
  std::uint64_t raised = 0; ///< how many so far
  std::uint64_t mailed = 0; ///< the last that a mail has carried
  std::vector<alert_raised> waiting;
  bool operator==(const alert_outbox&) const = default;
};

/// Throws corrupt_history when `happened` cannot follow.
alert_outbox evolve(alert_outbox before, const alert_event& happened);

} // namespace berth::domain
