#include "domain/template/time_to_ready.hpp"

#include <algorithm>
#include <cstddef>

namespace berth::domain {

std::uint32_t percentile(std::vector<std::uint32_t> values, std::uint32_t percent) {
  auto rank = std::max<std::size_t>(1, (values.size() * percent + 99) / 100);
  auto at = values.begin() + static_cast<std::ptrdiff_t>(rank) - 1;
  std::ranges::nth_element(values, at);
  return *at;
}

std::optional<time_to_ready> summarize(const std::vector<std::uint32_t>& seconds) {
  if (seconds.empty())
    return std::nullopt;
  return time_to_ready{static_cast<std::uint32_t>(seconds.size()), percentile(seconds, 50),
                       percentile(seconds, 95)};
}

} // namespace berth::domain
