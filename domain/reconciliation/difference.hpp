#pragma once

#include "domain/ids.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace berth::domain {

/// How the cluster differs from what the log says of it.
enum class difference_kind : std::uint8_t {
  stray,         ///< a VM in our range that this log never reserved: reported, never touched
  foreign,       ///< a VMID of ours under somebody else's marks: reported, never touched
  late_clone,    ///< a VM of ours that appeared when its session was done with it: destroyed
  lost,          ///< an active or kept VM that is not there: its session is told
  overdue,       ///< a VM whose destruction has been due for `overdue_after`: reported
  moved,         ///< an active or kept VM on another node than the log says: its session is told
  stopped,       ///< the VM of an active session does not run: reported
  leaked_volume, ///< a disk of a VM of ours that is gone: reported, never deleted
};
constexpr std::size_t difference_kinds = 8;

std::string_view to_string(difference_kind kind);
std::optional<difference_kind> parse_difference_kind(std::string_view text);

/// How a difference came to its end.
enum class settlement : std::uint8_t {
  gone,         ///< what was too much is not there any more, and not by us
  destroyed,    ///< Berth destroyed it
  session_told, ///< the session knows: it has ended, or follows its VM
  resolved,     ///< the cluster shows again what the log says
};

std::string_view to_string(settlement how);
std::optional<settlement> parse_settlement(std::string_view text);

/// What makes two differences the same.
struct difference_key {
  difference_kind kind{};
  vm_id vm;
  std::string volume; ///< its id in Proxmox; empty unless a volume leaked
  auto operator<=>(const difference_key&) const = default;
};

/// One difference between log and cluster.
struct difference {
  difference_key is;
  std::optional<session_id> session; ///< the one the VM belongs or belonged to
  node_name node;                    ///< where the cluster shows it; empty when it does not
  std::string detail;                ///< for a person; names VMs and storages
  bool operator==(const difference&) const = default;
};

} // namespace berth::domain
