#include "tools/simulation/campaign.hpp"

#include "tools/simulation/world/world.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstdio>

namespace berth::simulation {

namespace {

constexpr std::uint64_t repeated_worlds = 50; ///< one in so many

void print_line(const std::string& line) {
  fmt::print("{}\n", line);
}

void print_failure(std::uint64_t seed, double hours, const outcome& of) {
  fmt::print("\nseed {}: {}: {}\n", seed, of.broken->rule, of.broken->text);
  for (const auto& line : of.last_lines)
    fmt::print("  {}\n", line);
  fmt::print("the whole trace: berth-sim --seeds {} --hours {} --show\n\n", seed, hours);
  std::fflush(stdout);
}

std::size_t print_rows(const census& all) {
  std::size_t unreached = 0;
  fmt::print("rows of the decision table, by how often they were reached:\n");
  for (std::size_t i = 0; i < domain::vm_rows; ++i) {
    auto row = static_cast<domain::vm_row>(i);
    if (row == domain::vm_row::not_ours)
      continue; // No session looks at a VM that it has nothing to do with.
    fmt::print("  {:<24}{:>12}\n", domain::to_string(row), all.rows[i]);
    if (all.rows[i] == 0)
      ++unreached;
  }
  return unreached;
}

void print_census(const census& all, double seconds) {
  fmt::print("{} worlds, {:.0f} simulated hours in {:.0f} s\n", all.worlds, all.hours, seconds);
  fmt::print("{} sessions, {} events, {} acknowledgements, {} refusals, {} calls to Proxmox, "
             "{} steps, {} starts of the broker\n",
             all.sessions, all.events, all.acknowledgements, all.refusals, all.calls, all.steps,
             all.restarts);
  fmt::print("faults:\n");
  for (const auto& [kind, count] : all.faults)
    fmt::print("  {:<24}{:>12}\n", kind, count);
}

} // namespace

std::optional<std::pair<std::uint64_t, std::uint64_t>> parse_seeds(const std::string& text) {
  auto dots = text.find("..");
  auto read = [](std::string_view part) -> std::optional<std::uint64_t> {
    std::uint64_t value = 0;
    auto done = std::from_chars(part.data(), part.data() + part.size(), value);
    if (done.ec != std::errc{} || done.ptr != part.data() + part.size())
      return std::nullopt;
    return value;
  };
  std::string_view all{text};
  auto first = read(all.substr(0, dots));
  auto last = dots == std::string::npos ? first : read(all.substr(dots + 2));
  if (!first || !last || *last < *first)
    return std::nullopt;
  return std::pair{*first, *last};
}

int run_campaign(const campaign_options& options) {
  auto began = std::chrono::steady_clock::now();
  census all;
  std::uint64_t failures = 0;
  for (auto seed = options.first; seed <= options.last; ++seed) {
    auto result = world{seed, options.hours, options.show ? print_line : nullptr}.run();
    all += result.counts;
    if (result.broken) {
      ++failures;
      print_failure(seed, options.hours, result);
    }
    if (seed % repeated_worlds == 0
        && world{seed, options.hours}.run().fingerprint != result.fingerprint) {
      ++failures;
      fmt::print("\nseed {}: the world did not repeat itself\n", seed);
    }
  }
  std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  print_census(all, took.count());
  auto unreached = print_rows(all);
  bool is_campaign = options.last > options.first;
  if (is_campaign && unreached > 0)
    fmt::print("{} rows were never reached: more seeds or hours are needed\n", unreached);
  fmt::print("{} broken worlds\n", failures);
  return failures > 0 || (is_campaign && unreached > 0) ? 1 : 0;
}

} // namespace berth::simulation
