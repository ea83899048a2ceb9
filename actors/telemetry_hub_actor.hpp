#pragma once

#include "actors/log.hpp"
#include "actors/protocol.hpp"

#include <cstdint>
#include <map>

#include <caf/typed_event_based_actor.hpp>

namespace berth::actors {

/// What the hub remembers between messages: for each subscriber a position and the loads it has not
/// seen, never events. Those are in the log.
struct telemetry_hub_state {
  static inline constexpr const char* name = "telemetry_hub";

  using loads_by_node = std::map<domain::node_name, domain::node_sample>;

  struct subscriber {
    telemetry_listener_actor listener;
    std::uint64_t position = 0; ///< of the last event sent
    loads_by_node loads;        ///< the newest that it has not been sent
    bool busy = false;          ///< the log is being read for it, or a batch is unanswered
  };

  journal_actor journal;
  logger log;
  std::uint64_t head = 0; ///< of the log
  loads_by_node loads;    ///< the newest
  std::map<caf::actor_addr, subscriber> subscribers;
};

/// Follows the log from its present end. Ends when the journal does.
telemetry_hub_actor::behavior_type
telemetry_hub(telemetry_hub_actor::stateful_pointer<telemetry_hub_state> self,
              journal_actor journal, logger log);

} // namespace berth::actors
