#pragma once

#include "actors/protocol.hpp"
#include "adapters/http/api_call.hpp"
#include "adapters/http/http_facade_actor.hpp"
#include "adapters/http/responder.hpp"

#include <caf/actor_clock.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <chrono>
#include <optional>
#include <set>
#include <vector>

namespace berth::http {

/// So often a stream says that it lives, and makes sure that its reader still may have it.
constexpr auto heartbeat = std::chrono::seconds{15};

/// What is to be sent next, in order.
struct feed_chunk {
  std::vector<shared_text> texts;
};
/// From the connection: what it had is written, more may come.
struct next_chunk {
  responder_ptr<feed_chunk> to;
};
/// Timer: perhaps the stream has been silent for long enough.
struct beat {};

/// One reader's stream of server-sent events. It ends when its reader may have it no longer.
using event_feed_actor =
    actors::telemetry_listener_actor::extend<caf::reacts_to<next_chunk>, caf::reacts_to<beat>>;

struct event_feed_state {
  static inline constexpr const char* name = "event_feed";

  facade_collaborators with;
  event_feed feed;
  std::set<domain::session_id> own; ///< sessions of a reader who sees no others
  std::uint64_t position = 0;       ///< of the last event that was looked at
  caf::actor_clock::time_point last_chunk;
  std::vector<shared_text> unsent; ///< one batch at most
  bool is_shown = false;           ///< all of the batch is in `unsent`, or was
  responder_ptr<feed_chunk> waiting;
  std::optional<caf::typed_response_promise<actors::telemetry_acknowledged>> unacknowledged;
};

/// A batch is acknowledged when the connection asks for more: one that does not keep up is dropped
/// by the hub, and holds no more than one batch until then.
event_feed_actor::behavior_type
event_feed_stream(event_feed_actor::stateful_pointer<event_feed_state> self, event_feed feed,
                  facade_collaborators with);

} // namespace berth::http

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::http::next_chunk)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::http::beat)
