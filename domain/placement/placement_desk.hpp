#pragma once

#include "domain/placement/placement_board.hpp"
#include "domain/placement/reservation_ledger.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <unordered_map>
#include <vector>

namespace berth::domain {

/// A placement that is not in the log by then never will be: its session has given up.
constexpr duration promise_lifetime = std::chrono::seconds{60};

/// Gives sessions their nodes, by the board, by what the log says takes room on it, and by what was
/// promised and is not in the log yet.
class placement_desk {
public:
  /// Folds one event of session `id` that the log recorded at `at`.
  void apply(const session_id& id, const session_event& happened, time_point at);

  /// Registers a node, changes it, or forgets it when it is removed.
  void change(const node& to) { board_.change(to); }

  void measure(const node_sample& sample) { board_.measure(sample); }

  /// A node for a session, which holds its room there from now on until the log says so, or for
  /// `promise_lifetime`. Whoever asks again has not used the last answer, and loses it.
  placement_decision place(const session_id& id, const placement_request& wanted, time_point now,
                           const std::function<std::uint64_t()>& random);

  /// Every registered node, in name order.
  std::vector<candidate> candidates(time_point now);

private:
  using ages = std::multimap<time_point, session_id>;
  struct promise {
    placement_board::hold held;
    ages::iterator age;
  };

  void take_back(const session_id& from);
  void take_back_unused(time_point now);

  placement_board board_;
  reservation_ledger ledger_{board_};
  std::unordered_map<session_id, promise> promises_;
  ages by_age_; ///< whose promise was made when
};

} // namespace berth::domain
