#include "eventstore/stored_event.hpp"

#include "eventstore/event_codec.hpp"

#include <algorithm>

namespace berth::eventstore {

stored_event stored_event_of(const cursor& row) {
  stored_event event{.position = row.natural(0),
                     .stream = row.text(1),
                     .version = row.natural(2),
                     .event_id = row.ulid(3),
                     .type = row.text(4),
                     .schema_version = static_cast<std::uint32_t>(row.natural(5)),
                     .recorded_at = row.integer(6),
                     .command_id = row.optional_ulid(7),
                     .correlation_id = row.ulid(8),
                     .causation_id = row.optional_ulid(9),
                     .actor = row.text(10),
                     .payload = row.text(11)};
  auto chain = row.blob(12);
  if (chain.size() != event.chain.size())
    throw log_error{"position " + std::to_string(event.position) + ": its hash has no 32 bytes"};
  std::ranges::copy(chain, event.chain.begin());
  return event;
}

recorded_event decode(const stored_event& row) {
  try {
    return {.position = row.position,
            .stream = row.stream,
            .version = row.version,
            .event_id = row.event_id,
            .recorded_at = domain::time_point{domain::duration{row.recorded_at}},
            .because = {row.actor, row.correlation_id, row.causation_id},
            .command_id = row.command_id,
            .event = decode(row.type, row.schema_version, row.payload)};
  } catch (const log_error& fault) {
    throw log_error{"position " + std::to_string(row.position) + ": " + fault.what()};
  }
}

} // namespace berth::eventstore
