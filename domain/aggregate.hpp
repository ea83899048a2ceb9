#pragma once

#include "domain/event.hpp"
#include "domain/session/session.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace berth::domain {

/// What the events of one stream are about, as they leave it; nothing before the first of them.
using aggregate =
    std::variant<std::monostate, session, node, vm_template, user, alert_outbox, reconciliation>;

/// Folds one event that the log recorded at `at`. Throws corrupt_history when it cannot follow.
aggregate evolve(aggregate before, const event& happened, time_point at);

/// One value of an aggregate, in words for whoever reads it.
struct changed_value {
  std::string name;
  std::optional<std::string> value;  ///< nothing when there is none
  std::optional<std::string> before; ///< nothing when there was none, or nothing at all

  bool operator==(const changed_value&) const = default;
};

/// Everything that `after` says of its session, node, template or user, beside what it was
/// `before`: the same one, or nothing. Of tokens and cookies there is only the number.
std::vector<changed_value> compare(const aggregate& before, const aggregate& after);

} // namespace berth::domain
