#pragma once

#include "actors/accounts.hpp"
#include "actors/protocol.hpp"
#include "adapters/http/api_call.hpp"
#include "domain/ulid.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <cstdint>
#include <functional>

namespace berth::http {

/// Answers calls of the API by asking the other actors.
using http_facade_actor = caf::typed_actor<
    // Every answer is a response: errors are problems, never CAF errors.
    caf::replies_to<api_call>::with<api_response>>;

/// Whom the facade asks.
struct facade_collaborators {
  actors::session_supervisor_actor supervisor;
  actors::session_directory_actor directory;
  actors::scheduler_actor scheduler;
  actors::journal_actor journal;
  actors::accounts_actor accounts;
  std::function<domain::time_point()> now;
  std::function<domain::ulid()> next_id; ///< of commands without an idempotency key
};

struct facade_state {
  static inline constexpr const char* name = "http_facade";
  facade_collaborators with;
  std::uint64_t answered = 0; ///< the newest position that any client has been shown
};

http_facade_actor::behavior_type http_facade(http_facade_actor::stateful_pointer<facade_state> self,
                                             facade_collaborators with);

} // namespace berth::http

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::http::api_call)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::http::api_response)
