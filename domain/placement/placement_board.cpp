#include "domain/placement/placement_board.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

namespace berth::domain {

namespace {

std::pair<std::uint64_t, std::uint32_t> hardware_of(const node_account& of) {
  const auto& sample = of.sample();
  return sample ? std::pair{sample->ram_total_mb, sample->cores} : std::pair{0UL, 0U};
}

/// Whether more room or less load would make the node fit.
bool is_near(verdict why) {
  return why == verdict::no_ram || why == verdict::overloaded;
}

/// Chooses among those who are named.
void choose_named(placement_decision& in, const std::function<std::uint64_t()>& random) {
  auto least = std::numeric_limits<double>::infinity();
  for (const auto& n : in.considered)
    if (n.why == verdict::higher_score)
      least = std::min(least, n.score);
  std::array<considered_node*, considered_at_most> tied{};
  std::size_t count = 0;
  for (auto& n : in.considered)
    if (n.why == verdict::higher_score && n.score <= least + tie_width)
      tied[count++] = &n;
  if (count == 0)
    return;
  auto& winner = *tied[count == 1 ? 0 : random() % count];
  winner.why = verdict::chosen;
  in.node = winner.node;
}

} // namespace

void placement_board::change(const node& to) {
  auto& changed = find(to.name);
  changed.account.become(to);
  auto is_registered = to.mode != node_mode::removed;
  if (is_registered != std::exchange(changed.is_registered, is_registered))
    is_arranged_ = false;
  if (!is_registered && changed.account.sample()) {
    by_sample_time_.erase({changed.account.sample()->sampled_at, &changed});
    changed.account.forget_sample();
  }
  update(changed);
}

void placement_board::measure(const node_sample& sample) {
  auto& measured = find(sample.node);
  auto before = measured.account.sample() ? std::optional{measured.account.sample()->sampled_at}
                                          : std::nullopt;
  if (!measured.account.measure(sample))
    return;
  if (before)
    by_sample_time_.erase({*before, &measured});
  by_sample_time_.emplace(sample.sampled_at, &measured);
  update(measured);
}

placement_board::hold placement_board::reserve(const node_name& on, const reservation& wanted) {
  hold held;
  held.on_ = &find(on);
  held.is_ = held.on_->account.reserve(wanted);
  update(*held.on_);
  return held;
}

void placement_board::move(hold& held, const node_name& to) {
  auto& from = *held.on_;
  auto& goal = find(to);
  if (&goal == &from)
    return;
  goal.account.take_over(held.is_, from.account);
  held.on_ = &goal;
  update(from);
  update(goal);
}

void placement_board::mark_running(const hold& held, time_point since) {
  if (held.is_->running_since)
    return;
  held.on_->account.mark_running(held.is_, since);
  update(*held.on_);
}

void placement_board::release(const hold& held) {
  held.on_->account.release(held.is_);
  update(*held.on_);
}

placement_decision placement_board::choose(const placement_request& wanted, time_point now,
                                           const std::function<std::uint64_t()>& random) {
  age(now);
  if (!is_arranged_)
    arrange();
  placement_decision decision;
  if (by_name_.size() <= considered_at_most)
    name_all(wanted, now, decision);
  else
    name_best(wanted, now, decision);
  choose_named(decision, random);
  if (decision.node)
    return decision;
  for (const auto* one : by_name_)
    ++decision.verdicts[one->account.judge(wanted)];
  if (by_name_.size() > considered_at_most)
    name_nearest(wanted, now, decision);
  return decision;
}

std::vector<candidate> placement_board::candidates() const {
  std::vector<candidate> all;
  for (const auto& [name, known] : entries_) {
    if (!known.is_registered)
      continue;
    const auto& held = known.account.reservations();
    all.push_back({known.account.is(), known.account.sample(), {held.begin(), held.end()}});
  }
  std::ranges::sort(all, {}, [](const candidate& one) -> const node_name& { return one.of.name; });
  return all;
}

placement_board::entry& placement_board::find(const node_name& node) {
  auto [found, is_new] = entries_.try_emplace(node.value);
  if (is_new)
    found->second.account.become({.name = node, .hostname = {}});
  return found->second;
}

/// Brings the tournament up to date with a node.
void placement_board::update(entry& changed) {
  if (!is_arranged_ || !changed.is_registered)
    return;
  auto as = changed.account.contend(aged_to_);
  if (as.room_mb >= 0 && hardware_of(changed.account) != changed.seated_as)
    is_arranged_ = false; // Where it sits it would spoil the search.
  else
    tournament_.change(changed.seat, as);
}

void placement_board::arrange() {
  by_name_.clear();
  for (auto& [name, known] : entries_)
    if (known.is_registered)
      by_name_.push_back(&known);
  std::ranges::sort(
      by_name_, {}, [](const entry* e) -> auto& { return e->account.is().name; });
  for (std::uint32_t rank = 0; auto* one : by_name_) {
    one->rank = rank++;
    one->seated_as = hardware_of(one->account);
  }
  seats_ = by_name_;
  std::ranges::stable_sort(seats_, {}, &entry::seated_as);
  std::vector<contender> contenders;
  for (auto* one : seats_) {
    one->seat = static_cast<std::uint32_t>(contenders.size());
    contenders.push_back(one->account.contend(aged_to_));
  }
  tournament_.reset(contenders);
  is_arranged_ = true;
}

/// Brings the tournament up to date with those whose samples are stale now and were not, and the
/// reverse should the clock have been set back.
void placement_board::age(time_point now) {
  auto before = std::exchange(aged_to_, now);
  auto [earlier, later] = std::minmax(before, now);
  auto at = by_sample_time_.lower_bound({earlier - stale_after, nullptr});
  for (; at != by_sample_time_.end() && at->first < later - stale_after; ++at)
    update(*at->second);
}

void placement_board::name_best(const placement_request& wanted, time_point now,
                                placement_decision& in) {
  std::vector<std::uint32_t> excluded;
  for (const auto& name : wanted.excluded)
    if (auto one = entries_.find(name.value); one != entries_.end() && one->second.is_registered)
      excluded.push_back(one->second.seat);
  const tournament::needs of{static_cast<double>(wanted.ram_mb),
                             static_cast<double>(wanted.cpu_cores)};
  std::array<std::uint32_t, considered_at_most> ranks{};
  auto end = ranks.begin();
  for (auto seat : tournament_.lowest(of, considered_at_most, excluded))
    *end++ = seats_[seat]->rank;
  std::sort(ranks.begin(), end);
  in.considered.reserve(ranks.size());
  for (auto rank = ranks.begin(); rank != end; ++rank)
    by_name_[*rank]->account.consider(wanted, now, verdict::higher_score, in.considered);
}

void placement_board::name_all(const placement_request& wanted, time_point now,
                               placement_decision& in) const {
  in.considered.reserve(by_name_.size());
  for (const auto* one : by_name_)
    one->account.consider(wanted, now, one->account.judge(wanted), in.considered);
}

void placement_board::name_nearest(const placement_request& wanted, time_point now,
                                   placement_decision& in) const {
  constexpr std::size_t few = 3;
  for (const auto* one : by_name_)
    if (auto why = one->account.judge(wanted); is_near(why))
      one->account.consider(wanted, now, why, in.considered);
  auto nearest =
      in.considered.begin() + static_cast<std::ptrdiff_t>(std::min(few, in.considered.size()));
  std::ranges::partial_sort(in.considered, nearest, {}, &considered_node::score);
  in.considered.erase(nearest, in.considered.end());
  std::ranges::sort(in.considered, {}, &considered_node::node);
}

} // namespace berth::domain
