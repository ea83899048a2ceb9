#include "domain/placement/tournament.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace berth::domain {

namespace {

constexpr auto infinite = std::numeric_limits<double>::infinity();

/// The most spare leaders that a search finds.
constexpr std::size_t spare_at_most = 32;
/// Of a contest so many leaders at most are kept, and so many contests.
constexpr std::size_t leaders_at_most = 64;
constexpr std::size_t contests_at_most = 16;

/// Infinite without the room or the cores.
double score_of(const contender& one, const tournament::needs& of) {
  if (one.room_mb < of.ram_mb || one.cores < of.cores)
    return infinite;
  return one.score + one.per_mb * of.ram_mb;
}

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
  for (std::size_t room = width; room < all.size(); room *= width)
    first_leaf_ = width * first_leaf_ + 1;
  branches_.assign(first_leaf_ + (all.size() + width - 1) / width, {});
  contests_.clear();
  for (std::size_t i = 0; i < all.size(); ++i)
    branches_[first_leaf_ + i / width].set(i % width, all[i]);
  for (auto at = branches_.size(); at > 1; --at)
    branches_[(at - 2) / width].set((at - 2) % width, branches_[at - 1].best());
}

void tournament::change(std::uint32_t number, const contender& to) {
  for (auto& one : contests_)
    one.note(number, to);
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
  auto& by = contest_for(of);
  if (auto enough = most + excluded.size(); !by.is_known(enough))
    search(by, enough);
  lowest_.clear();
  for (const auto& one : by.leaders) {
    if (lowest_.size() == most || one.score == infinite)
      break;
    if (std::ranges::find(excluded, one.number) == excluded.end())
      lowest_.push_back(one.number);
  }
  return lowest_;
}

/// Whether the lowest are the first of the leaders.
bool tournament::contest::is_known(std::size_t most) const {
  if (most == 0 || bar == infinite)
    return true;
  return leaders.size() >= most && leaders[most - 1].score <= bar;
}

/// Keeps the leaders right when a contender changes. Who falls behind stays among them for now, as
/// its score limits the next search.
void tournament::contest::note(std::uint32_t number, const contender& to) {
  auto score = score_of(to, of);
  auto at = std::ranges::find(leaders, number, &scored::number);
  if (at == leaders.end()) {
    if (score >= bar)
      return;
    at = leaders.insert(at, {score, number});
  }
  for (; at + 1 != leaders.end() && at[1].score < score; ++at)
    *at = at[1];
  for (; at != leaders.begin() && score < at[-1].score; --at)
    *at = at[-1];
  *at = {score, number};
  if (leaders.size() > leaders_at_most) {
    bar = std::min(bar, leaders.back().score);
    leaders.pop_back();
  }
}

/// Those that go set the bar; those that stay are in no order.
void tournament::contest::keep_lowest(std::size_t most) {
  if (leaders.size() <= most)
    return;
  auto end = leaders.begin() + static_cast<std::ptrdiff_t>(most);
  std::ranges::nth_element(leaders, end, {}, &scored::score);
  bar = std::min(bar, end->score);
  leaders.erase(end, leaders.end());
}

/// A new one begins with the leaders of the last, who limit its first search.
tournament::contest& tournament::contest_for(const needs& of) {
  auto found = std::ranges::find(contests_, of, &contest::of);
  if (found == contests_.end()) {
    contest fresh{of, contests_.empty() ? std::vector<scored>{} : contests_.front().leaders};
    if (contests_.size() == contests_at_most)
      contests_.pop_back();
    found = contests_.insert(contests_.end(), std::move(fresh));
  }
  std::rotate(contests_.begin(), found, found + 1);
  return contests_.front();
}

void tournament::search(contest& by, std::size_t most) {
  auto kept = most + by.spare;
  by.bar = bar_by_leaders(by, most);
  by.leaders.clear();
  open_.assign(branches_.empty() ? 0 : 1, {-infinite, 0});
  while (!open_.empty()) {
    auto next = open_.back();
    open_.pop_back();
    if (next.score < by.bar)
      look_into(next.number, by);
    if (by.leaders.size() > 2 * kept)
      by.keep_lowest(kept);
  }
  by.keep_lowest(kept);
  std::ranges::sort(by.leaders, {}, &scored::score);
  by.spare = std::min(2 * by.spare, spare_at_most);
}

/// Who led before has a score now, too: what does not score lower than as many of them as are
/// wanted need not be looked at. Mostly one of them has been chosen since, and scores highest.
double tournament::bar_by_leaders(const contest& of, std::size_t most) const {
  std::size_t fit = 0;
  auto highest = -infinite;
  auto second = -infinite;
  for (const auto& one :
       std::span{of.leaders}.first(std::min(of.leaders.size(), most + of.spare))) {
    auto is = branches_[first_leaf_ + one.number / width].at(one.number % width);
    auto score = score_of(is, of.of);
    if (score == infinite)
      continue;
    ++fit;
    second = std::max(second, std::min(highest, score));
    highest = std::max(highest, score);
  }
  if (fit < most)
    return infinite;
  return std::nextafter(fit > most ? second : highest, infinite);
}

/// Takes from a branch what is below the bar. Whether something is cannot be predicted: so it is
/// written down in any case, and stays only if it is.
void tournament::look_into(std::uint32_t at, contest& by) {
  const auto& in = branches_[at];
  auto is_leaf = at >= first_leaf_;
  auto& to = is_leaf ? by.leaders : open_;
  auto number = is_leaf ? width * (at - first_leaf_) : width * at + 1;
  auto end = to.size();
  to.resize(end + width);
  for (std::uint32_t i = 0; i < width; ++i) {
    auto least = in.score[i] + in.per_mb[i] * by.of.ram_mb;
    to[end] = {least, number + i};
    end += std::size_t{least < by.bar} & std::size_t{in.room_mb[i] >= by.of.ram_mb}
           & std::size_t{in.cores[i] >= by.of.cores};
  }
  to.resize(end);
}

} // namespace berth::domain
