#pragma once

#include "domain/placement/placement.hpp"
#include "domain/placement/unplanned_use.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace berth::tests {

/// A node, and what its measurements have shown beside its reservations.
struct known_node {
  domain::candidate is;
  domain::unplanned_use beside;
};

/// Takes a newer measurement than the node has; its reservations must be those of now.
void measure(known_node& node, const domain::node_sample& sample);

/// Notes that a VM of the node runs, and since when.
void mark_running(known_node& node, const domain::reservation& held);

/// Notes that a VM is gone from the node; the reservations must still have it.
void let_go(known_node& node, const domain::reservation& held);

/// The rules of placement written down as plainly as they can be, to hold the production's against:
/// every node is added up and judged anew for each decision, and all are named.
domain::placement_decision choose_by_definition(const domain::placement_request& wanted,
                                                const std::vector<known_node>& nodes,
                                                domain::time_point now,
                                                const std::function<std::uint64_t()>& random);

} // namespace berth::tests
