#pragma once

#include "domain/event.hpp"
#include "domain/refusal.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace berth::eventstore {

/// An event as it is stored.
struct encoded_event {
  std::string_view type;
  std::uint32_t schema_version = 1;
  std::string payload; ///< a JSON object; equal events give equal bytes

  bool operator==(const encoded_event&) const = default;
};

/// The name that an event is stored under.
std::string_view type_of(const domain::event& event);

/// Refused when a value has no stored form, for instance text that is not valid UTF-8.
domain::result<encoded_event> encode(const domain::event& event);

/// Throws log_error for a type or version we do not know, and for members that are missing or
/// mistyped. Members we do not know are skipped.
///
/// When the shape of an event changes, its old struct moves to `legacy_events.hpp`, and a typed
/// function lifts it to the next version here, one step at a time.
domain::event decode(std::string_view type, std::uint32_t schema_version, std::string_view payload);

/// The names of all types of events, in the order of their variants.
std::vector<std::string_view> event_types();

/// The newest version of a type that we can read; 0 when we do not know the type.
std::uint32_t known_version(std::string_view type);

} // namespace berth::eventstore
