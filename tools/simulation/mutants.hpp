#pragma once

#include <cstdint>
#include <string>

namespace berth::simulation {

struct mutant_options {
  std::uint64_t worlds = 300; ///< at most so many for each rule
  double hours = 1;           ///< of trouble in each
  std::string only;           ///< the name of one rule; empty: all
};

/// Breaks one rule after the other and runs worlds until one notices, and prints which promise gave
/// each away. 1 when a rule can be broken without anybody noticing, 2 when this build cannot break
/// any.
int run_mutants(const mutant_options& options);

} // namespace berth::simulation
