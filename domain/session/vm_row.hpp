#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace berth::domain {

/// The rows of the decision table, named after what was found. Their order is that of a VM's life.
enum class vm_row : std::uint8_t {
  // Wanted: a running VM.
  node_lost,          ///< its node has not answered for too long: another attempt
  not_visible,        ///< absent, and that proves nothing: wait
  vmid_free,          ///< its clone can be intended
  vmid_taken,         ///< somebody else has the VMID: another attempt
  resumed_missing,    ///< the kept VM is not there: wait for a second look
  resumed_gone,       ///< the kept VM does not exist any more: fail
  resumed_found,      ///< the kept VM's start can be intended
  renamed,            ///< it carries somebody else's name: another attempt
  clone_unsent,       ///< nothing is there, and no clone is known: clone
  clone_unseen,       ///< a clone is at work, or was accepted: wait
  clone_retried,      ///< the clone failed for now: another attempt
  clone_failed,       ///< the clone failed: what follows depends on why
  clone_vanished,     ///< accepted, and gone without a word: another attempt
  clone_under_way,    ///< locked or not named yet: wait
  clone_stuck,        ///< locked by a clone that is dead: another attempt
  cloned,             ///< its configuration can be intended
  missing,            ///< absent once: wait for a second look
  vanished,           ///< absent for sure: another attempt
  node_silent,        ///< its node does not answer: wait
  lock_left_behind,   ///< locked or nameless for long, by no task of ours: another attempt
  configuring_locked, ///< somebody holds it: wait
  configured,         ///< its tags name us: its start can be intended
  predecessor_runs,   ///< it may start when an earlier attempt's VM has stopped: wait
  unconfigured,       ///< set hardware and tags
  starting_locked,    ///< somebody holds it, or its start is at work: wait
  unstarted,          ///< start it
  start_failed,       ///< what follows depends on why
  running,            ///< the boot limit begins
  booting,            ///< no address yet: wait
  boot_overdue,       ///< no address in time: another attempt
  answering,          ///< the session is active
  // Wanted: a stopped VM, kept.
  keep_missing,     ///< absent once: wait for a second look
  keep_gone,        ///< absent for sure: nothing is kept
  keep_node_silent, ///< wait
  keep_renamed,     ///< never touched: quarantine
  keep_intended,    ///< its shutdown can be intended
  keep_locked,      ///< somebody holds it, or its shutdown is at work: wait
  kept,             ///< stopped: kept from now on
  shutdown_failed,  ///< again, later
  keep_running,     ///< shut it down
  // Wanted: no VM.
  doomed_missing,        ///< absent once, or a clone may still make it: wait
  doomed_gone,           ///< absent for sure: deleted
  doomed_node_silent,    ///< wait
  doomed_renamed,        ///< never touched: quarantine
  doomed_clone_stuck,    ///< locked by a clone that is dead: quarantine
  doomed_deletion_stuck, ///< locked by a deletion that is dead: quarantine
  doomed_locked,         ///< wait
  doomed_unnamed,        ///< it names nobody: wait
  doomed_nameless,       ///< it has named nobody for long: quarantine
  doomed_busy,           ///< a task is at work: wait
  doomed_intended,       ///< its deletion can be intended
  deletion_failed,       ///< again, later
  doomed_running,        ///< stop it
  doomed_stopped,        ///< destroy it
  // Wanted: nothing.
  not_ours, ///< the session has nothing to do with it: wait
};

constexpr std::size_t vm_rows = static_cast<std::size_t>(vm_row::not_ours) + 1;

/// The row's name as above, for people and metrics.
std::string_view to_string(vm_row row);

} // namespace berth::domain
