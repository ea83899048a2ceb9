#include "domain/placement/node_account.hpp"

#include "domain/broken_rule.hpp"

#include <algorithm>
#include <utility>

namespace berth::domain {

namespace {

double score_of(const usage& used, const node_sample& sample) {
  auto cpu = sample.cores == 0 ? sample.cpu : used.cpu_cores / sample.cores;
  return load_score(used.ram_mb / static_cast<double>(sample.ram_total_mb), cpu);
}

usage noise_of(const node_sample& sample) {
  return {ram_noise * static_cast<double>(sample.ram_total_mb), cpu_noise * sample.cores};
}

usage measured(const node_sample& sample) {
  return {static_cast<double>(sample.ram_used_mb), sample.cpu * sample.cores};
}

usage use_of(const reservation& held) {
  return {static_cast<double>(held.ram_mb), predicted_cores};
}

} // namespace

bool node_account::measure(const node_sample& sample) {
  if (sample_ && sample.sampled_at < sample_->sampled_at)
    return false;
  auto before = std::exchange(sample_, sample);
  measured_score_ = sample.ram_total_mb == 0 ? 0 : score_of(measured(sample), sample);
  add_up();
  if (sample.online)
    learn(before);
  return true;
}

void node_account::forget_sample() {
  sample_.reset();
  add_up();
}

node_account::hold node_account::reserve(const reservation& held) {
  plan(held);
  return reservations_.insert(reservations_.end(), held);
}

void node_account::release(hold held) {
  let_go(*held);
  reservations_.erase(held);
}

void node_account::take_over(hold held, node_account& from) {
  from.let_go(*held);
  reservations_.splice(reservations_.end(), from.reservations_, held);
  count(*held);
}

void node_account::mark_running(hold held, time_point since) {
  uncount(*held);
  held->running_since = since;
  plan(*held);
}

bool node_account::is_stale(time_point now) const {
  return sample_ && now - sample_->sampled_at > stale_after;
}

verdict node_account::judge(const placement_request& wanted) const {
  if (is_.mode != node_mode::in_service && !is_broken(rule::closed_nodes_get_nothing))
    return verdict::not_in_service;
  if (std::ranges::find(wanted.excluded, is_.name) != wanted.excluded.end())
    return verdict::excluded;
  if (!sample_)
    return verdict::no_sample;
  if (!sample_->online)
    return verdict::offline;
  if (sample_->ram_total_mb == 0)
    return verdict::no_sample;
  if (sample_->cores != 0 && wanted.cpu_cores > sample_->cores)
    return verdict::no_cores;
  if (reservations_.size() >= is_.max_vms)
    return verdict::full;
  if (room_mb() < wanted.ram_mb)
    return verdict::no_ram;
  if (score_of(seen_load(), *sample_) > load_ceiling)
    return verdict::overloaded;
  return verdict::higher_score;
}

void node_account::consider(const placement_request& wanted, time_point now, verdict why,
                            std::vector<considered_node>& among) const {
  auto& seen = among.emplace_back();
  seen.node = is_.name;
  seen.why = why;
  seen.vms = static_cast<std::uint32_t>(reservations_.size());
  seen.max_vms = is_.max_vms;
  if (!sample_)
    return;
  seen.sample_age_ms =
      static_cast<std::uint64_t>(std::max(duration{}, now - sample_->sampled_at).count());
  seen.reserved_ram_mb = static_cast<std::uint64_t>(unseen_.ram_mb);
  if (sample_->ram_total_mb == 0)
    return;
  seen.measured_score = measured_score_;
  seen.score = score_of(
      expected_load() + usage{static_cast<double>(wanted.ram_mb), predicted_cores}, *sample_);
  if (is_stale(now))
    seen.score *= stale_penalty;
}

contender node_account::contend(time_point now) const {
  if (judge({}) != verdict::higher_score)
    return {};
  auto total = static_cast<double>(sample_->ram_total_mb);
  auto doubt = is_stale(now) ? stale_penalty : 1;
  return {.score = doubt * score_of(expected_load() + usage{0, predicted_cores}, *sample_),
          .per_mb = doubt * load_score(1 / total, 0),
          .room_mb = room_mb(),
          .cores = sample_->cores == 0 ? std::numeric_limits<double>::infinity() : sample_->cores};
}

bool node_account::is_seen(const reservation& held) const {
  return sample_ && held.running_since && *held.running_since + ramp <= sample_->sampled_at;
}

void node_account::add_up() {
  placed_ = unseen_ = {};
  for (const auto& held : reservations_)
    count(held);
}

void node_account::count(const reservation& held) {
  placed_ = placed_ + use_of(held);
  if (!is_seen(held))
    unseen_ = unseen_ + use_of(held);
}

void node_account::uncount(const reservation& held) {
  placed_ = placed_ - use_of(held);
  if (!is_seen(held))
    unseen_ = unseen_ - use_of(held);
}

void node_account::plan(const reservation& held) {
  count(held);
  if (is_seen(held))
    unplanned_.exclude(use_of(held));
}

void node_account::let_go(const reservation& held) {
  if (is_seen(held))
    unplanned_.release(use_of(held), placed_ - unseen_);
  uncount(held);
}

void node_account::learn(const std::optional<node_sample>& before) {
  usage starting;
  for (const auto& held : reservations_)
    if (held.running_since && !is_seen(held))
      starting = starting + use_of(held);
  auto most = measured(*sample_) - (placed_ - unseen_);
  if (before && before->online)
    unplanned_.learn(most - starting, most, noise_of(*sample_),
                     sample_->sampled_at - before->sampled_at);
  else
    unplanned_.begin(most);
}

usage node_account::seen_load() const {
  return measured(*sample_) + unseen_;
}

double node_account::room_mb() const {
  auto total = static_cast<double>(sample_->ram_total_mb);
  auto usable = (1 - ram_margin) * total;
  return std::min(
      {total - placed_.ram_mb, usable - seen_load().ram_mb, usable - expected_load().ram_mb});
}

} // namespace berth::domain
