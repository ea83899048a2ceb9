#pragma once

#include "actors/journal_actor.hpp"

#include <cstddef>
#include <cstdint>

namespace berth::simulation {

/// What all worlds have in common.
constexpr actors::vmid_range world_vmids{{10'000'000}, {10'999'999}};
constexpr int world_nodes = 3;
constexpr std::uint32_t world_max_vms = 4; ///< of each node
constexpr std::size_t world_users = 6;
constexpr auto world_token = "berth@pve!broker";
constexpr auto world_token_secret = "5d1f-canary-never-logged";

} // namespace berth::simulation
