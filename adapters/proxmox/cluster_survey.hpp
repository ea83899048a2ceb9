#pragma once

#include "actors/messages.hpp"
#include "adapters/proxmox/cluster_watch.hpp"
#include "adapters/proxmox/slots.hpp"

/// What the hypervisor port promises of the cluster as a whole. All of it runs on the io thread.
namespace berth::proxmox {

/// The VMs come from the look that everybody shares. Only one that the list shows without marks
/// costs a call of its own, and so does the permission to see every VM: a permission that somebody
/// has just taken away must not make every VM look lost.
net::awaitable<pve_result<domain::vm_survey>> survey(pve_api& api, cluster_watch& watch,
                                                     slots& details, actors::survey_vms wanted);

/// Shared storages are read on one node, local ones on each.
net::awaitable<pve_result<domain::volume_list>> survey(pve_api& api, cluster_watch& watch,
                                                       slots& details, actors::list_volumes wanted);

} // namespace berth::proxmox
