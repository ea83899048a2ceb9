#pragma once

#include "domain/ids.hpp"
#include "domain/refusal.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace berth::domain {

enum class os_type : std::uint8_t { windows, linux, kali };
enum class desktop_protocol : std::uint8_t { rdp, vnc, ssh };

std::string_view to_string(os_type os);
std::string_view to_string(desktop_protocol protocol);
std::optional<os_type> parse_os_type(std::string_view text);
std::optional<desktop_protocol> parse_desktop_protocol(std::string_view text);

/// The port that IANA has registered for the protocol.
std::uint32_t usual_port(desktop_protocol protocol);

/// What people pick from: a VM template of Proxmox and the hardware its sessions get.
struct template_spec {
  std::string name;
  os_type os{};
  desktop_protocol protocol{};
  vm_id source;                  ///< the template's VMID
  std::uint32_t cpu_cores = 4;   ///< 1 to 128
  std::uint32_t ram_mb = 4096;   ///< MiB, 16 to 4,194,304
  std::uint32_t disk_gb = 50;    ///< GiB, 1 to 65,536
  std::vector<std::string> tags; ///< for people to find it by; not Proxmox tags
  std::string
      desktop_user; ///< the guest's account that gets a fresh password per visit; empty: none
  std::uint32_t desktop_port = 0; ///< where the desktop listens; 0: the protocol's usual port
  bool await_desktop = false;     ///< a session is active only when that port answers

  bool operator==(const template_spec&) const = default;
};

/// Where the desktop of such a VM listens.
std::uint32_t desktop_port_of(const template_spec& spec);

// -- events: stored for ever, change with care --------------------------------

struct template_created {
  template_id id;
  template_spec spec;
  bool operator==(const template_created&) const = default;
};
struct template_changed {
  template_spec spec;
  bool operator==(const template_changed&) const = default;
};
struct template_disabled {
  bool operator==(const template_disabled&) const = default;
};
struct template_enabled {
  bool operator==(const template_enabled&) const = default;
};
using template_event =
    std::variant<template_created, template_changed, template_disabled, template_enabled>;

// -- commands -----------------------------------------------------------------

struct create_template {
  template_id id;
  template_spec spec;
};
struct change_template {
  template_spec spec;
};
struct disable_template {};
struct enable_template {};
using template_command =
    std::variant<create_template, change_template, disable_template, enable_template>;

/// A template as its events leave it; `id` 0 before its creation.
struct vm_template {
  template_id id;
  template_spec spec;
  bool is_active = false;

  bool operator==(const vm_template&) const = default;
};

/// The events `wanted` leads to; none when it changes nothing.
result<std::vector<template_event>> decide(const vm_template& current,
                                           const template_command& wanted);

/// Throws corrupt_history when `happened` cannot follow.
vm_template evolve(vm_template before, const template_event& happened);

} // namespace berth::domain
