#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace berth::domain {

/// How long people waited for a VM of a template, from the request until it was active.
struct time_to_ready {
  std::uint32_t launches = 0;      ///< how many this was measured with
  std::uint32_t usual_seconds = 0; ///< half of them were ready by then
  std::uint32_t slow_seconds = 0;  ///< 19 of 20 were ready by then

  bool operator==(const time_to_ready&) const = default;
};

/// So many of the newest launches say how long it takes nowadays.
constexpr std::uint32_t launches_that_count = 20;

/// The smallest of the values that `percent` of them (1 to 100) do not exceed. There is at least
/// one value.
std::uint32_t percentile(std::vector<std::uint32_t> values, std::uint32_t percent);

/// Of the seconds that launches took, in any order; nothing when there were none.
std::optional<time_to_ready> summarize(const std::vector<std::uint32_t>& seconds);

} // namespace berth::domain
