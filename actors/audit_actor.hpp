#pragma once

#include "actors/audit.hpp"
#include "actors/log.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace berth::actors {

/// How auditors reach the log.
struct audit_collaborators {
  std::shared_ptr<const eventstore::event_log> log; ///< open to read; nobody else uses it
  std::function<eventstore::exported_page(std::uint64_t after, std::size_t limit)> export_page;
  log_verifier_actor verifier;
  logger to;
};

/// What the audit remembers between messages.
struct audit_state {
  static inline constexpr const char* name = "audit";

  audit_collaborators with;
  std::vector<caf::typed_response_promise<log_verified>> awaiting; ///< the verification under way
};

/// Spawn it detached: it waits for the disk.
audit_actor::behavior_type audit(audit_actor::stateful_pointer<audit_state> self,
                                 audit_collaborators with);

struct log_verifier_state {
  static inline constexpr const char* name = "log_verifier";
};

/// Spawn it detached, too: one verification may take minutes. `verify` may throw
/// verification_stopped.
log_verifier_actor::behavior_type
log_verifier(log_verifier_actor::stateful_pointer<log_verifier_state> self,
             std::function<eventstore::verification()> verify,
             std::function<domain::time_point()> now, logger to);

} // namespace berth::actors
