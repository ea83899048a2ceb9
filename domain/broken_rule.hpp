#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/// Rules that can be broken on purpose, one at a time, to see whether the simulation notices. Only
/// a build with the option `breakable` can; in every other build nothing of this is left.
namespace berth::domain {

enum class rule : std::uint8_t {
  clones_are_intended,        ///< no clone before its intent is in the log
  starts_are_intended,        ///< no start before its intent
  deletions_are_intended,     ///< no stop and no deletion before its intent
  vmids_count_up,             ///< every attempt has a VMID of its own
  vmids_are_never_free_again, ///< also after a restart
  versions_are_checked,       ///< an append names the version that it has seen
  commands_are_answered_once, ///< a repeat gets the first answer
  commits_precede_answers,    ///< nothing is said that is not durable
  commits_are_synced,         ///< durable means on the disk
  failed_commits_are_told,    ///< what is not on the disk is not called so
  marks_are_read,             ///< a VM is ours by its name, not by its number
  absence_is_proven,          ///< only a complete list shows that a VM is gone
  one_vm_per_session,         ///< an attempt's VM starts when the last one's is gone
  kept_vms_are_kept,          ///< the end of a persistent session destroys nothing
  deletion_never_gives_up,    ///< it is tried again soon, for ever
  dead_clones_are_left,       ///< a clone that died, or any lock left behind, costs an attempt
  boots_have_a_limit,         ///< a guest that stays mute costs an attempt
  deadlines_are_watched,      ///< a timer is set for every deadline, after a restart too
  the_log_knows_deadlines,    ///< a timer that comes early ends nothing
  quotas_hold,                ///< nobody has more sessions than they may
  reservations_count,         ///< what was placed takes room before it can be measured
  closed_nodes_get_nothing,   ///< a node that is drained gets no more sessions
  places_are_still_open,      ///< also when it is drained while they are being placed
  late_clones_are_removed,    ///< a VM that appears after its session was closed goes
  lost_vms_are_noticed,       ///< a session whose VM is gone ends
  lists_follow_the_log,       ///< the read model takes every event
  clones_are_few,             ///< only so many at once
  secrets_stay_secret,        ///< the token is in no line of the log
};
constexpr std::size_t rules = static_cast<std::size_t>(rule::secrets_stay_secret) + 1;

#ifdef BERTH_BREAKABLE
constexpr bool breakable = true;
/// The rule that is broken now, if any.
inline std::optional<rule> broken_rule;
inline bool is_broken(rule one) {
  return broken_rule == one;
}
#else
constexpr bool breakable = false;
constexpr bool is_broken(rule) {
  return false;
}
#endif

/// The rule's name as above.
std::string_view to_string(rule one);

} // namespace berth::domain
