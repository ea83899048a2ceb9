#include "domain/placement/placement_desk.hpp"

#include <benchmark/benchmark.h>

#include <deque>
#include <random>
#include <set>

/// How many placements a second one core decides, by the number of nodes.
namespace {

using namespace berth::domain;
using namespace std::chrono_literals;

constexpr std::size_t vms_per_node = 10;
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
      place();
  }

  /// Decides, and does what follows: the log takes the place of the promise, and another VM goes.
  void place() {
    session_id id{};
    for (auto number = ++last_; auto& byte : id.value.bytes)
      byte = static_cast<std::uint8_t>(std::exchange(number, number >> 8));
    auto decision = desk_.place(id, {ram_mb, 4, {}}, now_, [this] { return random_(); });
    benchmark::DoNotOptimize(decision.considered.data());
    session_requested asked{.id = id};
    asked.from.ram_mb = ram_mb;
    desk_.apply(id, asked, now_);
    vm_id vm{static_cast<std::uint32_t>(last_)};
    desk_.apply(id, session_placed{1, *decision.node, vm, {}}, now_);
    desk_.apply(id, vm_started{vm, now_}, now_);
    running_.push_back(id);
    if (running_.size() > nodes_ * vms_per_node) {
      desk_.apply(running_.front(), session_closed{}, now_);
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

private:
  static node_name name_of(std::size_t i) { return {"pve-" + std::to_string(i)}; }

  std::size_t nodes_;
  placement_desk desk_;
  std::deque<session_id> running_;
  std::mt19937_64 random_{1};
  time_point now_{std::chrono::hours{490'000}};
  std::uint64_t last_ = 0;
  std::size_t measured_ = 0;
};

/// A launch as the scheduler sees it: the decision, the promise, and the log's words that follow; a
/// sample with every tenth.
void decide(benchmark::State& state) {
  cluster busy{static_cast<std::size_t>(state.range(0))};
  for (std::size_t round = 0; auto _ : state) {
    busy.place();
    if (++round % 10 == 0)
      busy.measure();
  }
}

/// What no scheduler does without: the least of so many is taken, and put back as it is then.
void take_least(benchmark::State& state) {
  std::mt19937_64 random{1};
  std::uniform_real_distribution<double> share;
  std::multiset<double> loads;
  for (int i = 0; i < state.range(0); ++i)
    loads.insert(share(random));
  for (auto _ : state) {
    auto least = loads.extract(loads.begin());
    least.value() = share(random);
    loads.insert(std::move(least));
  }
}

void by_nodes(benchmark::internal::Benchmark* one) {
  for (auto nodes : {7, 64, 1000, 10'000})
    one->Arg(nodes);
}
BENCHMARK(decide)->Apply(by_nodes);
BENCHMARK(take_least)->Apply(by_nodes);

} // namespace

BENCHMARK_MAIN();
