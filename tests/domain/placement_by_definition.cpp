#include "tests/domain/placement_by_definition.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace berth::tests {

using namespace domain;

namespace {

double score_of(const usage& used, const node_sample& sample) {
  auto cpu = sample.cores == 0 ? sample.cpu : used.cpu_cores / sample.cores;
  return load_score(used.ram_mb / static_cast<double>(sample.ram_total_mb), cpu);
}

bool is_contained(const reservation& held, const node_sample& sample) {
  return held.running_since && *held.running_since + ramp <= sample.sampled_at;
}

usage use_of(const reservation& held) {
  return {static_cast<double>(held.ram_mb), predicted_cores};
}

usage measured(const node_sample& sample) {
  return {static_cast<double>(sample.ram_used_mb), sample.cpu * sample.cores};
}

/// One candidate with everything its verdict rests on.
struct assessment {
  considered_node node;
  usage promised; ///< to all our VMs on it
  usage seen;     ///< measured, plus what the measurement cannot contain
  usage expected; ///< promised, plus what measurements have shown beside it
};

assessment assess(const placement_request& wanted, const known_node& known, time_point now) {
  const auto& of = known.is;
  assessment a{.node = {.node = of.of.name,
                        .vms = static_cast<std::uint32_t>(of.reservations.size()),
                        .max_vms = of.of.max_vms}};
  for (const auto& held : of.reservations)
    a.promised = a.promised + use_of(held);
  a.expected = a.promised + known.beside.is();
  if (!of.sample)
    return a;
  const auto& sample = *of.sample;
  a.node.sample_age_ms =
      static_cast<std::uint64_t>(std::max(duration{}, now - sample.sampled_at).count());
  a.seen = measured(sample);
  for (const auto& held : of.reservations) {
    if (is_contained(held, sample))
      continue;
    a.node.reserved_ram_mb += held.ram_mb;
    a.seen = a.seen + use_of(held);
  }
  if (sample.ram_total_mb == 0)
    return a;
  a.node.measured_score = score_of(measured(sample), sample);
  a.node.score =
      score_of(a.expected + usage{static_cast<double>(wanted.ram_mb), predicted_cores}, sample);
  if (now - sample.sampled_at > stale_after)
    a.node.score *= stale_penalty;
  return a;
}

/// Why the node cannot take the VM; `higher_score` when it can.
verdict judge(const placement_request& wanted, const candidate& of, const assessment& a) {
  if (of.of.mode != node_mode::in_service)
    return verdict::not_in_service;
  if (std::ranges::find(wanted.excluded, of.of.name) != wanted.excluded.end())
    return verdict::excluded;
  if (!of.sample)
    return verdict::no_sample;
  if (!of.sample->online)
    return verdict::offline;
  if (of.sample->ram_total_mb == 0)
    return verdict::no_sample;
  if (of.sample->cores != 0 && wanted.cpu_cores > of.sample->cores)
    return verdict::no_cores;
  if (a.node.vms >= of.of.max_vms)
    return verdict::full;
  auto total = static_cast<double>(of.sample->ram_total_mb);
  auto without_margin = (1 - ram_margin) * total;
  if (a.promised.ram_mb + wanted.ram_mb > total || a.seen.ram_mb + wanted.ram_mb > without_margin
      || a.expected.ram_mb + wanted.ram_mb > without_margin)
    return verdict::no_ram;
  if (score_of(a.seen, *of.sample) > load_ceiling)
    return verdict::overloaded;
  return verdict::higher_score;
}

} // namespace

void measure(known_node& node, const node_sample& sample) {
  auto before = std::exchange(node.is.sample, sample);
  if (!sample.online)
    return;
  auto beside = measured(sample);
  usage in_doubt;
  for (const auto& held : node.is.reservations) {
    if (is_contained(held, sample))
      beside = beside - use_of(held);
    else if (held.running_since)
      in_doubt = in_doubt + use_of(held);
  }
  if (before && before->online)
    node.beside.learn(
        beside - in_doubt, beside,
        {ram_noise * static_cast<double>(sample.ram_total_mb), cpu_noise * sample.cores},
        sample.sampled_at - before->sampled_at);
  else
    node.beside.begin(beside);
}

void mark_running(known_node& node, const reservation& held) {
  if (node.is.sample && is_contained(held, *node.is.sample))
    node.beside.exclude(use_of(held));
}

void let_go(known_node& node, const reservation& held) {
  if (!node.is.sample || !is_contained(held, *node.is.sample))
    return;
  usage all;
  for (const auto& other : node.is.reservations)
    if (is_contained(other, *node.is.sample))
      all = all + use_of(other);
  node.beside.release(use_of(held), all);
}

placement_decision choose_by_definition(const placement_request& wanted,
                                        const std::vector<known_node>& nodes, time_point now,
                                        const std::function<std::uint64_t()>& random) {
  placement_decision decision;
  for (const auto& one : nodes) {
    auto a = assess(wanted, one, now);
    a.node.why = judge(wanted, one.is, a);
    decision.considered.push_back(std::move(a.node));
  }
  std::ranges::sort(decision.considered, {}, &considered_node::node);

  auto least = std::numeric_limits<double>::infinity();
  for (const auto& n : decision.considered)
    if (n.why == verdict::higher_score)
      least = std::min(least, n.score);
  std::vector<considered_node*> tied;
  for (auto& n : decision.considered)
    if (n.why == verdict::higher_score && n.score <= least + tie_width)
      tied.push_back(&n);
  if (tied.empty())
    return decision;
  auto& winner = *tied[tied.size() == 1 ? 0 : random() % tied.size()];
  winner.why = verdict::chosen;
  decision.node = winner.node;
  return decision;
}

} // namespace berth::tests
