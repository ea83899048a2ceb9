#pragma once

#include "adapters/proxmox/pve_json.hpp"

#include <optional>
#include <string>

namespace berth::proxmox {

/// The MAC of a VM's first card, from `net0` of its configuration
/// (`virtio=BC:24:11:...,bridge=vmbr0`); lower case, empty when it names none.
std::string mac_of(const std::string& net0);

/// The address people can reach: of the card with this MAC, IPv4 before IPv6, never loopback or
/// link-local. `data` is what the guest agent's network-get-interfaces gives, an error of the agent
/// included: then there is none. So it is without a MAC: a tunnel in the guest has none either.
std::optional<std::string> choose_address(json_element data, const std::string& mac);

} // namespace berth::proxmox
