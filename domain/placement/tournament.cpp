#include "domain/placement/tournament.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace berth::domain {

namespace {

constexpr auto infinite = std::numeric_limits<double>::infinity();

} // namespace

tournament::branch::branch() {
  for (std::size_t place = 0; place < width; ++place)
    set(place, {});
}

void tournament::branch::set(std::size_t place, const contender& to) {
  score[place] = to.score;
  per_mb[place] = to.per_mb;
  room_mb[place] = to.room_mb;
  cores[place] = to.cores;
}

contender tournament::branch::at(std::size_t place) const {
  return {score[place], per_mb[place], room_mb[place], cores[place]};
}

/// At least as good as each in everything.
contender tournament::branch::best() const {
  contender best;
  for (std::size_t i = 0; i < width; ++i) {
    best.score = std::min(best.score, score[i]);
    best.per_mb = std::min(best.per_mb, per_mb[i]);
    best.room_mb = std::max(best.room_mb, room_mb[i]);
    best.cores = std::max(best.cores, cores[i]);
  }
  return best;
}

void tournament::reset(const std::vector<contender>& all) {
  first_leaf_ = 0;
  for (auto room = width; room < all.size(); room *= width)
    first_leaf_ = width * first_leaf_ + 1;
  branches_.assign(first_leaf_ + (all.size() + width - 1) / width, {});
  found_.clear();
  for (std::size_t i = 0; i < all.size(); ++i)
    branches_[first_leaf_ + i / width].set(i % width, all[i]);
  for (auto at = branches_.size(); at > 1; --at)
    branches_[(at - 2) / width].set((at - 2) % width, branches_[at - 1].best());
}

void tournament::change(std::uint32_t number, const contender& to) {
  auto at = first_leaf_ + number / width;
  branches_[at].set(number % width, to);
  for (; at > 0; at = (at - 1) / width) {
    auto& above = branches_[(at - 1) / width];
    auto best = branches_[at].best();
    if (best == above.at((at - 1) % width))
      return;
    above.set((at - 1) % width, best);
  }
}

const std::vector<std::uint32_t>& tournament::lowest(const needs& of, std::size_t most,
                                                     std::span<const std::uint32_t> excluded) {
  search by{of, most, excluded};
  by.bar = bar_from_last_search(by);
  found_.clear();
  scores_.clear();
  if (!branches_.empty() && most > 0)
    visit(0, by);
  return found_;
}

/// Those who were lowest the last time mostly are not far from it now, and who is worse than as
/// many of them as are wanted need not be looked at.
double tournament::bar_from_last_search(const search& by) const {
  if (found_.size() < by.most || !by.excluded.empty())
    return infinite;
  auto worst = 0.0;
  for (std::size_t i = 0; i < by.most; ++i) {
    auto one = branches_[first_leaf_ + found_[i] / width].at(found_[i] % width);
    if (one.room_mb < by.of.ram_mb || one.cores < by.of.cores)
      return infinite;
    worst = std::max(worst, one.score + one.per_mb * by.of.ram_mb);
  }
  return std::nextafter(worst, infinite);
}

void tournament::visit(std::size_t at, search& by) {
  const auto& in = branches_[at];
  numbers least;
  for (std::size_t i = 0; i < width; ++i)
    least[i] = in.score[i] + in.per_mb[i] * by.of.ram_mb;
  // Whether a score is below the bar is hard to predict; the processor need not do so here.
  std::uint32_t below = 0;
  for (std::size_t i = 0; i < width; ++i)
    below |= (std::uint32_t{least[i] < by.bar} & std::uint32_t{in.room_mb[i] >= by.of.ram_mb}
              & std::uint32_t{in.cores[i] >= by.of.cores})
             << i;
  if (at < first_leaf_)
    return visit_best_first(width * at + 1, least, below, by);
  for (; below != 0; below &= below - 1) {
    auto i = static_cast<std::size_t>(std::countr_zero(below));
    if (least[i] < by.bar)
      admit(static_cast<std::uint32_t>(width * (at - first_leaf_) + i), least[i], by);
  }
}

/// So the bar is soon as low as it will be.
void tournament::visit_best_first(std::size_t first, const numbers& least, std::uint32_t below,
                                  search& by) {
  while (below != 0) {
    auto best = static_cast<std::size_t>(std::countr_zero(below));
    for (auto rest = below & (below - 1); rest != 0; rest &= rest - 1) {
      auto i = static_cast<std::size_t>(std::countr_zero(rest));
      best = least[i] < least[best] ? i : best;
    }
    if (least[best] >= by.bar)
      return;
    visit(first + best, by);
    below &= ~(1U << best);
  }
}

void tournament::admit(std::uint32_t number, double score, search& by) {
  if (std::ranges::find(by.excluded, number) != by.excluded.end())
    return;
  if (found_.size() < by.most) {
    found_.push_back(number);
    scores_.push_back(score);
  } else {
    found_[by.worst] = number;
    scores_[by.worst] = score;
  }
  if (found_.size() < by.most)
    return;
  by.worst = static_cast<std::size_t>(std::ranges::max_element(scores_) - scores_.begin());
  by.bar = std::min(by.bar, scores_[by.worst]);
}

} // namespace berth::domain
