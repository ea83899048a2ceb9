#include "domain/node/node.hpp"

#include <algorithm>
#include <utility>

namespace berth::domain {

namespace {

constexpr std::uint32_t most_vms = 10'000;
constexpr std::size_t longest_hostname = 253;

using outcome = result<std::vector<node_event>>;

refusal invalid(std::string detail) {
  return {refusal_code::invalid, std::move(detail)};
}

bool is_label_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

/// Proxmox names its nodes by their host names: one DNS label (pve-node in its API schema).
bool is_node_name(const std::string& name) {
  return !name.empty() && name.size() <= 63 && std::ranges::all_of(name, is_label_character)
         && name.front() != '-' && name.back() != '-';
}

struct decider {
  const node& current;

  outcome operator()(const register_node& wanted) const {
    if (!is_node_name(wanted.node.value))
      return invalid("a node's name has 1 to 63 letters, digits and inner hyphens");
    if (wanted.hostname.empty() || wanted.hostname.size() > longest_hostname)
      return invalid("a node's hostname has 1 to 253 characters");
    if (wanted.max_vms < 1 || wanted.max_vms > most_vms)
      return invalid("max_vms is 1 to 10,000");
    if (exists() && current.name != wanted.node)
      return invalid("a node cannot change its name");
    if (in_use() && current.hostname == wanted.hostname && current.max_vms == wanted.max_vms)
      return nothing();
    return one(node_registered{wanted.node, wanted.hostname, wanted.max_vms});
  }
  outcome operator()(const begin_maintenance& wanted) const {
    return move_to(node_mode::maintenance, node_maintenance_begun{wanted.reason});
  }
  outcome operator()(const begin_drain& wanted) const {
    return move_to(node_mode::draining, node_drain_begun{wanted.reason});
  }
  outcome operator()(const return_node&) const {
    return move_to(node_mode::in_service, node_returned{});
  }

  outcome operator()(const remove_node&) const {
    if (in_use() && current.mode == node_mode::in_service)
      return refusal{refusal_code::not_in_this_state,
                     "the node is in service: drain it, or put it into maintenance first"};
    return move_to(node_mode::removed, node_removed{});
  }

  bool exists() const { return !current.name.value.empty(); }
  bool in_use() const { return exists() && current.mode != node_mode::removed; }
  static outcome nothing() { return std::vector<node_event>{}; }
  static outcome one(node_event event) { return std::vector{std::move(event)}; }

  outcome move_to(node_mode mode, node_event event) const {
    if (!in_use())
      return refusal{refusal_code::unknown, "the node is not registered"};
    return current.mode == mode ? nothing() : one(std::move(event));
  }
};

struct folder {
  node current;

  node operator()(const node_registered& e) && {
    current.name = e.node;
    current.hostname = e.hostname;
    current.max_vms = e.max_vms;
    if (current.mode == node_mode::removed)
      current.mode = node_mode::in_service;
    return std::move(current);
  }
  node operator()(const node_maintenance_begun&) && { return enter(node_mode::maintenance); }
  node operator()(const node_drain_begun&) && { return enter(node_mode::draining); }
  node operator()(const node_returned&) && { return enter(node_mode::in_service); }
  node operator()(const node_removed&) && { return enter(node_mode::removed); }

  node enter(node_mode mode) {
    if (current.name.value.empty())
      throw corrupt_history{"a node's first event is not its registration"};
    current.mode = mode;
    return std::move(current);
  }
};

} // namespace

std::string_view to_string(node_mode mode) {
  constexpr std::string_view names[] = {"in_service", "draining", "maintenance", "removed"};
  return names[static_cast<std::size_t>(mode)];
}

result<std::vector<node_event>> decide(const node& current, const node_command& wanted) {
  return std::visit(decider{current}, wanted);
}

node evolve(node before, const node_event& happened) {
  return std::visit(folder{std::move(before)}, happened);
}

} // namespace berth::domain
