#pragma once

#include "domain/placement/placement.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace berth::tests {

/// The rules of placement written down as plainly as they can be, to hold the production's against:
/// every node is added up and judged anew for each decision, and all are named.
domain::placement_decision choose_by_definition(const domain::placement_request& wanted,
                                                const std::vector<domain::candidate>& candidates,
                                                domain::time_point now,
                                                const std::function<std::uint64_t()>& random);

} // namespace berth::tests
