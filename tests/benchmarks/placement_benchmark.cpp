#include "domain/placement/placement.hpp"

#include <benchmark/benchmark.h>

#include <random>

/// How many placements a second one core decides, by the number of nodes.
namespace {

using namespace berth::domain;

void choose_among_nodes(benchmark::State& state) {
  constexpr time_point now{std::chrono::hours{490'000}};
  std::mt19937_64 random{1};
  std::vector<candidate> nodes;
  for (int i = 0; i < state.range(0); ++i) {
    node_name name{"pve-" + std::to_string(i)};
    node_sample sample{.node = name, .online = true, .cpu = 0.2, .cores = 32};
    sample.ram_total_mb = 131'072;
    sample.ram_used_mb = 20'000 + random() % 60'000;
    sample.sampled_at = now;
    nodes.push_back({.of = {.name = name, .hostname = {}, .max_vms = 50}, .sample = sample});
  }
  for (auto _ : state)
    benchmark::DoNotOptimize(choose_node({4096, 4, {}}, nodes, now, [&] { return random(); }));
}
BENCHMARK(choose_among_nodes)->Arg(7)->Arg(64)->Arg(1000);

} // namespace

BENCHMARK_MAIN();
