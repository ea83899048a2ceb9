#pragma once

#include "domain/ids.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

/// The calls that change Proxmox. Each names the VMID of a committed intent, and the session that
/// the VM's marks (name, description, tags) must name: nothing is done to a VM that says otherwise.
namespace berth::domain {

/// Makes VM `vm` on `target` from the template `source`. Refused by Proxmox when the VMID exists
/// anywhere.
struct clone_vm {
  vm_id vm;
  session_id marked;
  vm_id source;
  node_name target;
  bool operator==(const clone_vm&) const = default;
};
/// Sets hardware and our tags, and clears what a clone inherits from its template (protection,
/// onboot, foreign tags).
struct configure_vm {
  vm_id vm;
  session_id marked;
  std::uint32_t cpu_cores = 0;
  std::uint32_t ram_mb = 0; ///< MiB
  bool operator==(const configure_vm&) const = default;
};
/// A VM that runs already counts as started.
struct start_vm {
  vm_id vm;
  session_id marked;
  bool operator==(const start_vm&) const = default;
};
/// Asks the guest to power down, and pulls the plug after a minute.
struct shut_down_vm {
  vm_id vm;
  session_id marked;
  bool operator==(const shut_down_vm&) const = default;
};
/// Pulls the plug.
struct stop_vm {
  vm_id vm;
  session_id marked;
  bool operator==(const stop_vm&) const = default;
};
/// Destroys a stopped VM and its disks.
struct delete_vm {
  vm_id vm;
  session_id marked;
  bool operator==(const delete_vm&) const = default;
};

using vm_order = std::variant<clone_vm, configure_vm, start_vm, shut_down_vm, stop_vm, delete_vm>;

} // namespace berth::domain
