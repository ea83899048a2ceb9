#include "domain/template/vm_template.hpp"

#include <algorithm>
#include <utility>

namespace berth::domain {

namespace {

constexpr std::size_t longest_name = 100;
constexpr std::size_t most_tags = 32;
constexpr std::size_t longest_tag = 64;
constexpr std::size_t longest_account = 32;

constexpr std::string_view os_types[] = {"windows", "linux", "kali"};
constexpr std::string_view protocols[] = {"rdp", "vnc", "ssh"};

template <class Enum, std::size_t Size>
std::optional<Enum> parse(std::string_view text, const std::string_view (&names)[Size]) {
  auto found = std::ranges::find(names, text);
  if (found == std::end(names))
    return std::nullopt;
  return static_cast<Enum>(found - std::begin(names));
}

using outcome = result<std::vector<template_event>>;

/// What is wrong with it; nothing when it will do.
std::optional<refusal> fault_of(const template_spec& spec) {
  auto invalid = [](std::string detail) {
    return refusal{refusal_code::invalid, std::move(detail)};
  };
  auto outside = [](std::uint32_t value, std::uint32_t least, std::uint32_t most) {
    return value < least || value > most;
  };
  if (spec.name.empty() || spec.name.size() > longest_name)
    return invalid("name has 1 to 100 characters");
  if (outside(spec.source.value, 100, 999'999'999))
    return invalid("template_vmid is 100 to 999999999");
  if (outside(spec.cpu_cores, 1, 128))
    return invalid("cpu_cores is 1 to 128");
  if (outside(spec.ram_mb, 16, 4'194'304))
    return invalid("ram_mb is 16 to 4194304");
  if (outside(spec.disk_gb, 1, 65'536))
    return invalid("disk_gb is 1 to 65536");
  if (spec.desktop_port > 65'535)
    return invalid("desktop_port is 1 to 65535, or 0 for the protocol's own");
  if (spec.desktop_user.size() > longest_account)
    return invalid("desktop_user has 32 characters at most");
  if (spec.tags.size() > most_tags)
    return invalid("there may be 32 tags at most");
  for (const auto& tag : spec.tags)
    if (tag.empty() || tag.size() > longest_tag)
      return invalid("each tag has 1 to 64 characters");
  return std::nullopt;
}

struct decider {
  const vm_template& current;

  outcome operator()(const create_template& wanted) const {
    if (wanted.id == template_id{})
      return refusal{refusal_code::invalid, "a template's id begins at 1"};
    if (auto fault = fault_of(wanted.spec))
      return *fault;
    if (!exists())
      return one(template_created{wanted.id, wanted.spec});
    if (current.id == wanted.id && current.spec == wanted.spec)
      return nothing();
    return refusal{refusal_code::not_in_this_state, "the template exists already"};
  }
  outcome operator()(const change_template& wanted) const {
    if (!exists())
      return missing();
    if (auto fault = fault_of(wanted.spec))
      return *fault;
    return current.spec == wanted.spec ? nothing() : one(template_changed{wanted.spec});
  }
  outcome operator()(const disable_template&) const {
    if (!exists())
      return missing();
    return current.is_active ? one(template_disabled{}) : nothing();
  }
  outcome operator()(const enable_template&) const {
    if (!exists())
      return missing();
    return current.is_active ? nothing() : one(template_enabled{});
  }

  bool exists() const { return current.id != template_id{}; }
  static outcome nothing() { return std::vector<template_event>{}; }
  static outcome one(template_event event) { return std::vector{std::move(event)}; }
  static outcome missing() { return refusal{refusal_code::unknown, "no template has this id"}; }
};

struct folder {
  vm_template current;

  vm_template operator()(const template_created& e) && {
    if (current.id != template_id{})
      throw corrupt_history{"a template is created twice"};
    return {.id = e.id, .spec = e.spec, .is_active = true};
  }
  vm_template operator()(const template_changed& e) && {
    require_created();
    current.spec = e.spec;
    return std::move(current);
  }
  vm_template operator()(const template_disabled&) && { return set_active(false); }
  vm_template operator()(const template_enabled&) && { return set_active(true); }

  void require_created() const {
    if (current.id == template_id{})
      throw corrupt_history{"a template's first event is not its creation"};
  }
  vm_template set_active(bool active) {
    require_created();
    current.is_active = active;
    return std::move(current);
  }
};

} // namespace

std::string_view to_string(os_type os) {
  return os_types[static_cast<std::size_t>(os)];
}
std::string_view to_string(desktop_protocol protocol) {
  return protocols[static_cast<std::size_t>(protocol)];
}
std::optional<os_type> parse_os_type(std::string_view text) {
  return parse<os_type>(text, os_types);
}
std::optional<desktop_protocol> parse_desktop_protocol(std::string_view text) {
  return parse<desktop_protocol>(text, protocols);
}

std::uint32_t usual_port(desktop_protocol protocol) {
  constexpr std::uint32_t ports[] = {3389, 5900, 22};
  return ports[static_cast<std::size_t>(protocol)];
}

std::uint32_t desktop_port_of(const template_spec& spec) {
  return spec.desktop_port != 0 ? spec.desktop_port : usual_port(spec.protocol);
}

result<std::vector<template_event>> decide(const vm_template& current,
                                           const template_command& wanted) {
  return std::visit(decider{current}, wanted);
}

vm_template evolve(vm_template before, const template_event& happened) {
  return std::visit(folder{std::move(before)}, happened);
}

} // namespace berth::domain
