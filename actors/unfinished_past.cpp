#include "actors/unfinished_past.hpp"

#include <algorithm>
#include <utility>

namespace berth::actors {

namespace {

constexpr std::size_t pages_kept = 8;

} // namespace

void unfinished_past::begin(const eventstore::event_log& log) {
  if (std::exchange(is_listed_, true))
    return;
  positions_ = log.unfinished();
  end_ = log.head();
}

event_list unfinished_past::after(const eventstore::event_log& log, std::uint64_t after,
                                  std::size_t limit) {
  if (auto reader = half_way_.find(after); reader != half_way_.end())
    half_way_.erase(reader);
  begin(log);
  auto first = std::ranges::upper_bound(positions_, after);
  auto count = std::min(static_cast<std::ptrdiff_t>(limit), positions_.end() - first);
  if (count == 0)
    return {};
  half_way_.insert(*(first + count - 1));
  if (auto known = pages_.find(after); known != pages_.end())
    return known->second;
  event_list page{log.read_at({first, first + count})};
  pages_.emplace(after, page);
  if (pages_.size() > pages_kept)
    pages_.erase(pages_.begin());
  return page;
}

bool unfinished_past::forget() {
  if (!half_way_.empty())
    return false;
  *this = {};
  return true;
}

} // namespace berth::actors
