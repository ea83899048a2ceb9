#include "domain/placement/placement_desk.hpp"

namespace berth::domain {

void placement_desk::apply(const session_id& id, const session_event& happened, time_point at) {
  if (std::holds_alternative<session_placed>(happened))
    take_back(id);
  ledger_.apply(id, happened, at);
}

placement_decision placement_desk::place(const session_id& id, const placement_request& wanted,
                                         time_point now,
                                         const std::function<std::uint64_t()>& random) {
  take_back(id);
  take_back_unused(now);
  auto decision = board_.choose(wanted, now, random);
  if (!decision.node)
    return decision;
  auto held = board_.reserve(*decision.node, {.ram_mb = wanted.ram_mb});
  promises_[id] = {held, by_age_.emplace(now, id)};
  return decision;
}

std::vector<candidate> placement_desk::candidates(time_point now) {
  take_back_unused(now);
  return board_.candidates();
}

void placement_desk::take_back(const session_id& from) {
  auto found = promises_.find(from);
  if (found == promises_.end())
    return;
  board_.release(found->second.held);
  by_age_.erase(found->second.age);
  promises_.erase(found);
}

void placement_desk::take_back_unused(time_point now) {
  while (!by_age_.empty() && now - by_age_.begin()->first >= promise_lifetime)
    take_back(session_id{by_age_.begin()->second});
}

} // namespace berth::domain
