#pragma once

#include "adapters/proxmox/pve_json.hpp"

#include <cstdint>

namespace berth::proxmox {

/// What a VM's configuration gives it; 0 where the configuration does not say.
struct vm_hardware {
  std::uint32_t cpu_cores = 0; ///< of all sockets
  std::uint32_t ram_mb = 0;    ///< MiB
  std::uint32_t disk_gb = 0;   ///< GiB, rounded up, of the largest disk; CDs do not count

  bool operator==(const vm_hardware&) const = default;
};

/// Reads it from the `data` of GET /nodes/{node}/qemu/{vmid}/config. Defaults are Proxmox's: one
/// socket, one core, 512 MiB.
vm_hardware hardware_in(json_element config);

} // namespace berth::proxmox
