#pragma once

#include "domain/ids.hpp"
#include "domain/session/events.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace berth::domain {

enum class vm_lock : std::uint8_t {
  none,
  clone,     ///< being cloned, or left over from a clone that died
  destroyed, ///< being destroyed, or left over from that
  other,     ///< backup, snapshot, migration...: passes by itself
};

enum class vm_power : std::uint8_t { unknown, stopped, running };

/// What the VM says of itself on the wire.
enum class vm_marks : std::uint8_t {
  none,       ///< too young to say: Proxmox writes name and description after the first disk
  ours,       ///< name or description, which the clone call set, name our session
  configured, ///< the tags, which configuration sets, name our session
  foreign,    ///< it is somebody else's
};

/// How the task of the session's last call to Proxmox stands.
enum class task_state : std::uint8_t { none, running, succeeded, failed, unknown };

/// What one fresh look at the cluster shows of one VMID.
struct vm_sighting {
  bool complete = false; ///< quorate, and every VM visible to us: only then does absence count
  bool present = false;
  bool node_online = true;
  node_name node; ///< where it is now
  vm_lock lock{};
  vm_power power{};
  vm_marks marks{};
  task_state task{};
  std::string task_error;             ///< when failed: Proxmox's words
  fault_class task_fault{};           ///< when failed
  std::optional<std::string> address; ///< when asked for and known: never loopback or link-local
  bool desktop_answers = false;       ///< when asked for: something listens at the desktop's port

  bool operator==(const vm_sighting&) const = default;
};

} // namespace berth::domain
