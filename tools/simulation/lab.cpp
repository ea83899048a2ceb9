#include "tools/simulation/lab.hpp"

#include "tools/simulation/world/world.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace berth::simulation {

namespace {

constexpr std::uint32_t seats_per_node = 55;
constexpr double gib_per_seat = 8;

world_shape shape_of(std::uint32_t seats) {
  auto nodes = (seats + seats_per_node - 1) / seats_per_node;
  return {.nodes = static_cast<int>(nodes),
          .node_ram_gib = seats_per_node * gib_per_seat,
          .max_vms = seats_per_node,
          .users = seats,
          .is_troubled = false};
}

void print_head() {
  fmt::print("{:>5}{:>10}{:>9}{:>9}{:>7}{:>11}{:>11}{:>9}\n", "hour", "sessions", "actors",
             "timers", "ready", "log KiB", "WAL KiB", "calls");
}

void print_row(const world_figures& at) {
  fmt::print("{:>5}{:>10}{:>9}{:>9}{:>7}{:>11}{:>11}{:>9}\n", at.hour, at.sessions,
             at.broker.actors, at.broker.timers, at.broker.ready, at.log_bytes / 1024,
             at.wal_bytes / 1024, at.calls);
  if (at.heap_bytes)
    fmt::print("the process held {} KiB of memory\n", *at.heap_bytes / 1024);
  std::fflush(stdout);
}

} // namespace

int run_lab(const lab_options& options) {
  world lab{options.seed, options.hours, nullptr, shape_of(options.seats)};
  print_head();
  lab.each_hour = print_row;
  auto result = lab.run();
  fmt::print("{} sessions, {} events, {} acknowledgements, {} refusals, {} calls to Proxmox\n",
             result.counts.sessions, result.counts.events, result.counts.acknowledgements,
             result.counts.refusals, result.counts.calls);
  fmt::print("sessions that became active: {}; the slowest took {} s\n", result.counts.activated,
             result.counts.slowest_start.count() / 1000);
  if (result.broken) {
    fmt::print("{}: {}\n", result.broken->rule, result.broken->text);
    for (const auto& line : result.last_lines)
      fmt::print("  {}\n", line);
  }
  return result.broken ? 1 : 0;
}

} // namespace berth::simulation
