#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace berth::simulation {

struct campaign_options {
  std::uint64_t first = 1; ///< seeds, both included
  std::uint64_t last = 100;
  double hours = 2;  ///< of trouble in each world; an hour of peace follows
  bool show = false; ///< print every line of every trace
};

/// `A..B`, or one seed alone; nothing when it is neither.
std::optional<std::pair<std::uint64_t, std::uint64_t>> parse_seeds(const std::string& text);

/// Runs the worlds of these seeds and prints what they came to. Every fiftieth world runs twice,
/// and must come to the same. 1 when a promise was broken, when a world did not repeat itself, or
/// when more than one world left a row of the decision table unreached; else 0.
int run_campaign(const campaign_options& options);

} // namespace berth::simulation
