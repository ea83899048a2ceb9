#pragma once

#include "actors/log.hpp"
#include "actors/session_actor.hpp"

#include <chrono>
#include <functional>
#include <map>

namespace berth::actors {

/// Timer: time to start a session's actor again.
struct respawn_session {
  domain::session_id id;
};

/// The supervisor, and the message it sends to itself.
using supervisor_interface = session_parent::extend<caf::reacts_to<respawn_session>>;

/// What the supervisor remembers between messages.
struct supervisor_state {
  static inline constexpr const char* name = "session_supervisor";

  session_collaborators with;
  logger log;
  std::function<domain::ulid()> next_id;
  std::map<domain::session_id, session_interface> sessions;
  std::map<caf::actor_addr, domain::session_id> addresses;
  std::map<domain::session_id, std::uint32_t> crashes; ///< so far, of sessions that are not over
};

/// Starts every session that still owes something, then finds or makes the actor of whatever
/// session is named. One that dies is started again after 1, 2, 4... up to 60 seconds: its debts
/// are in the log.
supervisor_interface::behavior_type
session_supervisor(supervisor_interface::stateful_pointer<supervisor_state> self,
                   session_collaborators with, std::function<domain::ulid()> next_id, logger log);

} // namespace berth::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::respawn_session)
