#include "eventstore/stored_event.hpp"

#include "eventstore/event_codec.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace berth::eventstore {

namespace {

/// Cut to 32 bits it would pass for another version, under an unbroken hash chain.
std::uint32_t schema_version_of(const cursor& row) {
  auto version = row.natural(5);
  if (version > std::numeric_limits<std::uint32_t>::max())
    throw log_error{"position " + std::to_string(row.natural(0)) + ": no schema has version "
                    + std::to_string(version)};
  return static_cast<std::uint32_t>(version);
}

/// RFC 3339 knows the years 0 to 9999, and calendars not many more.
std::int64_t recorded_at(const cursor& row) {
  using namespace std::chrono;
  constexpr domain::time_point first = sys_days{year{0} / 1 / 1};
  constexpr domain::time_point end = sys_days{year{10'000} / 1 / 1};
  auto at = row.integer(6);
  if (at < first.time_since_epoch().count() || at >= end.time_since_epoch().count())
    throw log_error{"position " + std::to_string(row.natural(0)) + ": no clock shows "
                    + std::to_string(at) + " ms"};
  return at;
}

} // namespace

void read_stored_event(const cursor& row, stored_event& event) {
  event.position = row.natural(0);
  event.stream = row.text_view(1);
  event.version = row.natural(2);
  event.event_id = row.ulid(3);
  event.type = row.text_view(4);
  event.schema_version = schema_version_of(row);
  event.recorded_at = recorded_at(row);
  event.command_id = row.optional_ulid(7);
  event.correlation_id = row.ulid(8);
  event.causation_id = row.optional_ulid(9);
  event.actor = row.text_view(10);
  event.payload = row.text_view(11);
  auto chain = row.blob(12);
  if (chain.size() != event.chain.size())
    throw log_error{"position " + std::to_string(event.position) + ": its hash has no 32 bytes"};
  std::ranges::copy(chain, event.chain.begin());
}

stored_event stored_event_of(const cursor& row) {
  stored_event event;
  read_stored_event(row, event);
  return event;
}

domain::event payload_of(const stored_event& row) {
  try {
    return decode(row.type, row.schema_version, row.payload);
  } catch (const log_error& fault) {
    throw log_error{"position " + std::to_string(row.position) + ": " + fault.what()};
  }
}

recorded_event decode(const stored_event& row) {
  return {.position = row.position,
          .stream = row.stream,
          .version = row.version,
          .event_id = row.event_id,
          .recorded_at = domain::time_point{domain::duration{row.recorded_at}},
          .because = {row.actor, row.correlation_id, row.causation_id},
          .command_id = row.command_id,
          .event = payload_of(row)};
}

stored_event encode(const recorded_event& event) {
  auto encoded = encode(event.event);
  return {.position = event.position,
          .stream = event.stream,
          .version = event.version,
          .event_id = event.event_id,
          .type = std::string{encoded->type},
          .schema_version = encoded->schema_version,
          .recorded_at = event.recorded_at.time_since_epoch().count(),
          .command_id = event.command_id,
          .correlation_id = event.because.correlation,
          .causation_id = event.because.causation,
          .actor = event.because.actor,
          .payload = std::move(encoded->payload)};
}

} // namespace berth::eventstore
