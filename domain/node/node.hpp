#pragma once

#include "domain/ids.hpp"
#include "domain/refusal.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace berth::domain {

/// What admins have said of a node; whether it answers is measured, not decided.
enum class node_mode : std::uint8_t {
  in_service,
  draining,    ///< nothing new is placed; its sessions run to their ends
  maintenance, ///< nothing is placed, and it may vanish at any moment
  removed,     ///< Berth has nothing to do with it any more
};

std::string_view to_string(node_mode mode);

// -- events: stored for ever, change with care --------------------------------

/// Also of a node that is registered already: its host name or limit changes, its mode does not.
/// One that was removed is in service again.
struct node_registered {
  node_name node;
  std::string hostname;
  std::uint32_t max_vms = 50; ///< at most this many VMs of ours at once, 1 to 10,000
  bool operator==(const node_registered&) const = default;
};
struct node_maintenance_begun {
  std::string reason;
  bool operator==(const node_maintenance_begun&) const = default;
};
struct node_drain_begun {
  std::string reason;
  bool operator==(const node_drain_begun&) const = default;
};
struct node_returned {
  bool operator==(const node_returned&) const = default;
};
struct node_removed {
  bool operator==(const node_removed&) const = default;
};
using node_event = std::variant<node_registered, node_maintenance_begun, node_drain_begun,
                                node_returned, node_removed>;

// -- commands -----------------------------------------------------------------

struct register_node {
  node_name node;
  std::string hostname;
  std::uint32_t max_vms = 50;
};
struct begin_maintenance {
  std::string reason;
};
struct begin_drain {
  std::string reason;
};
struct return_node {};
/// Whoever asks has made sure that nothing of ours is on it.
struct remove_node {};
using node_command =
    std::variant<register_node, begin_maintenance, begin_drain, return_node, remove_node>;

/// A node as its events leave it; an empty name before its registration.
struct node {
  node_name name;
  std::string hostname;
  std::uint32_t max_vms = 0;
  node_mode mode = node_mode::in_service;

  bool operator==(const node&) const = default;
};

/// The events `wanted` leads to; none when it changes nothing.
result<std::vector<node_event>> decide(const node& current, const node_command& wanted);

/// Throws corrupt_history when `happened` cannot follow.
node evolve(node before, const node_event& happened);

} // namespace berth::domain
