#pragma once

#include "actors/accounts.hpp"
#include "actors/audit.hpp"
#include "actors/desktops.hpp"
#include "actors/inventory.hpp"
#include "actors/metrics.hpp"
#include "actors/protocol.hpp"
#include "actors/reconciler.hpp"
#include "adapters/http/api_call.hpp"
#include "adapters/http/event_printer_actor.hpp"
#include "adapters/http/rate_limit.hpp"
#include "adapters/http/recent_answers.hpp"
#include "adapters/http/responder.hpp"
#include "adapters/http/router.hpp"
#include "adapters/http/written_answers.hpp"
#include "domain/ulid.hpp"

#include <caf/actor_clock.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace berth::http {

/// A call, what the route table says of it, and where its answer goes.
struct api_request {
  std::shared_ptr<api_call> call;
  routed at;
  responder_ptr<api_response> to;
};
/// What connections have read since the last of these.
struct api_requests {
  std::vector<api_request> all;
};

/// Answers calls of the API by asking the other actors.
using http_facade_actor = caf::typed_actor<
    // Every answer is a response: errors are problems, never CAF errors.
    caf::replies_to<api_call>::with<api_response>,
    // The same for whoever is no actor.
    caf::reacts_to<api_requests>>;

/// Timer: some call may have waited long enough.
struct check_patience {
  caf::actor_clock::time_point of; ///< when the timer was set for
};

/// The facade, what it hears of the log, and the message it sends to itself.
using facade_interface =
    http_facade_actor::extend<caf::reacts_to<actors::commit_seen>, caf::reacts_to<check_patience>>;

/// What is done when another actor does not answer in time, by that time. One timer serves all: one
/// for each question costs more than the question.
using open_questions = std::multimap<caf::actor_clock::time_point, std::function<void()>>;

/// Whom the facade asks.
struct facade_collaborators {
  actors::session_supervisor_actor supervisor;
  actors::session_directory_actor directory;
  actors::scheduler_actor scheduler;
  actors::journal_actor journal;
  actors::accounts_actor accounts;
  actors::inventory_actor inventory;
  actors::desktop_actor desktops;
  actors::metrics_actor metrics;
  actors::telemetry_hub_actor hub;
  event_printer_actor printer;
  actors::load_history_actor load_history;
  actors::reconciler_actor reconciler;
  actors::audit_actor audit;
  std::function<domain::time_point()> now;
  std::function<domain::ulid()> next_id;     ///< of commands without an idempotency key
  std::function<std::string()> fresh_secret; ///< of tokens and cookies: 256 random bits as text
  bool has_desktops = false;                 ///< a desktop gateway is configured
  bool has_pages = false;                    ///< the web application is served, too
};

struct facade_state {
  static inline constexpr const char* name = "http_facade";
  facade_collaborators with;
  recent_answers recent;
  written_answers written;
  open_questions unanswered;
  std::optional<caf::actor_clock::time_point> patience_ends; ///< when the earliest timer fires
  rate_limit sign_ins{20, std::chrono::minutes{1}};          ///< of one address
};

facade_interface::behavior_type http_facade(facade_interface::stateful_pointer<facade_state> self,
                                            facade_collaborators with);

} // namespace berth::http

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::http::api_call)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::http::api_requests)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::http::api_response)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::http::check_patience)
