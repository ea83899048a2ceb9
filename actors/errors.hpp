#pragma once

#include "domain/refusal.hpp"

#include <caf/error.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace berth::actors {

/// What can go wrong between actors. The text beside it says what, to a person.
enum class errc : std::uint8_t {
  invalid = 1,         ///< a value cannot be; the text begins with `field: ` where one is at fault
  not_in_this_state,   ///< the session has moved on
  no_capacity,         ///< no node may take one more VM
  unknown,             ///< nothing has this id
  transient,           ///< Proxmox: try the same again, later
  capacity,            ///< Proxmox: this node or storage has no room
  permanent,           ///< Proxmox: this can never succeed
  cluster_unavailable, ///< Proxmox as a whole refuses or does not answer; no session is to blame
  outcome_unknown,     ///< Proxmox may or may not have acted: look
  not_ours,            ///< the VM's marks name somebody else: never touch it
  log_refused,         ///< nothing was written; the disk is full
  log_failed,          ///< the log is out of order until the process starts anew
  busy,                ///< too many wait already
  quota_exceeded,      ///< the user has as many sessions as they may
  in_progress,         ///< the same request is under way
  key_reused,          ///< another request had the same idempotency key
  changed_meanwhile,   ///< it is at another version than the asker has seen
  wrong_password,      ///< the current password is another
  not_configured,      ///< the operator has not set this up
  gateway_unavailable, ///< the desktop gateway refuses or does not answer
  mail_refused,        ///< the mail server refuses or does not answer
};

std::string_view to_string(errc code);

/// Carries `text` to whoever asked.
caf::error make_error(errc code, std::string text);

caf::error make_error(const domain::refusal& why);

/// The code of an error made above; nothing for those of CAF itself (timeouts, dead actors).
std::optional<errc> code_of(const caf::error& why);

/// The text of an error made above, or CAF's own rendering.
std::string text_of(const caf::error& why);

} // namespace berth::actors
