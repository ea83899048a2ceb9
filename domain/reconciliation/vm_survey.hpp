#pragma once

#include "domain/ids.hpp"
#include "domain/session/vm_sighting.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace berth::domain {

/// One VM as a list of the whole cluster shows it.
struct surveyed_vm {
  vm_id vm;
  node_name node;
  bool node_online = true; ///< false: all but its place is unknown
  vm_lock lock{};
  vm_power power{}; ///< up to 14 s old
  std::string name;
  bool identified = false;          ///< its marks could be read
  std::optional<session_id> marked; ///< whose name its marks bear; nothing: no session's
  bool operator==(const surveyed_vm&) const = default;
};

/// Every VM of a range of VMIDs, seen in one list of the whole cluster.
struct vm_survey {
  bool complete = false; ///< quorate, and every VM visible to us: only then does absence count
  std::string why_not;   ///< when it is not complete
  std::vector<surveyed_vm> vms; ///< by VMID
  bool operator==(const vm_survey&) const = default;
};

/// A disk image of a VM.
struct volume {
  std::string id; ///< as Proxmox writes it: `ceph:vm-10000001-disk-0`
  std::string storage;
  node_name node; ///< who was asked; of a local storage, the only one that has it
  vm_id vm;
  std::uint64_t bytes = 0;
  bool operator==(const volume&) const = default;
};

/// The disk images of a range of VMIDs on every storage that could be read.
struct volume_list {
  std::vector<volume> volumes;
  /// `node pve-3`, `storage nfs on node pve-1`: unless it is empty, absence proves nothing.
  std::vector<std::string> unread;
  bool operator==(const volume_list&) const = default;
};

} // namespace berth::domain
