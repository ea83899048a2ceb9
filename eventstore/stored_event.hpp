#pragma once

#include "eventstore/recorded_event.hpp"
#include "eventstore/sha256.hpp"
#include "eventstore/sqlite.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace berth::eventstore {

/// One row of the table `events`, not yet decoded.
struct stored_event {
  std::uint64_t position = 0;
  std::string stream;
  std::uint64_t version = 0;
  domain::ulid event_id;
  std::string type;
  std::uint32_t schema_version = 1;
  std::int64_t recorded_at = 0; ///< milliseconds since 1970
  std::optional<domain::ulid> command_id;
  domain::ulid correlation_id;
  std::optional<domain::ulid> causation_id;
  std::string actor;
  std::string payload;
  digest chain{};
};

/// Begins every query whose rows `stored_event_of` reads.
inline constexpr const char* select_events =
    "SELECT position, stream, version, event_id, type, schema_version, recorded_at, command_id, "
    "correlation_id, causation_id, actor, payload, chain FROM events ";

stored_event stored_event_of(const cursor& row);

/// The same into an event whose memory is used again.
void read_stored_event(const cursor& row, stored_event& event);

/// What happened. Throws log_error, which names the position, when the payload cannot be decoded.
domain::event payload_of(const stored_event& row);

/// The whole event; throws as `payload_of` does.
recorded_event decode(const stored_event& row);

/// The event as a row, without its link of the chain. Only for events that a log has taken: they
/// have a stored form.
stored_event encode(const recorded_event& event);

} // namespace berth::eventstore
