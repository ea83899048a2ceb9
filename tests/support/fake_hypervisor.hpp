#pragma once

#include "actors/protocol.hpp"
#include "tests/support/fake_cluster.hpp"

#include <memory>
#include <optional>
#include <vector>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

namespace berth::tests {

/// Ends the wait of the looks that have gathered.
struct look_now {};

using fake_hypervisor_interface = actors::hypervisor_actor::extend<caf::reacts_to<look_now>>;

struct fake_hypervisor_state {
  static inline constexpr const char* name = "fake_hypervisor";

  struct waiting_look {
    actors::look_at_vm at;
    caf::typed_response_promise<domain::vm_sighting> answer;
  };

  std::shared_ptr<fake_cluster> cluster;
  std::optional<domain::time_point> looked_at;
  std::vector<waiting_look> waiting; ///< for the end of the period
};

/// The port, with a cluster behind it that tests can reach.
fake_hypervisor_interface::behavior_type
fake_hypervisor(fake_hypervisor_interface::stateful_pointer<fake_hypervisor_state> self,
                std::shared_ptr<fake_cluster> cluster);

} // namespace berth::tests

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::tests::look_now)
