#pragma once

#include "actors/node_monitor_actor.hpp"
#include "actors/protocol.hpp"

#include <map>
#include <string>

#include <caf/typed_event_based_actor.hpp>

namespace berth::actors {

/// Timer: time to start a node's monitor again.
struct respawn_monitor {
  std::string stream; ///< of the node
};

/// Keeps one monitor per registered node, until the node is removed. Hears the log and its own
/// clock alone.
using node_fleet_actor = caf::typed_actor<caf::reacts_to<respawn_monitor>>;

/// What the fleet remembers between messages.
struct node_fleet_state {
  static inline constexpr const char* name = "node_fleet";

  node_monitor_collaborators with;
  std::map<std::string, domain::node_name> nodes;     ///< by stream, without removed ones
  std::map<std::string, node_monitor_actor> monitors; ///< by stream, those that live
};

/// Monitors end with the fleet; one that dies alone is started again after a second. The fleet ends
/// when the journal does.
node_fleet_actor::behavior_type
node_fleet(node_fleet_actor::stateful_pointer<node_fleet_state> self, const journal_actor& journal,
           node_monitor_collaborators with);

} // namespace berth::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::respawn_monitor)
