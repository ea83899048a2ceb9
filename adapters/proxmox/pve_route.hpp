#pragma once

#include <string>
#include <string_view>

namespace berth::proxmox {

/// The template of a call, without the names of nodes, VMs and tasks: `GET
/// /nodes/{node}/qemu/{vmid}/config`. There are as many as there are kinds of calls.
std::string route_of(std::string_view method, std::string_view path);

} // namespace berth::proxmox
