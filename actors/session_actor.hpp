#pragma once

#include "actors/accounts.hpp"
#include "actors/meter.hpp"
#include "actors/protocol.hpp"
#include "domain/session/next_actions.hpp"
#include "domain/session/vm_plan.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <set>

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace berth::actors {

/// Only what keeps a session from hearing anything else, or goes beyond this process, is waited for
/// with a timer: those who are asked here answer or end, and a timer costs more than the question.
constexpr auto commit_timeout = std::chrono::seconds{30};
constexpr auto handover_timeout = std::chrono::seconds{30};
constexpr auto look_timeout = std::chrono::minutes{2};
constexpr auto order_timeout = std::chrono::minutes{5};
/// After an answer that tells nothing, the next look waits this long.
constexpr auto patience = std::chrono::seconds{5};

/// Timer: time to go on with a VM.
struct resume_tending {
  domain::vm_id vm;
};
/// Timer: time to ask for a node.
struct resume_placing {};
/// From the supervisor: the deadline may have come. A hint: the log decides.
struct deadline_reached {};

/// To the supervisor: the session must be told when this deadline comes, whether its actor lives
/// then or not.
struct watch_deadline {
  domain::session_id id;
  domain::time_point at;
};
/// To the supervisor: this session owes nothing, and nobody needs its actor unless more was handed
/// to it than it has answered.
struct session_idle {
  domain::session_id id;
  std::uint64_t answered = 0; ///< of what was handed to the actor
};

/// The session, and the messages it sends to itself.
using session_interface =
    session_actor::extend<caf::reacts_to<resume_tending>, caf::reacts_to<resume_placing>,
                          caf::reacts_to<deadline_reached>>;

/// The supervisor as its sessions see it.
using session_parent =
    session_supervisor_actor::extend<caf::reacts_to<watch_deadline>, caf::reacts_to<session_idle>>;

/// Whom a session works with.
struct session_collaborators {
  journal_actor journal;
  scheduler_actor scheduler;
  hypervisor_actor hypervisor;
  accounts_actor accounts;
  std::function<domain::time_point()> now;
  std::uint64_t seed = 0; ///< of the jitter of its retries
  std::shared_ptr<meter> metrics = silent_meter();
};

/// What a session remembers between messages. Rebuilt from the log, never saved.
struct session_state {
  static inline constexpr const char* name = "session";

  domain::session_id id;
  session_collaborators with;
  session_parent parent;
  domain::session session;    ///< folded from events 1..version
  std::uint64_t version = 0;  ///< of the stream
  std::uint64_t position = 0; ///< in the log, of the last event folded
  domain::ulid correlation;   ///< of the request that began it

  std::map<domain::vm_id, domain::vm_watch> tended; ///< VMs being looked after, with what was seen
  bool placing = false;                             ///< a node has been asked for, or soon will be
  bool claiming = false;                            ///< the kept VM has been asked for
  domain::time_point watched_for;                   ///< the deadline that the supervisor watches
  std::uint64_t answered = 0;                       ///< of what the supervisor has handed on
  std::minstd_rand random;                          ///< small: there is one for each session
};

/// Whether the log may hold something of a session.
enum class session_past : std::uint8_t { none, unknown };

/// One VM session: decides, commits, folds, acts. `id` need not exist yet; the log is not asked for
/// one that is new.
session_interface::behavior_type session(session_interface::stateful_pointer<session_state> self,
                                         domain::session_id id, session_past past,
                                         session_collaborators with, session_parent parent);

} // namespace berth::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::resume_tending)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::resume_placing)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::deadline_reached)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::watch_deadline)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::session_idle)
