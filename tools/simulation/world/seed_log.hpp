#pragma once

#include "domain/template/vm_template.hpp"
#include "eventstore/event_log.hpp"

#include <cstddef>
#include <cstdint>

namespace berth::simulation {

constexpr std::uint32_t seeded_templates = 3;

/// What the template of this id, 1 to `seeded_templates`, is like; the simulated cluster has its
/// VM.
domain::template_spec seeded_template(domain::template_id id);

/// Writes the inventory and the users of a world. Nodes are called as those of the simulated
/// cluster. Throws log_error when the log refuses.
void seed_log(eventstore::event_log& log, int nodes, std::uint32_t max_vms, std::size_t users);

} // namespace berth::simulation
