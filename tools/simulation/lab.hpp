#pragma once

#include <cstdint>

namespace berth::simulation {

struct lab_options {
  std::uint64_t seed = 1;
  std::uint32_t seats = 500;
  double hours = 24; ///< 3 or more, so that there are lessons to compare
};

/// Runs a lab in which nothing goes wrong: a lesson every two hours, day and night, to which
/// everybody comes, on nodes with just enough room. Prints what the broker is made of at the end of
/// each hour. 1 when a promise was broken, else 0.
int run_lab(const lab_options& options);

} // namespace berth::simulation
