#include "tools/simulation/world/schedule.hpp"

#include <caf/scheduled_actor.hpp>

#include <algorithm>

namespace berth::simulation {

namespace {

constexpr std::uint64_t io_thread = 0;
/// On average so many steps lie between two changes of rank.
constexpr std::uint64_t steps_between_changes = 2000;

std::uint64_t id_of(caf::resumable* actor) {
  auto* scheduled = dynamic_cast<caf::scheduled_actor*>(actor);
  return scheduled ? scheduled->id() : io_thread;
}

} // namespace

schedule::schedule(dice from) : dice_{std::move(from)}, is_pct_{dice_.chance(0.5)} {
  steps_to_change_ = 1 + dice_.below(2 * steps_between_changes);
}

std::uint64_t schedule::rank_of(std::uint64_t actor) {
  auto found = ranks_.find(actor);
  if (found == ranks_.end())
    found = ranks_.emplace(actor, 2'000'000 + dice_.below(1'000'000)).first;
  return found->second;
}

std::size_t schedule::highest(const std::deque<caf::resumable*>& ready, bool io_may_run) {
  auto best = ready.size();
  auto best_id = io_thread;
  auto best_rank = io_may_run ? rank_of(io_thread) : 0;
  for (std::size_t i = 0; i < ready.size(); ++i) {
    auto id = id_of(ready[i]);
    if (auto rank = rank_of(id); rank > best_rank) {
      best = i;
      best_rank = rank;
      best_id = id;
    }
  }
  if (--steps_to_change_ == 0) {
    ranks_[best_id] = --lowest_;
    steps_to_change_ = 1 + dice_.below(2 * steps_between_changes);
  }
  return best;
}

std::size_t schedule::choose(const std::deque<caf::resumable*>& ready, bool io_may_run) {
  if (is_pct_)
    return highest(ready, io_may_run);
  return dice_.below(ready.size() + (io_may_run ? 1 : 0));
}

} // namespace berth::simulation
