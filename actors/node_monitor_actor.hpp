#pragma once

#include "actors/log.hpp"
#include "actors/protocol.hpp"

#include <chrono>
#include <optional>
#include <vector>

#include <caf/typed_event_based_actor.hpp>

namespace berth::actors {

/// Timer: time for the next sample.
struct take_sample {};

/// Asks for samples of one node on a period and publishes them. Hears its own clock alone.
using node_monitor_actor = caf::typed_actor<caf::reacts_to<take_sample>>;

/// Whom the monitors of all nodes work with.
struct node_monitor_collaborators {
  hypervisor_actor hypervisor;
  std::vector<load_listener_actor> listeners;
  logger log;
  domain::duration period = std::chrono::seconds{10}; ///< between an answer and the next question
};

/// What a monitor remembers between messages.
struct node_monitor_state {
  static inline constexpr const char* name = "node_monitor";

  domain::node_name node;
  node_monitor_collaborators with;
  std::optional<bool> online; ///< as last measured
};

/// While the cluster as a whole does not answer it publishes nothing: that says nothing of the
/// node, and the age of its last sample tells enough.
node_monitor_actor::behavior_type
node_monitor(node_monitor_actor::stateful_pointer<node_monitor_state> self, domain::node_name node,
             node_monitor_collaborators with);

} // namespace berth::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::take_sample)
