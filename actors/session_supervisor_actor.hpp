#pragma once

#include "actors/log.hpp"
#include "actors/session_actor.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace berth::actors {

/// Timer: time to start a session's actor again.
struct respawn_session {
  domain::session_id id;
};

/// Timer: a deadline may have come.
struct check_deadlines {
  domain::time_point of; ///< when the timer was set for
};

/// No timer of a deadline is set for longer: the wall clock may be set forward meanwhile.
constexpr domain::duration longest_nap = std::chrono::minutes{5};

/// The supervisor, and the messages it sends to itself.
using supervisor_interface =
    session_parent::extend<caf::reacts_to<respawn_session>, caf::reacts_to<check_deadlines>>;

/// What the supervisor remembers between messages.
struct supervisor_state {
  static inline constexpr const char* name = "session_supervisor";

  session_collaborators with;
  logger log;
  std::function<domain::ulid()> next_id;
  struct awake_session {
    session_interface actor;
    std::uint64_t handed_on = 0; ///< messages that it was given and counts when it answers
  };
  std::map<domain::session_id, awake_session> awake; ///< those that have an actor
  std::map<caf::actor_addr, domain::session_id> addresses;
  std::map<domain::session_id, std::uint32_t> crashes; ///< so far, of those not at rest since
  /// Deadlines to come, of sessions awake or at rest; some that no longer hold.
  std::set<std::pair<domain::time_point, domain::session_id>> deadlines;
  std::optional<domain::time_point> armed_for; ///< when the earliest timer fires
};

/// Starts every session that still owes something, then finds or makes the actor of whatever
/// session is named. One that owes nothing before its deadline has no actor: it is made anew from
/// the log when it is asked something, or when its deadline comes. One that dies is started again
/// after 1, 2, 4... up to 60 seconds: its debts are in the log.
supervisor_interface::behavior_type
session_supervisor(supervisor_interface::stateful_pointer<supervisor_state> self,
                   session_collaborators with, std::function<domain::ulid()> next_id, logger log);

} // namespace berth::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::respawn_session)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::check_deadlines)
