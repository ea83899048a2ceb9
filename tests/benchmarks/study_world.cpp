#include "tests/benchmarks/study_world.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace berth::study {

namespace {

constexpr double node_ram = 262'144;
constexpr double node_cores = 64;
constexpr double mean_ram = 8192;
constexpr double mean_life = 3600;
constexpr std::size_t burst_size = 30;
constexpr double burst_length = 60;

class dice {
public:
  explicit dice(std::uint64_t seed) : random_{seed} {}
  double share() { return std::uniform_real_distribution<double>{0, 1}(random_); }
  double between(double least, double most) { return least + (most - least) * share(); }
  double exponential(double mean) { return -mean * std::log(1 - share()); }
  double normal() { return std::normal_distribution<double>{}(random_); }

private:
  std::mt19937_64 random_;
};

std::vector<node> make_nodes(const cell& of, dice& random) {
  std::vector<node> nodes(of.nodes);
  double sizes = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i)
    sizes += nodes[i].size.cores = of.unequal ? 1 << i % 3 : 1;
  for (auto& one : nodes) {
    auto size = one.size.cores * static_cast<double>(of.nodes) / sizes;
    one.size = {std::floor(node_ram * size), std::floor(node_cores * size)};
    auto foreign = of.foreign * random.between(0, 2);
    one.foreign = {foreign * one.size.ram, foreign * one.size.cores};
    one.committed = one.visible = one.sampled = one.foreign;
  }
  return nodes;
}

/// 4, 8 or 16 GiB with as many virtual cores as GiB, of which a tenth to all of a quarter is used.
launch make_launch(double at, dice& random) {
  launch one;
  auto kind = random.share();
  auto gib = kind < 0.4 ? 4.0 : kind < 0.8 ? 8.0 : 16.0;
  one.ram = gib * 1024;
  one.virtual_cores = gib;
  one.cores = gib / 4 * random.between(0.1, 1);
  one.at = at;
  one.started = at + random.between(15, 30);
  one.visible = at + 30 + random.exponential(15);
  one.gone = one.visible + mean_life * std::exp(0.8 * random.normal() - 0.32);
  return one;
}

/// Half of the launches come in classes when there are any.
std::vector<double> arrivals(double per_second, bool bursts, dice& random) {
  std::vector<double> at;
  auto alone = bursts ? per_second / 2 : per_second;
  for (auto t = random.exponential(1 / alone); t < hours * 3600; t += random.exponential(1 / alone))
    at.push_back(t);
  if (!bursts)
    return at;
  auto every = burst_size / (per_second / 2);
  for (auto t = every * random.share(); t < hours * 3600; t += every)
    for (std::size_t i = 0; i < burst_size; ++i)
      at.push_back(t + burst_length * random.share());
  std::ranges::sort(at);
  return at;
}

void commit(node& on, const launch& one) {
  on.committed = on.committed + usage{one.ram, one.cores};
  on.assigned = on.assigned + usage{one.ram, one.virtual_cores};
}

/// The steady state at the beginning, spread well, whoever places afterwards.
void fill(script& all, double vms, dice& random) {
  auto nodes = all.nodes;
  while (static_cast<double>(all.launches.size()) < vms) {
    auto one = make_launch(0, random);
    auto on = least_committed(nodes, one);
    if (!on)
      break;
    commit(nodes[*on], one);
    one.gone *= random.share();
    one.started = one.visible = 0;
    all.launches.push_back(one);
    all.first_on.push_back(*on);
  }
  all.there_already = all.launches.size();
}

void schedule(script& all, const cell& of, dice& random) {
  using kind = event::kind;
  for (std::size_t i = 0; i < all.launches.size(); ++i) {
    const auto& one = all.launches[i];
    all.events.push_back({one.gone, kind::gone, i});
    if (i < all.there_already)
      continue;
    all.events.push_back({one.at, kind::arrival, i});
    all.events.push_back({one.started, kind::started, i});
    all.events.push_back({one.visible, kind::visible, i});
  }
  for (std::size_t i = 0; i < all.nodes.size(); ++i)
    for (auto t = of.sample_every * random.share(); t < hours * 3600; t += of.sample_every)
      all.events.push_back(
          {t, kind::sample, i, random.between(0.99, 1.01), random.between(0.8, 1.2)});
  for (double t = warm_up; t < hours * 3600; t += 10)
    all.events.push_back({t, kind::tick});
  std::erase_if(all.events, [](const event& e) { return e.at >= hours * 3600; });
  std::ranges::stable_sort(all.events, {}, &event::at);
}

/// The metrics while it runs.
class observer {
public:
  void look(const std::vector<node>& nodes) {
    double worst = 0;
    double sum = 0;
    for (const auto& one : nodes) {
      auto score = one.score(one.committed);
      worst = std::max(worst, score);
      sum += score;
      above_ += score > 0.85 ? 1 : 0;
    }
    worst_ += worst;
    gaps_.push_back(worst - sum / static_cast<double>(nodes.size()));
  }

  void conclude(outcome& in, std::size_t nodes) {
    auto looks = static_cast<double>(gaps_.size());
    for (auto gap : gaps_)
      in.mean += gap / looks;
    auto at = gaps_.begin() + static_cast<std::ptrdiff_t>(gaps_.size() * 99 / 100);
    std::ranges::nth_element(gaps_, at);
    in.p99 = *at;
    in.worst = worst_ / looks;
    in.above = above_ / looks / static_cast<double>(nodes);
  }

private:
  std::vector<double> gaps_;
  double worst_ = 0;
  double above_ = 0;
};

/// One run of a script.
class stage {
public:
  stage(const script& all, policy& by)
      : all_{all}, by_{by}, nodes_{all.nodes}, on_(all.launches.size()) {}

  outcome run() {
    by_.begin(all_);
    for (std::size_t i = 0; i < all_.there_already; ++i) {
      put(i, all_.first_on[i], 0);
      by_.started(i, -3600);
      show(i);
    }
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      nodes_[i].sampled = nodes_[i].visible;
      by_.sampled(nodes_[i], i, 0);
    }
    for (const auto& e : all_.events)
      happen(e);
    observer_.conclude(outcome_, nodes_.size());
    return outcome_;
  }

private:
  void happen(const event& e) {
    switch (e.what) {
    case event::kind::tick:
      return observer_.look(nodes_);
    case event::kind::sample: {
      auto& one = nodes_[e.of];
      one.sampled = {one.visible.ram * e.ram_noise, one.visible.cores * e.cpu_noise};
      return by_.sampled(one, e.of, e.at);
    }
    case event::kind::arrival:
      return arrive(e.of, e.at);
    case event::kind::started:
      if (on_[e.of])
        by_.started(e.of, e.at);
      return;
    case event::kind::visible:
      if (on_[e.of])
        show(e.of);
      return;
    case event::kind::gone:
      if (on_[e.of])
        go(e.of, e.at);
      return;
    }
  }

  void arrive(std::size_t number, double at) {
    const auto& wanted = all_.launches[number];
    auto counts = at >= warm_up;
    if (auto on = by_.place(nodes_, wanted, number)) {
      put(number, *on, at);
      outcome_.placed += counts ? 1 : 0;
      outcome_.overcommits += counts && nodes_[*on].committed.ram > nodes_[*on].size.ram ? 1 : 0;
    } else if (counts && least_committed(nodes_, wanted)) {
      ++outcome_.refused;
    }
  }

  void put(std::size_t number, std::size_t on, double at) {
    on_[number] = on;
    commit(nodes_[on], all_.launches[number]);
    by_.placed(all_.launches[number], number, on, at);
  }

  void show(std::size_t number) {
    auto& on = nodes_[*on_[number]];
    const auto& one = all_.launches[number];
    on.visible = on.visible + usage{one.ram, one.cores};
  }

  void go(std::size_t number, double at) {
    auto& on = nodes_[*on_[number]];
    const auto& one = all_.launches[number];
    on.visible = on.visible - usage{one.ram, one.cores};
    on.committed = on.committed - usage{one.ram, one.cores};
    on.assigned = on.assigned - usage{one.ram, one.virtual_cores};
    by_.gone(number, at);
  }

  const script& all_;
  policy& by_;
  std::vector<node> nodes_;
  std::vector<std::optional<std::size_t>> on_; ///< where each launch went
  observer observer_;
  outcome outcome_;
};

} // namespace

std::optional<std::size_t> least_committed(const std::vector<node>& nodes, const launch& wanted) {
  std::optional<std::size_t> best;
  auto least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    auto score = nodes[i].score(nodes[i].committed + usage{wanted.ram, wanted.cores});
    if (score < least && nodes[i].may_take(nodes[i].committed, wanted.ram)) {
      least = score;
      best = i;
    }
  }
  return best;
}

script write_script(const cell& of, std::uint64_t seed) {
  dice random{seed};
  script all{.nodes = make_nodes(of, random)};
  double ram = 0;
  double foreign = 0;
  for (const auto& one : all.nodes) {
    ram += one.size.ram;
    foreign += one.foreign.ram;
  }
  auto vms = std::max(0.0, of.load * ram - foreign) / mean_ram;
  fill(all, vms, random);
  for (auto at : arrivals(vms / mean_life, of.bursts, random))
    all.launches.push_back(make_launch(at, random));
  schedule(all, of, random);
  return all;
}

outcome play(const script& all, policy& by) {
  return stage{all, by}.run();
}

} // namespace berth::study
