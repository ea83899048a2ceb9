#pragma once

#include "actors/accounts.hpp"

#include <optional>

namespace berth::http {

/// What somebody wants to do. Routes name one each; nothing else decides who may.
enum class action {
  use_account,   ///< their own profile, password and tokens
  launch,        ///< begin a session
  see_session,   ///< look at a session
  steer_session, ///< extend it, end it, discard its VM
  open_desktop,  ///< sit down at it
  see_all,       ///< everybody's sessions, users, nodes, the audit
  administer,    ///< change what is not one's own
};

/// The one place that says who may do what. `owner` is whose session it is about; leave it out to
/// ask whether `who` may do such a thing at all.
bool authorize(const actors::caller& who, action wanted,
               std::optional<domain::user_id> owner = std::nullopt);

} // namespace berth::http
