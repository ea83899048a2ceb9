#pragma once

#include "actors/messages.hpp"
#include "actors/protocol.hpp"
#include "domain/session/vm_order.hpp"
#include "domain/session/vm_sighting.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

namespace berth::simulation {

/// The VMs of a cluster on which every order succeeds at once. They outlive the broker.
struct prompt_cluster {
  struct machine {
    domain::node_name node;
    domain::session_id marked;
    domain::vm_marks marks{};
    domain::vm_power power = domain::vm_power::stopped;
  };

  std::map<domain::vm_id, machine> vms;
  std::size_t most_vms = 0;                                  ///< at once, so far
  std::function<void(const domain::vm_order&)> before_order; ///< told of each
};

/// To itself: a look has taken its time.
struct look_is_over {};

using prompt_hypervisor_interface = actors::hypervisor_actor::extend<caf::reacts_to<look_is_over>>;

struct prompt_hypervisor_state {
  static inline constexpr const char* name = "prompt_hypervisor";

  struct waiting_look {
    actors::look_at_vm at;
    caf::typed_response_promise<domain::vm_sighting> answer;
  };
  std::vector<waiting_look> looks;
};

/// The hypervisor port. A look takes a few seconds, everything else no time.
prompt_hypervisor_interface::behavior_type
prompt_hypervisor(prompt_hypervisor_interface::stateful_pointer<prompt_hypervisor_state> self,
                  std::shared_ptr<prompt_cluster> cluster);

} // namespace berth::simulation

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::simulation::look_is_over)
