#pragma once

#include "actors/protocol.hpp"
#include "adapters/proxmox/vm_gateway.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <cstdint>
#include <map>
#include <memory>

namespace berth::proxmox {

/// From the io thread: what became of a coroutine.
template <class Answer>
struct finished {
  std::uint64_t id = 0;
  pve_result<Answer> result;
};
using look_finished = finished<domain::vm_sighting>;
using order_finished = finished<actors::order_accepted>;
using sample_finished = finished<domain::node_sample>;
using vms_surveyed = finished<domain::vm_survey>;
using volumes_listed = finished<domain::volume_list>;
using template_inspected = finished<actors::template_facts>;
using node_inspected = finished<actors::node_facts>;
using password_finished = finished<actors::guest_password_set>;

/// The port, and what the io thread tells it.
using hypervisor_interface = actors::hypervisor_actor::extend<
    caf::reacts_to<look_finished>, caf::reacts_to<order_finished>, caf::reacts_to<sample_finished>,
    caf::reacts_to<vms_surveyed>, caf::reacts_to<volumes_listed>,
    caf::reacts_to<template_inspected>, caf::reacts_to<node_inspected>,
    caf::reacts_to<password_finished>>;

/// Whoever waits for an answer of one kind.
template <class Answer>
using waiting_for = std::map<std::uint64_t, caf::typed_response_promise<Answer>>;

struct hypervisor_state {
  static inline constexpr const char* name = "proxmox_hypervisor";

  std::shared_ptr<vm_gateway> gateway;
  std::uint64_t last_id = 0;
  waiting_for<domain::vm_sighting> looks;
  waiting_for<actors::order_accepted> orders;
  waiting_for<domain::node_sample> samples;
  waiting_for<domain::vm_survey> surveys;
  waiting_for<domain::volume_list> volumes;
  waiting_for<actors::template_facts> templates;
  waiting_for<actors::node_facts> nodes;
  waiting_for<actors::guest_password_set> passwords;
};

/// The hypervisor port by way of Proxmox. `gateway` belongs to the io thread: it is only ever
/// posted to.
hypervisor_interface::behavior_type
proxmox_hypervisor(hypervisor_interface::stateful_pointer<hypervisor_state> self,
                   std::shared_ptr<vm_gateway> gateway);

} // namespace berth::proxmox

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::proxmox::look_finished)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::proxmox::order_finished)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::proxmox::sample_finished)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::proxmox::vms_surveyed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::proxmox::volumes_listed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::proxmox::template_inspected)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::proxmox::node_inspected)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::proxmox::password_finished)
