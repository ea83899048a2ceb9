#pragma once

#include "domain/node/node.hpp"
#include "domain/template/vm_template.hpp"

#include <caf/typed_actor.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What admins keep: the templates that people may pick, and the nodes that VMs may run on.
namespace berth::actors {

struct template_view {
  domain::vm_template is;
  std::uint64_t version = 0;         ///< of its stream
  std::vector<std::string> warnings; ///< where Proxmox's template differs from what was said of it
};
struct create_template {
  domain::template_spec spec;
  domain::user_id by;
};
struct change_template {
  domain::template_id id;
  std::vector<domain::template_command> wanted; ///< all of them or none
  domain::user_id by;
  std::optional<std::uint64_t> if_version; ///< refused when the template is at another
};
struct get_template {
  domain::template_id id;
};
/// Asks for all of them, disabled ones too.
struct list_all_templates {};
struct all_templates {
  std::vector<template_view> templates; ///< by id
};

struct node_view {
  domain::node is;
  std::uint64_t version = 0; ///< of its stream
};
struct register_node {
  domain::register_node wanted;
  domain::user_id by;
};
struct change_node {
  domain::node_name name;
  domain::node_command wanted;
  domain::user_id by;
  std::optional<std::uint64_t> if_version;
};
struct get_node {
  domain::node_name name;
};

/// Changes templates and nodes, after a look at Proxmox where one is due.
using inventory_actor = caf::typed_actor<
    // Fails with `invalid` when Proxmox has no such template, with `cluster_unavailable` when it
    // cannot be asked.
    caf::replies_to<create_template>::with<template_view>,
    // Fails with `changed_meanwhile`, and like creation when the source changes.
    caf::replies_to<change_template>::with<template_view>,
    caf::replies_to<get_template>::with<template_view>,
    caf::replies_to<list_all_templates>::with<all_templates>,
    // Fails with `invalid` when the cluster has no such node.
    caf::replies_to<register_node>::with<node_view>,
    // Removal fails with `not_in_this_state` while a session has, or owes, something there.
    caf::replies_to<change_node>::with<node_view>, caf::replies_to<get_node>::with<node_view>>;

} // namespace berth::actors

#define BERTH_MESSAGE(type) CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::type)
BERTH_MESSAGE(template_view)
BERTH_MESSAGE(create_template)
BERTH_MESSAGE(change_template)
BERTH_MESSAGE(get_template)
BERTH_MESSAGE(list_all_templates)
BERTH_MESSAGE(all_templates)
BERTH_MESSAGE(node_view)
BERTH_MESSAGE(register_node)
BERTH_MESSAGE(change_node)
BERTH_MESSAGE(get_node)
#undef BERTH_MESSAGE
