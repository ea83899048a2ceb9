#pragma once

#include "actors/protocol.hpp"
#include "domain/placement/placement_desk.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

namespace berth::actors {

/// How long after its start those wait for whom a node may do that has never been measured.
constexpr auto first_measurements = std::chrono::seconds{5};

/// Timer: whoever waits still is answered.
struct stop_waiting {};

/// The scheduler, and the message it sends to itself.
using scheduler_interface = scheduler_actor::extend<caf::reacts_to<stop_waiting>>;

/// Whom the scheduler works with.
struct scheduler_collaborators {
  journal_actor journal;
  std::function<domain::time_point()> now;
  std::function<std::uint64_t()> random; ///< breaks ties
};

/// What the scheduler remembers between messages. All but the samples and promises is folded from
/// the log.
struct scheduler_state {
  static inline constexpr const char* name = "scheduler";

  struct known_node {
    domain::node is;
    std::uint64_t version = 0;
  };

  struct waiting_session {
    place_session wanted;
    caf::typed_response_promise<placement> answer;
  };

  scheduler_collaborators with;
  std::unordered_map<std::string, known_node> nodes; ///< by stream
  domain::placement_desk desk;
  std::vector<waiting_session> waiting; ///< for a first measurement
  bool may_wait = true;
};

/// Chooses nodes. Answers nothing before it has seen all that the log held at its start, and ends
/// when the journal does.
scheduler_interface::behavior_type
scheduler(scheduler_interface::stateful_pointer<scheduler_state> self,
          scheduler_collaborators with);

} // namespace berth::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::stop_waiting)
