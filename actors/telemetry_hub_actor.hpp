#pragma once

#include "actors/log.hpp"
#include "actors/protocol.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>

#include <caf/actor_clock.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace berth::actors {

/// With many subscribers what happens is gathered for so long for each of them: a batch costs each
/// subscriber much the same whatever is in it. Nobody waits for a few.
constexpr auto gathering_per_subscriber = std::chrono::microseconds{25};
constexpr auto longest_gathering = std::chrono::milliseconds{50};

/// Timer: what has been gathered is due.
struct serve_subscribers {};
/// Timer: perhaps a subscriber has not answered for too long.
struct check_subscriber {
  caf::actor_addr listener;
};

/// The hub, and the messages it sends to itself.
using telemetry_hub_interface = telemetry_hub_actor::extend<caf::reacts_to<serve_subscribers>,
                                                            caf::reacts_to<check_subscriber>>;

/// What the hub remembers between messages: for each subscriber a position and the loads it has not
/// seen; of the log the newest events, which most subscribers need next. Older ones are read anew.
struct telemetry_hub_state {
  static inline constexpr const char* name = "telemetry_hub";

  using loads_by_node = std::map<domain::node_name, domain::node_sample>;

  struct subscriber {
    telemetry_listener_actor listener;
    std::uint64_t position = 0; ///< of the last event sent
    loads_by_node loads;        ///< the newest that it has not been sent
    bool busy = false;          ///< the log is being read for it, or a batch is unanswered
    bool is_watched = false;    ///< a timer runs: one at a time, however many batches it is sent
    caf::actor_clock::time_point sent_at; ///< the last batch
  };

  journal_actor journal;
  logger log;
  std::uint64_t head = 0;                        ///< of the log
  std::deque<eventstore::recorded_event> newest; ///< up to the head
  std::map<std::uint64_t, event_list> shared;    ///< what follows a position, up to the head
  bool gathering = false;
  loads_by_node loads; ///< the newest
  std::map<caf::actor_addr, subscriber> subscribers;
};

/// Follows the log from its present end. Ends when the journal does.
telemetry_hub_interface::behavior_type
telemetry_hub(telemetry_hub_interface::stateful_pointer<telemetry_hub_state> self,
              journal_actor journal, logger log);

} // namespace berth::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::serve_subscribers)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::check_subscriber)
