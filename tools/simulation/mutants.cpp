#include "tools/simulation/mutants.hpp"

#include "domain/broken_rule.hpp"
#include "tools/simulation/world/world.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdio>

namespace berth::simulation {

#ifdef BERTH_BREAKABLE

namespace {

/// Whether one of the worlds noticed.
bool is_caught(domain::rule rule, const mutant_options& options) {
  domain::broken_rule = rule;
  for (std::uint64_t seed = 1; seed <= options.worlds; ++seed) {
    auto result = world{seed, options.hours}.run();
    if (!result.broken)
      continue;
    fmt::print("{:<28}{:>6}  {}\n", domain::to_string(rule), seed, result.broken->rule);
    return true;
  }
  fmt::print("{:<28}{:>6}  NOT CAUGHT\n", domain::to_string(rule), "-");
  return false;
}

} // namespace

int run_mutants(const mutant_options& options) {
  std::size_t tried = 0;
  std::size_t caught = 0;
  fmt::print("{:<28}{:>6}  {}\n", "broken rule", "world", "promise that gave it away");
  for (std::size_t i = 0; i < domain::rules; ++i) {
    auto rule = static_cast<domain::rule>(i);
    if (!options.only.empty() && options.only != domain::to_string(rule))
      continue;
    ++tried;
    caught += is_caught(rule, options) ? 1 : 0;
    std::fflush(stdout);
  }
  fmt::print("{} of {} broken rules were caught\n", caught, tried);
  return caught == tried ? 0 : 1;
}

#else

int run_mutants(const mutant_options&) {
  fmt::print(stderr,
             "berth-sim: this build breaks no rules: tools/dev/mutants makes one that can\n");
  return 2;
}

#endif

} // namespace berth::simulation
