#pragma once

#include "tools/simulation/world/dice.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>

#include <caf/resumable.hpp>

namespace berth::simulation {

/// Chooses which of the actors that have mail runs next, and so the order in which messages are
/// handled. Half of the worlds choose uniformly; the others follow PCT (Burckhardt et al., "A
/// randomized scheduler with probabilistic guarantees of finding bugs", 2010): each actor has a
/// random rank, the highest runs, and at a few random steps whoever runs becomes the lowest. That
/// finds bugs that need one actor to be slow for long.
class schedule {
public:
  explicit schedule(dice from);

  /// An index of `ready`; one place more stands for the io thread, whenever it may have work. With
  /// neither there is nothing to choose.
  std::size_t choose(const std::deque<caf::resumable*>& ready, bool io_may_run);

  bool is_pct() const { return is_pct_; }

private:
  std::size_t highest(const std::deque<caf::resumable*>& ready, bool io_may_run);
  std::uint64_t rank_of(std::uint64_t actor);

  dice dice_;
  bool is_pct_;
  std::map<std::uint64_t, std::uint64_t> ranks_; ///< by actor id; 0 is the io thread
  std::uint64_t steps_to_change_ = 0;
  std::uint64_t lowest_ = 1'000'000;
};

} // namespace berth::simulation
