#include "domain/placement/tournament.hpp"

#include <algorithm>
#include <bit>

namespace berth::domain {

namespace {

constexpr auto infinite = std::numeric_limits<double>::infinity();

/// At least as good as both in everything.
contender best_of(const contender& a, const contender& b) {
  return {std::min(a.score, b.score), std::min(a.per_mb, b.per_mb), std::max(a.room_mb, b.room_mb),
          std::max(a.cores, b.cores)};
}

} // namespace

void tournament::reset(const std::vector<contender>& all) {
  leaves_ = std::bit_ceil(std::max<std::size_t>(all.size(), 1));
  tree_.assign(2 * leaves_, contender{});
  std::ranges::copy(all, tree_.begin() + static_cast<std::ptrdiff_t>(leaves_));
  for (auto at = leaves_ - 1; at > 0; --at)
    tree_[at] = best_of(tree_[2 * at], tree_[2 * at + 1]);
}

void tournament::change(std::uint32_t number, const contender& to) {
  auto at = leaves_ + number;
  tree_[at] = to;
  for (at /= 2; at > 0; at /= 2) {
    auto best = best_of(tree_[2 * at], tree_[2 * at + 1]);
    if (best == tree_[at])
      return;
    tree_[at] = best;
  }
}

const std::vector<tournament::ranked>& tournament::lowest(std::uint32_t ram_mb, std::uint32_t cores,
                                                          std::size_t most) {
  found_.clear();
  search of{static_cast<double>(ram_mb), cores, most, infinite};
  if (leaves_ > 0 && most > 0)
    if (auto least = least_below(1, of); least < of.bar)
      visit(1, least, of);
  return found_;
}

/// No contender below scores less; infinite when none can take the VM.
double tournament::least_below(std::size_t at, const search& of) const {
  const auto& best = tree_[at];
  if (best.room_mb < of.ram_mb || best.cores < of.cores)
    return infinite;
  return best.score + best.per_mb * of.ram_mb;
}

void tournament::visit(std::size_t at, double score, search& of) {
  if (at >= leaves_)
    return admit({score, static_cast<std::uint32_t>(at - leaves_)}, of);
  auto first = 2 * at;
  auto second = first + 1;
  auto first_score = least_below(first, of);
  auto second_score = least_below(second, of);
  if (second_score < first_score) {
    std::swap(first, second);
    std::swap(first_score, second_score);
  }
  if (first_score < of.bar)
    visit(first, first_score, of);
  if (second_score < of.bar)
    visit(second, second_score, of);
}

void tournament::admit(ranked one, search& of) {
  if (found_.size() == of.most)
    found_.pop_back();
  found_.insert(std::ranges::upper_bound(found_, one.score, {}, &ranked::score), one);
  if (found_.size() == of.most)
    of.bar = found_.back().score;
}

} // namespace berth::domain
