#pragma once

#include "actors/journal_actor.hpp"

#include <cstddef>
#include <cstdint>

namespace berth::simulation {

/// How large a world is, and what happens in it.
struct world_shape {
  int nodes = 3;
  double node_ram_gib = 64;
  std::uint32_t max_vms = 4; ///< of each node
  std::size_t users = 6;
  /// False: nothing goes wrong, and people come to lessons, all of them to each.
  bool is_troubled = true;
};

/// What all worlds have in common.
constexpr actors::vmid_range world_vmids{{10'000'000}, {10'999'999}};
constexpr auto world_token = "berth@pve!broker";
constexpr auto world_token_secret = "5d1f-canary-never-logged";

} // namespace berth::simulation
