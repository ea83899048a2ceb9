#pragma once

#include "actors/journal_actor.hpp"
#include "actors/log.hpp"
#include "actors/protocol.hpp"
#include "actors/reconciler.hpp"
#include "domain/reconciliation/reconcile.hpp"
#include "domain/session/vm_plan.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace berth::actors {

constexpr domain::duration between_surveys = std::chrono::minutes{1};
constexpr domain::duration between_volume_lists = std::chrono::minutes{15};

/// Whom the reconciler works with.
struct reconciler_collaborators {
  journal_actor journal;
  session_supervisor_actor supervisor;
  hypervisor_actor hypervisor;
  std::function<domain::time_point()> now;
  vmid_range vmids;
  std::uint64_t seed = 0; ///< of the jitter of its retries
  logger log;
};

/// Timer: time for a survey. One that was set for another time is out of date.
struct survey_due {
  domain::time_point at;
};
/// Timer: time to go on with the removal of a late clone.
struct resume_removal {
  domain::vm_id vm;
};

/// The reconciler, and the messages it sends to itself.
using reconciler_interface =
    reconciler_actor::extend<caf::reacts_to<survey_due>, caf::reacts_to<resume_removal>>;

/// What the reconciler remembers between messages.
struct reconciler_state {
  static inline constexpr const char* name = "reconciler";

  /// A removal under way: what its looks add up to, and its task.
  struct removal {
    domain::vm_watch watch;
    std::string upid;
  };

  reconciler_collaborators with;

  // Folded from the log.
  domain::claim_ledger ledger;
  domain::reconciliation known;
  std::deque<settled_difference> settled; ///< newest first
  std::uint64_t version = 0;              ///< of the stream about differences
  std::uint64_t position = 0;             ///< of the last event that came in order

  // Of this life alone.
  domain::suspicions suspected;
  std::optional<domain::time_point> surveyed_at;
  bool is_complete = false;
  std::string why_not = "no survey yet";
  std::optional<domain::time_point> volumes_listed_at;
  std::vector<std::string> unread;
  domain::time_point next_at;
  bool is_surveying = false;
  bool is_asked_again = false;   ///< somebody wants another survey than the one under way
  bool are_volumes_asked = true; ///< for the next survey, however old the last list is
  domain::vm_id skipped;         ///< VMIDs up to this one will not be handed out
  std::map<domain::vm_id, removal> removals;
  std::mt19937_64 random;
};

using reconciler_pointer = reconciler_interface::stateful_pointer<reconciler_state>;

/// Surveys the cluster at its start, every minute, half a minute after whatever looks wrong, and on
/// demand; writes each difference that two surveys have shown, and each end of one. Tells sessions
/// whose VMs are lost or have moved, and destroys late clones, whose marks must name the session
/// that made them. Everything else is for a person to see to. Ends when the journal does.
reconciler_interface::behavior_type reconciler(reconciler_pointer self,
                                               reconciler_collaborators with);

/// Appends to the stream about differences and folds it; then calls `done` with whether it was
/// written. Nothing else runs meanwhile. A log that is out of order ends the actor.
void append_differences(reconciler_pointer self, std::vector<domain::reconciliation_event> events,
                        std::function<void(bool written)> done);

} // namespace berth::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::survey_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::resume_removal)
