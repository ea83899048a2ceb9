#pragma once

#include "eventstore/stored_event.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

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

/// 64 lower-case digits.
std::string to_hex(const digest& hash);

/// Reads what to_hex writes.
std::optional<digest> parse_digest(std::string_view hex);

} // namespace berth::eventstore
