#include "domain/broken_rule.hpp"

#include <iterator>

namespace berth::domain {

std::string_view to_string(rule one) {
  constexpr std::string_view names[] = {
      "clones_are_intended",
      "starts_are_intended",
      "deletions_are_intended",
      "vmids_count_up",
      "vmids_are_never_free_again",
      "versions_are_checked",
      "commands_are_answered_once",
      "commits_precede_answers",
      "commits_are_synced",
      "failed_commits_are_told",
      "marks_are_read",
      "absence_is_proven",
      "one_vm_per_session",
      "kept_vms_are_kept",
      "deletion_never_gives_up",
      "dead_clones_are_left",
      "boots_have_a_limit",
      "deadlines_are_watched",
      "the_log_knows_deadlines",
      "quotas_hold",
      "reservations_count",
      "closed_nodes_get_nothing",
      "places_are_still_open",
      "late_clones_are_removed",
      "lost_vms_are_noticed",
      "lists_follow_the_log",
      "clones_are_few",
      "secrets_stay_secret",
  };
  static_assert(std::size(names) == rules);
  return names[static_cast<std::size_t>(one)];
}

} // namespace berth::domain
