#include "tests/benchmarks/session_life.hpp"

#include "domain/session/events.hpp"

#include <chrono>
#include <random>
#include <string>
#include <utility>

namespace berth::benchmarks {

namespace {

using namespace domain;
using namespace std::chrono_literals;

constexpr std::uint32_t first_vmid = 10'001'000; // behind those that a seeded log has
constexpr std::uint32_t nodes = 7;

/// A ULID that no other kind and number has.
ulid numbered(std::uint8_t kind, std::uint32_t number) {
  ulid id{};
  id.bytes[0] = 1;
  id.bytes[1] = 0x93; // a time of this decade
  id.bytes[6] = kind;
  for (int i = 0; i < 4; ++i)
    id.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  return id;
}

node_name nth_node(std::uint32_t n) {
  return {"pve-" + std::to_string(n % nodes + 1)};
}

std::vector<considered_node> measurements(std::uint32_t number) {
  std::vector<considered_node> all;
  for (std::uint32_t n = 0; n < nodes; ++n) {
    double score = 0.1 + 0.01 * ((number + n) % nodes);
    all.push_back({.node = {"pve-" + std::to_string(n + 1)},
                   .why = n == number % nodes ? verdict::chosen : verdict::higher_score,
                   .measured_score = score,
                   .score = score + 0.0375,
                   .sample_age_ms = 1000 + n,
                   .reserved_ram_mb = 4096,
                   .vms = number % 40,
                   .max_vms = 50});
  }
  return all;
}

} // namespace

std::vector<eventstore::append_request> session_life(std::uint32_t number, life_stage until) {
  session_id id{numbered(1, number)};
  vm_id vm{first_vmid + number};
  auto node = nth_node(number);
  auto task = "UPID:" + node.value + ":0003A1F2:0735A7C1:6742F0B3:qmclone:9001:berth@pve!broker:";
  template_spec from{.name = "Ubuntu 22.04", .source = {9001}, .cpu_cores = 2, .ram_mb = 4096};
  auto now = std::chrono::floor<duration>(std::chrono::system_clock::now());

  std::vector<eventstore::append_request> all;
  std::uint64_t version = 0;
  auto add = [&](std::vector<event> events) -> eventstore::append_request& {
    auto count = events.size();
    all.push_back({.stream = eventstore::stream_of(id),
                   .expected_version = std::exchange(version, version + count),
                   .events = std::move(events),
                   .because = {"system:session", numbered(2, number), std::nullopt}});
    return all.back();
  };
  auto& launch =
      add({session_event{session_requested{id, {2}, {2}, from, session_type::ephemeral, now + 8h}},
           session_event{session_placed{1, node, vm, measurements(number)}}});
  launch.because.actor = "user:2";
  launch.command_id = numbered(3, number);
  launch.reserves = vm;
  add({session_event{clone_intended{vm}}});
  add({session_event{task_accepted{vm, task}}});
  add({session_event{configuration_intended{vm}}});
  add({session_event{start_intended{vm}}});
  add({session_event{task_accepted{vm, task}}});
  add({session_event{vm_started{vm, now + 10min}}});
  add({session_event{session_activated{vm, node, "10.0.0.9"}}});
  if (until == life_stage::active)
    return all;
  add({session_event{session_ended{end_reason::ended_by_user, {}}}});
  add({session_event{deletion_intended{vm}}});
  add({session_event{task_accepted{vm, task}}});
  add({session_event{vm_deleted{vm}}, session_event{session_closed{}}}).closes = true;
  return all;
}

eventstore::log_sources benchmark_sources() {
  return {.clock = [] { return std::chrono::floor<duration>(std::chrono::system_clock::now()); },
          .random = [random = std::mt19937_64{1}]() mutable { return random(); }};
}

} // namespace berth::benchmarks
