#pragma once

#include "domain/ulid.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>

/// Each kind of id is its own type, so that a VMID cannot be passed as a template.
namespace berth::domain {

struct session_id {
  ulid value;
  auto operator<=>(const session_id&) const = default;
};

struct user_id {
  std::uint32_t value = 0;
  auto operator<=>(const user_id&) const = default;
};

struct template_id {
  std::uint32_t value = 0;
  auto operator<=>(const template_id&) const = default;
};

/// A VMID of Proxmox: 100 to 999,999,999, unique in its cluster. 0 means none.
struct vm_id {
  std::uint32_t value = 0;
  auto operator<=>(const vm_id&) const = default;
};

/// The name of a Proxmox node, as in the paths of its API.
struct node_name {
  std::string value;
  auto operator<=>(const node_name&) const = default;
};

inline std::string to_string(const session_id& id) {
  return to_string(id.value);
}

} // namespace berth::domain

template <>
struct std::hash<berth::domain::session_id> {
  std::size_t operator()(const berth::domain::session_id& id) const noexcept {
    // All ULIDs end in dice.
    std::size_t end = 0;
    std::memcpy(&end, id.value.bytes.data() + id.value.bytes.size() - sizeof end, sizeof end);
    return end;
  }
};

template <>
struct std::hash<berth::domain::vm_id> {
  std::size_t operator()(berth::domain::vm_id id) const noexcept { return id.value; }
};
