#pragma once

#include "eventstore/event_log.hpp"
#include "eventstore/sqlite.hpp"

#include <cstdint>

namespace berth::eventstore {

/// Looks for events in a log's file, newest first; see event_log::find_events. Neither positions
/// nor times of recording go back, so that a time is found by halving.
class event_search {
public:
  /// `log` must outlive the search.
  explicit event_search(database& log);

  found_events find(const event_filter& wanted, std::uint64_t before, std::size_t limit);

  /// The first position below `end` that was recorded at `at` or later; `end` when there is none.
  std::uint64_t first_since(domain::time_point at, std::uint64_t end);

private:
  statement head_;
  statement recorded_at_;
  statement of_stream_;
  statement of_log_;
};

} // namespace berth::eventstore
