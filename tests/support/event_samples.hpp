#pragma once

#include "eventstore/event_log.hpp"
#include "tests/support/session_histories.hpp"

#include <memory>
#include <utility>

/// What tests of the event store write.
namespace berth::tests {

/// A clock that stands still until a test moves it, and numbers that differ from call to call.
struct test_sources {
  time_point now = nine;
  std::uint64_t last_random = 0;

  eventstore::log_sources sources() {
    return {.clock = [this] { return now; }, .random = [this] { return ++last_random; }};
  }
};

inline const ulid request_one{*parse_ulid("01JD0000000000000000000101")};
inline const ulid command_one{*parse_ulid("01JD0000000000000000000201")};
inline const ulid command_two{*parse_ulid("01JD0000000000000000000202")};

inline session_id nth_session(std::uint8_t n) {
  auto id = own;
  id.value.bytes.back() = n;
  return id;
}

inline std::vector<event> as_events(const history& events) {
  return {events.begin(), events.end()};
}

/// Events for the stream of a session, behind `expected_version` earlier ones.
inline eventstore::append_request to_session(const session_id& id, std::uint64_t expected_version,
                                             const history& events) {
  return {.stream = eventstore::stream_of(id),
          .expected_version = expected_version,
          .events = as_events(events),
          .because = {"user:7", request_one, std::nullopt}};
}

inline eventstore::append_result append_one(eventstore::event_log& log,
                                            const eventstore::append_request& request) {
  return log.append({request}).at(0);
}

/// Appends what must succeed.
inline std::vector<eventstore::recorded_event> must_append(eventstore::event_log& log,
                                                           const eventstore::append_request& r) {
  return std::get<eventstore::appended>(append_one(log, r)).events;
}

} // namespace berth::tests
