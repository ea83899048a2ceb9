#pragma once

#include "actors/event_list.hpp"
#include "eventstore/event_log.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

namespace berth::actors {

/// The log without the sessions that were over, for actors that begin. They begin side by side: all
/// of them read the same list, and most find a page that another has read. A list is made for the
/// first who begins, and forgotten when nobody is half way through it. A reader is known by how far
/// it has read.
class unfinished_past {
public:
  /// Whether whoever has read up to `after` reads this: from the beginning on, or half way.
  bool is_read_from(std::uint64_t after) const { return after == 0 || half_way_.contains(after); }

  /// What follows `after`; empty when nothing is left, and the reader goes on behind `end`.
  event_list after(const eventstore::event_log& log, std::uint64_t after, std::size_t limit);

  /// The head of the log when the list was made.
  std::uint64_t end() const { return end_; }

  /// Forgets pages, which can be read again.
  void forget_pages() { pages_.clear(); }

  /// Forgets everything, unless somebody is half way. Says whether it did.
  bool forget();

private:
  void begin(const eventstore::event_log& log);

  bool is_listed_ = false;
  std::vector<std::uint64_t> positions_;
  std::uint64_t end_ = 0;
  std::map<std::uint64_t, event_list> pages_; ///< by the position that they follow; few
  std::multiset<std::uint64_t> half_way_;     ///< what readers have read up to
};

} // namespace berth::actors
