#pragma once

#include "domain/aggregate.hpp"
#include "eventstore/event_log.hpp"
#include "eventstore/export_line.hpp"
#include "eventstore/verify.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/typed_actor.hpp>

#include <chrono>
#include <cstdint>
#include <vector>

/// What auditors ask of the log. They read it through connections of their own, so that whatever
/// writes it never waits for them.
namespace berth::actors {

/// Asks for the newest events before a position that the filter lets pass; see
/// eventstore::event_log::find_events.
struct search_log {
  eventstore::event_filter wanted;
  std::uint64_t before = 0;
  std::size_t limit = 0;
};
/// Asks what the event at a position changed.
struct show_state {
  std::uint64_t position = 0;
};
struct state_as_of {
  eventstore::recorded_event event;
  std::vector<domain::changed_value> values; ///< right after the event, beside those right before
};
/// Asks for the log itself, after a position.
struct export_log {
  std::uint64_t after = 0;
  std::size_t limit = 0;
};
/// So long a verification may take; a log of a million events needs some seconds.
constexpr auto verification_patience = std::chrono::minutes{10};

/// Asks whether the log is as it was written.
struct verify_log {};
struct log_verified {
  eventstore::verification found;
  domain::time_point at; ///< when it was found
};

/// Reads the whole log when asked, on a thread of its own.
using log_verifier_actor = caf::typed_actor<
    // Fails with `log_failed` when the log cannot be read.
    caf::replies_to<verify_log>::with<log_verified>>;

/// Reads the log for auditors. Every answer fails with `log_failed` when the log cannot be read.
using audit_actor = caf::typed_actor<caf::replies_to<search_log>::with<eventstore::found_events>,
                                     // Fails with `unknown` when there is no such position.
                                     caf::replies_to<show_state>::with<state_as_of>,
                                     caf::replies_to<export_log>::with<eventstore::exported_page>,
                                     // Whoever asks during a verification shares its result.
                                     caf::replies_to<verify_log>::with<log_verified>>;

} // namespace berth::actors

#define BERTH_MESSAGE(type) CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::type)
BERTH_MESSAGE(actors::search_log)
BERTH_MESSAGE(actors::show_state)
BERTH_MESSAGE(actors::state_as_of)
BERTH_MESSAGE(actors::export_log)
BERTH_MESSAGE(actors::verify_log)
BERTH_MESSAGE(actors::log_verified)
BERTH_MESSAGE(eventstore::found_events)
BERTH_MESSAGE(eventstore::exported_page)
#undef BERTH_MESSAGE
