#pragma once

#include "eventstore/stored_event.hpp"

#include <cstdint>
#include <span>

/// Each event's link hashes everything stored of it together with the link before, so that no
/// event can be changed, removed or moved without changing every later link.
namespace berth::eventstore {

/// What the chain of a log begins with. `uuid` is the log's own, so that events cannot be moved
/// between logs.
digest first_link(std::span<const std::uint8_t> uuid);

/// The hash of everything stored of `event`, but for the `chain` it carries.
digest leaf_of(const stored_event& event);

/// The link of the event whose leaf this is.
digest next_link(const digest& before, const digest& leaf);

} // namespace berth::eventstore
