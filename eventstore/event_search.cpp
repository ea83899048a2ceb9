#include "eventstore/event_search.hpp"

#include "eventstore/stored_event.hpp"

#include <algorithm>

namespace berth::eventstore {

namespace {

constexpr const char* narrowed = "AND (?3 IS NULL OR type = ?3) AND (?4 IS NULL OR actor = ?4) ";

} // namespace

event_search::event_search(database& log)
    : head_(log.prepare("SELECT coalesce(max(position), 0) FROM events")),
      recorded_at_(log.prepare("SELECT recorded_at FROM events WHERE position = ?1")),
      of_stream_(log.prepare(std::string{select_events}
                             + "INDEXED BY events_by_stream WHERE stream = ?6 "
                               "AND position BETWEEN ?1 AND ?2 "
                             + narrowed + "ORDER BY version DESC LIMIT ?5")),
      of_log_(log.prepare(std::string{select_events} + "WHERE position BETWEEN ?1 AND ?2 "
                          + narrowed + "ORDER BY position DESC LIMIT ?5")) {}

std::uint64_t event_search::first_since(domain::time_point at, std::uint64_t end) {
  std::uint64_t first = 1;
  while (first < end) {
    auto middle = first + (end - first) / 2;
    auto row = recorded_at_.query(middle);
    if (row.next() && row.integer(0) < at.time_since_epoch().count())
      first = middle + 1;
    else
      end = middle;
  }
  return first;
}

found_events event_search::find(const event_filter& wanted, std::uint64_t before,
                                std::size_t limit) {
  auto head = head_.query();
  head.next();
  auto end = std::min(before, head.natural(0) + 1);
  if (wanted.until)
    end = first_since(*wanted.until + domain::duration{1}, end);
  auto first = wanted.since ? first_since(*wanted.since, end) : 1;
  if (first >= end)
    return {};
  auto last = !wanted.stream && end - first > longest_search ? end - longest_search : first;
  // One more than is shown, to know whether there is more.
  auto most = std::uint64_t{limit} + 1;
  auto row = wanted.stream
                 ? of_stream_.query(last, end - 1, wanted.type, wanted.actor, most, *wanted.stream)
                 : of_log_.query(last, end - 1, wanted.type, wanted.actor, most);
  found_events found;
  while (row.next()) {
    if (found.events.size() == limit) {
      found.next_before = found.events.back().position;
      return found;
    }
    found.events.push_back(decode(stored_event_of(row)));
  }
  if (last > first)
    found.next_before = last;
  return found;
}

} // namespace berth::eventstore
