#include "tests/benchmarks/study_policies.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <ranges>

/// The policies that Berth's is held against. Each sees what its kind can see, and obeys the same
/// limits by that: a node must have the RAM, and a load of 85 % at most.
namespace berth::study {

namespace {

using nodes = std::vector<node>;
using choice = std::optional<std::size_t>;

usage sampled(const node& of) {
  return of.sampled;
}
usage visible(const node& of) {
  return of.visible;
}

/// What policies share: dice, and a view of a node.
class watcher : public policy {
public:
  watcher(std::uint64_t seed, usage (*sees)(const node&)) : random_{seed}, sees_{sees} {}

protected:
  bool may_take(const node& of, const launch& wanted) const {
    return of.may_take(sees_(of), wanted.ram);
  }
  double score(const node& of) const { return of.score(sees_(of)); }
  std::size_t below(std::size_t end) { return random_() % end; }

  std::vector<std::size_t> fitting(const nodes& all, const launch& wanted) const {
    std::vector<std::size_t> some;
    for (std::size_t i = 0; i < all.size(); ++i)
      if (may_take(all[i], wanted))
        some.push_back(i);
    return some;
  }

private:
  std::mt19937_64 random_;
  usage (*sees_)(const node&);
};

class any_node : public watcher {
public:
  using watcher::watcher;
  choice place(const nodes& all, const launch& wanted, std::size_t) override {
    auto some = fitting(all, wanted);
    return some.empty() ? choice{} : some[below(some.size())];
  }
};

class next_node : public watcher {
public:
  using watcher::watcher;
  choice place(const nodes& all, const launch& wanted, std::size_t) override {
    for (std::size_t tried = 0; tried < all.size(); ++tried)
      if (auto one = next_++ % all.size(); may_take(all[one], wanted))
        return one;
    return {};
  }

private:
  std::size_t next_ = 0;
};

class least_loaded : public watcher {
public:
  using watcher::watcher;
  choice place(const nodes& all, const launch& wanted, std::size_t) override {
    auto some = fitting(all, wanted);
    auto least = std::ranges::min_element(some, {}, [&](auto i) { return score(all[i]); });
    return least == some.end() ? choice{} : *least;
  }
};

/// The better of two at random (Mitzenmacher, The power of two choices, 2001).
class best_of_two : public watcher {
public:
  using watcher::watcher;
  choice place(const nodes& all, const launch& wanted, std::size_t) override {
    auto some = fitting(all, wanted);
    if (some.size() < 2)
      return some.empty() ? choice{} : some.front();
    std::swap(some[0], some[below(some.size())]);
    std::swap(some[1], some[1 + below(some.size() - 1)]);
    return score(all[some[0]]) <= score(all[some[1]]) ? some[0] : some[1];
  }
};

/// Proxmox VE's static scheduler for HA resources, written anew from its description in the crate
/// proxmox-resource-scheduling (repository proxmox/proxmox): TOPSIS over four criteria of the whole
/// cluster as if the guest ran on the node in question, each to be low: root mean square and
/// maximum of the nodes' CPU shares, weights 1 and 2, and of their memory shares, weights 5 and 10,
/// each plus 1 so that small differences stay small. It counts what is assigned to our VMs, and
/// knows of no limit; here it obeys that of RAM, by what it counts.
class proxmox_static : public policy {
public:
  explicit proxmox_static(std::uint64_t) {}

  choice place(const nodes& all, const launch& wanted, std::size_t) override {
    weigh(all, wanted);
    auto column = [this](std::size_t c) {
      return std::views::transform(rows_, [c](const row& r) { return r[c]; });
    };
    row best{};
    row worst{};
    for (std::size_t c = 0; c < weights.size(); ++c) {
      best[c] = std::ranges::min(column(c));
      worst[c] = std::ranges::max(column(c));
    }
    choice chosen;
    double highest = -1;
    for (std::size_t i = 0; i < all.size(); ++i) {
      auto to_worst = distance(rows_[i], worst);
      auto both = to_worst + distance(rows_[i], best);
      auto score = both == 0 ? 1 : to_worst / both;
      if (score <= highest || all[i].assigned.ram + wanted.ram > all[i].size.ram)
        continue;
      highest = score;
      chosen = i;
    }
    return chosen;
  }

private:
  using row = std::array<double, 4>;
  static constexpr row weights{1, 2, 5, 10};

  static double distance(const row& a, const row& b) {
    double sum = 0;
    for (std::size_t c = 0; c < a.size(); ++c)
      sum += (a[c] - b[c]) * (a[c] - b[c]);
    return std::sqrt(sum);
  }

  /// One row per node that might be the one, normalized column by column and weighted.
  void weigh(const nodes& all, const launch& wanted) {
    usage squares{};
    usage highest{};
    for (const auto& one : all) {
      auto share = shares(one, one.assigned);
      squares = squares + usage{share.ram * share.ram, share.cores * share.cores};
      highest = {std::max(highest.ram, share.ram), std::max(highest.cores, share.cores)};
    }
    rows_.clear();
    for (const auto& one : all) {
      auto before = shares(one, one.assigned);
      auto after = shares(one, one.assigned + usage{wanted.ram, wanted.virtual_cores});
      auto count = static_cast<double>(all.size());
      auto mean = [count](double sum, double old, double now) {
        return std::sqrt(std::max(0.0, sum - old * old + now * now) / count);
      };
      rows_.push_back({1 + mean(squares.cores, before.cores, after.cores),
                       1 + std::max(highest.cores, after.cores),
                       1 + mean(squares.ram, before.ram, after.ram),
                       1 + std::max(highest.ram, after.ram)});
    }
    row norms{};
    for (const auto& r : rows_)
      for (std::size_t c = 0; c < r.size(); ++c)
        norms[c] += r[c] * r[c];
    for (auto& r : rows_)
      for (std::size_t c = 0; c < r.size(); ++c)
        r[c] *= weights[c] / std::sqrt(norms[c]);
  }

  static usage shares(const node& of, const usage& used) {
    return {used.ram / of.size.ram, used.cores / of.size.cores};
  }

  std::vector<row> rows_;
};

/// Knows at once what was placed anywhere, what each VM will use, and what others use.
class oracle : public policy {
public:
  explicit oracle(std::uint64_t) {}
  choice place(const nodes& all, const launch& wanted, std::size_t) override {
    return least_committed(all, wanted);
  }
};

template <class Policy, usage (*sees)(const node&)>
std::unique_ptr<policy> make_watcher(std::uint64_t seed) {
  return std::make_unique<Policy>(seed, sees);
}

template <class Policy>
std::unique_ptr<policy> make(std::uint64_t seed) {
  return std::make_unique<Policy>(seed);
}

} // namespace

const std::vector<contestant>& contestants() {
  static const std::vector<contestant> all{
      {"random", make_watcher<any_node, sampled>},
      {"round robin", make_watcher<next_node, sampled>},
      {"least loaded by samples", make_watcher<least_loaded, sampled>},
      {"least loaded, fresh", make_watcher<least_loaded, visible>},
      {"best of two", make_watcher<best_of_two, sampled>},
      {"Proxmox's static TOPSIS", make<proxmox_static>},
      {"Berth", make_berth},
      {"oracle", make<oracle>},
  };
  return all;
}

} // namespace berth::study
