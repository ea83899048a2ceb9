#pragma once

#include "domain/session/session.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace berth::domain {

/// A named step that a session went through; see `step_name`.
struct past_step {
  std::string name;
  std::uint32_t attempt = 0; ///< the one it belongs to; 0 before the first placement
  time_point began_at;
  std::optional<time_point> ended_at; ///< nothing while it is under way; `closed` ends as it begins

  bool operator==(const past_step&) const = default;
};

/// Tells a session's steps from its events.
class step_history {
public:
  /// Takes the session's next event, which the log recorded at `at`. Throws corrupt_history when it
  /// cannot follow.
  void take(const session_event& happened, time_point at);

  /// So far, oldest first.
  const std::vector<past_step>& steps() const { return steps_; }

private:
  session session_;
  std::vector<past_step> steps_;
};

} // namespace berth::domain
