#pragma once

#include "domain/node/node.hpp"
#include "domain/session/session.hpp"
#include "domain/template/time_to_ready.hpp"
#include "domain/template/vm_template.hpp"
#include "domain/user/user.hpp"
#include "eventstore/recorded_event.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace berth::eventstore {

/// One row of `vm_sessions`.
struct session_row {
  domain::session_id id;
  domain::user_id owner;
  domain::template_id from_template;
  std::string template_name;
  domain::os_type os{};
  domain::desktop_protocol protocol{};
  domain::session_type type{};
  std::string status; ///< pending, active, expired, failed
  std::string step;   ///< the named step, see domain::step_name; empty when nothing is under way
  std::optional<domain::end_reason> reason;
  std::string detail;     ///< what went wrong, in words
  domain::node_name node; ///< empty before the first placement
  bool keeps_vm = false;  ///< a persistent session whose VM waits to be resumed
  domain::time_point created_at;
  domain::time_point updated_at;
  domain::time_point expires_at;
  std::string owner_login;
  std::uint64_t version = 0; ///< of its stream
};

/// Which sessions somebody wants to see. What is empty does not limit.
struct session_filter {
  std::optional<domain::user_id> owner;
  std::optional<std::string> status;
  std::optional<domain::node_name> node;
  std::optional<domain::session_id> before; ///< older than this one: where the last page ended
  bool not_closed = false;                  ///< only those that still have, or owe, something
  std::uint32_t limit = 50;
};

/// One row of `vm_templates`.
struct template_row {
  domain::vm_template is; ///< as people see it: what it says of desktops is left out
  /// Of the newest launches that made a VM of it.
  std::optional<domain::time_to_ready> ready;
  domain::time_point created_at;
  domain::time_point updated_at;
};

/// One row of `proxmox_nodes`. Whether the node answers is measured, not read here.
struct node_row {
  domain::node is;
  std::uint32_t active_vms = 0; ///< sessions on it that are pending or active
};

/// PORT. Tables folded from the log, to answer lists with. May be thrown away at any time. Blocks.
class read_model {
public:
  virtual ~read_model() = default;

  /// The last position that the tables contain.
  virtual std::uint64_t position() const = 0;

  /// Folds events that follow `position()` without a gap, in one transaction.
  virtual void apply(std::span<const recorded_event> events) = 0;

  /// Newest first.
  virtual std::vector<session_row> sessions(const session_filter& wanted) const = 0;
  virtual std::optional<session_row> session(const domain::session_id& id) const = 0;
  virtual std::vector<template_row> templates() const = 0; ///< all, by name
  virtual std::vector<node_row> nodes() const = 0; ///< by name, without those that were removed
  /// The kept session of this owner and template that is to be resumed next; nothing when there is
  /// none.
  virtual std::optional<domain::session_id> kept_session(domain::user_id owner,
                                                         domain::template_id from) const = 0;
};

} // namespace berth::eventstore
