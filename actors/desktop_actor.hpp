#pragma once

#include "actors/desktops.hpp"
#include "actors/log.hpp"
#include "actors/protocol.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>

namespace berth::actors {

/// So long the end of a session's links is not tried again.
constexpr auto revoke_retry = std::chrono::seconds{30};

/// Whom the desktops work with.
struct desktop_collaborators {
  session_supervisor_actor supervisor;
  hypervisor_actor hypervisor;
  desktop_gateway_actor gateway; ///< invalid: the operator has not set one up
  journal_actor journal;
  std::function<std::uint64_t()> random; ///< nobody can foresee it: passwords are made of it
  logger log;
};

/// Timer: time to end the links of a session again.
struct revoke_again {
  domain::session_id session;
};

/// The desktops, and the message that they send to themselves.
using desktop_interface = desktop_actor::extend<caf::reacts_to<revoke_again>>;

struct desktop_state {
  static inline constexpr const char* name = "desktops";

  /// Askings for one session's desktop.
  struct openings {
    std::size_t under_way = 0;
    bool is_over = false; ///< the session has ended meanwhile
  };

  desktop_collaborators with;
  std::map<domain::session_id, openings> opening;
};

/// Opens desktops, and closes them when their session ends: for that it follows the log from its
/// present end. Ends when the journal does.
desktop_interface::behavior_type desktops(desktop_interface::stateful_pointer<desktop_state> self,
                                          desktop_collaborators with);

} // namespace berth::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::revoke_again)
