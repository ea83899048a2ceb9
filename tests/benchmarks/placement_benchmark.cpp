#include "domain/placement/placement_desk.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <chrono>
#include <deque>
#include <random>
#include <ranges>
#include <set>
#include <string>
#include <utility>
#include <vector>

/// How many placements a second one core decides, by the number of nodes.
namespace {

using namespace berth::domain;
using namespace std::chrono_literals;

constexpr std::size_t vms_per_node = 10;
constexpr std::size_t class_size = 30;
constexpr std::uint32_t ram_mb = 4096;

/// A busy cluster in its steady state: VMs come and go in equal numbers, and loads are measured.
class cluster {
public:
  explicit cluster(std::size_t nodes) : nodes_{nodes} {
    for (std::size_t i = 0; i < nodes; ++i) {
      desk_.change({.name = name_of(i), .hostname = {}, .max_vms = 50});
      measure();
    }
    while (running_.size() < nodes * vms_per_node)
      follow(decide());
  }

  /// A class comes: the time that its decisions take, each of which holds its room. Then the log
  /// says the same, as many VMs go, and some nodes are measured.
  std::chrono::duration<double> place_class() {
    auto began = std::chrono::steady_clock::now();
    for (auto& placed : class_)
      placed = decide();
    auto took = std::chrono::steady_clock::now() - began;
    for (const auto& placed : class_)
      follow(placed);
    for (std::size_t i = 0; i < class_.size() / 4; ++i)
      measure();
    return took;
  }

  /// One launch alone, with all that follows from it.
  void place_one() {
    follow(decide());
    if (last_ % 4 == 0)
      measure();
  }

private:
  struct placed {
    session_id id;
    node_name node;
  };

  placed decide() {
    session_id id{};
    for (auto number = ++last_; auto& byte : std::views::reverse(id.value.bytes))
      byte = static_cast<std::uint8_t>(std::exchange(number, number >> 8));
    auto decision = desk_.place(id, {ram_mb, 4, {}}, now_, [this] { return random_(); });
    benchmark::DoNotOptimize(decision.considered.data());
    return {id, std::move(*decision.node)};
  }

  void follow(const placed& launch) {
    vm_id vm{next_vm_++};
    session_requested asked{.id = launch.id};
    asked.from.ram_mb = ram_mb;
    desk_.apply(launch.id, asked, now_);
    desk_.apply(launch.id, session_placed{1, launch.node, vm, {}}, now_);
    desk_.apply(launch.id, vm_started{vm, now_}, now_);
    running_.emplace_back(launch.id, vm);
    if (running_.size() > nodes_ * vms_per_node) {
      const auto& [ended, its_vm] = running_.front();
      desk_.apply(ended, vm_deleted{its_vm}, now_);
      desk_.apply(ended, session_closed{}, now_);
      running_.pop_front();
    }
  }

  /// The next node is measured. Its VMs use what they may.
  void measure() {
    now_ += 1ms;
    node_sample sample{.node = name_of(measured_++ % nodes_), .online = true, .cpu = 0.2};
    sample.cores = 32;
    sample.ram_total_mb = 131'072;
    sample.ram_used_mb = 4096 + random_() % 40'960;
    sample.sampled_at = now_;
    desk_.measure(sample);
  }

  static node_name name_of(std::size_t i) { return {"pve-" + std::to_string(i)}; }

  std::size_t nodes_;
  placement_desk desk_;
  std::deque<std::pair<session_id, vm_id>> running_;
  std::array<placed, class_size> class_;
  std::mt19937_64 random_{1};
  time_point now_{std::chrono::hours{490'000}};
  std::uint64_t last_ = 0;
  std::uint32_t next_vm_ = 1;
  std::size_t measured_ = 0;
};

/// Decisions alone, as they come when a class begins.
void decide(benchmark::State& state) {
  cluster busy{static_cast<std::size_t>(state.range(0))};
  for (auto _ : state)
    state.SetIterationTime(busy.place_class().count() / class_size);
}

/// A launch with what the scheduler hears of it later.
void launch(benchmark::State& state) {
  cluster busy{static_cast<std::size_t>(state.range(0))};
  for (auto _ : state)
    busy.place_one();
}

/// What no scheduler does without: the least of so many is taken, and put back with more; and
/// another is taken, and put back with less.
void take_least(benchmark::State& state) {
  std::mt19937_64 random{1};
  std::multiset<double> loads;
  std::vector<std::multiset<double>::iterator> nodes;
  for (int i = 0; i < state.range(0); ++i)
    nodes.push_back(loads.insert(static_cast<double>(random() % 1000) / 1000));
  auto add = [&loads](std::multiset<double>::iterator to, double load) {
    auto node = loads.extract(to);
    node.value() += load;
    loads.insert(std::move(node));
  };
  for (auto _ : state) {
    add(loads.begin(), 0.02);
    add(nodes[random() % nodes.size()], -0.02);
  }
}

void by_nodes(benchmark::internal::Benchmark* one) {
  for (auto nodes : {7, 64, 1000, 10'000})
    one->Arg(nodes);
}
BENCHMARK(decide)->UseManualTime()->Apply(by_nodes);
BENCHMARK(launch)->Apply(by_nodes);
BENCHMARK(take_least)->Apply(by_nodes);

} // namespace

BENCHMARK_MAIN();
