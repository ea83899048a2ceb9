#pragma once

#include "actors/messages.hpp"

#include <caf/typed_actor.hpp>

/// Who may say what to whom. Ports to the outside world are among them.
namespace berth::actors {

/// Hears of commits.
using commit_watcher = caf::typed_actor<caf::reacts_to<commit_seen>>;

/// Asks to be told of each commit from now on, with high priority: before anybody else, so that
/// nobody can learn of it and find the watcher behind. The first may overtake the answer to this.
struct watch_commits {
  commit_watcher watcher;
};

/// Owns the event log and its thread: the only actor that waits for the disk.
using journal_actor = caf::typed_actor<
    // Answers when the events are durable: with them, or with `log_refused`, `log_failed`, or
    // `not_in_this_state` when somebody else wrote to the stream. A command that was answered
    // before gets its first events again.
    caf::replies_to<append_events>::with<event_page>,
    // The whole stream; empty when unknown.
    caf::replies_to<read_stream>::with<stream_history>,
    // In order: at once what is there, or the next commit. At most 500 events at a time.
    caf::replies_to<next_events>::with<event_page>,
    // For whoever answers others from memory.
    caf::replies_to<watch_commits>::with<watching_commits>,
    // How a command was answered before, so that a repeat gets the same answer.
    caf::replies_to<find_command>::with<event_page>,
    // What is not in the memory of whoever began with what was unfinished.
    caf::replies_to<recall_sessions>::with<stream_history>,
    // Counts up for ever; fails with `no_capacity` at the end of the range.
    caf::replies_to<take_vmid>::with<domain::vm_id>,
    // For a log that is older than the cluster; forgotten with the journal.
    caf::reacts_to<skip_vmids>,
    // What a restart has to go on with.
    caf::replies_to<read_debts>::with<debts>>;

/// One VM session. Answers only what is durable.
using session_actor = caf::typed_actor<
    // Finds a node, commits the request, answers; the rest goes on by itself. `no_capacity` leaves
    // no trace.
    caf::replies_to<launch_session>::with<session_view>,
    // Ends it for good; ending twice changes nothing.
    caf::replies_to<end_session>::with<session_view>,
    // Moves the deadline, up to the policy's total.
    caf::replies_to<extend_session>::with<session_view>,
    // Commits that its desktop was asked for; refused unless it is active.
    caf::replies_to<note_desktop_opened>::with<session_view>,
    // Ends it, or what it keeps, unless it has done with that VM already.
    caf::replies_to<note_vm_lost>::with<session_view>,
    // Follows its VM, while it is active or kept.
    caf::replies_to<note_vm_moved>::with<session_view>,
    // Destroys the VM it keeps.
    caf::replies_to<discard_vm>::with<session_view>,
    // Gives the VM it keeps to a newer session of the same owner and template.
    caf::replies_to<hand_over_vm>::with<handed_over_vm>,
    // The current state.
    caf::replies_to<get_session>::with<session_view>>;

/// Finds or makes the actor of a session, and starts anew those that die while something is owed.
using session_supervisor_actor = caf::typed_actor<
    // Each is handed on to the session it names; `unknown` when there is none.
    caf::replies_to<launch_session>::with<session_view>,
    caf::replies_to<end_session>::with<session_view>,
    caf::replies_to<extend_session>::with<session_view>,
    caf::replies_to<note_desktop_opened>::with<session_view>,
    caf::replies_to<note_vm_lost>::with<session_view>,
    caf::replies_to<note_vm_moved>::with<session_view>,
    caf::replies_to<discard_vm>::with<session_view>,
    caf::replies_to<hand_over_vm>::with<handed_over_vm>,
    caf::replies_to<get_session>::with<session_view>>;

/// Whoever wants to know how loaded the nodes are.
using load_listener_actor = caf::typed_actor<
    // One sample of one node, as soon as it is there.
    caf::reacts_to<node_load>>;

/// Chooses nodes by published load plus what was placed and cannot be measured yet.
using scheduler_actor = load_listener_actor::extend<
    // Reserves what it answers. Fails with `no_capacity` and the nodes' numbers; just after its
    // start only when all nodes have been measured, or when that takes too long.
    caf::replies_to<place_session>::with<placement>,
    // The newest sample and the reservations of every registered node.
    caf::replies_to<get_node_loads>::with<node_loads>>;

/// Remembers the newest measurements of each node. They are weather: a restart forgets them.
using load_history_actor = load_listener_actor::extend<
    // Up to 60 of each node, without those of nodes that were removed.
    caf::replies_to<get_recent_loads>::with<recent_loads>>;

/// Answers lists from the read model, which it keeps up with the log.
using session_directory_actor = caf::typed_actor<
    // Sessions, newest first.
    caf::replies_to<list_sessions>::with<session_list>,
    // Those that exist, in order of ids.
    caf::replies_to<find_sessions>::with<session_list>,
    // Templates that people may pick, by name.
    caf::replies_to<list_templates>::with<template_list>,
    // The kept VM that a persistent launch would resume, if any.
    caf::replies_to<find_kept_session>::with<kept_session>,
    // Every registered node, by name.
    caf::replies_to<list_nodes>::with<node_list>>;

/// Whoever wants to see everything as it happens.
using telemetry_listener_actor = caf::typed_actor<
    // Takes a batch; the next comes after the answer. One that does not answer for a minute is
    // ended: it may come again and name the position it has reached.
    caf::replies_to<telemetry_batch>::with<telemetry_acknowledged>>;

/// Asks for every event after `after`, and for the loads of all nodes.
struct subscribe_telemetry {
  telemetry_listener_actor listener;
  std::uint64_t after = 0;
};

/// Shows committed events and node loads to its subscribers, each at its own speed.
using telemetry_hub_actor = load_listener_actor::extend<
    // Begins at once, and goes on until the listener ends.
    caf::reacts_to<subscribe_telemetry>>;

/// PORT to Proxmox. Implemented by adapters/proxmox, faked in tests.
using hypervisor_actor = caf::typed_actor<
    // What a fresh look shows. Looks are paced here: one that follows another waits for the end of
    // its period. Fails with `cluster_unavailable` alone: everything else is in the sighting.
    caf::replies_to<look_at_vm>::with<domain::vm_sighting>,
    // Answers when Proxmox has taken the call, which is not yet done then. Fails with `transient`,
    // `capacity`, `permanent`, `cluster_unavailable`, `outcome_unknown` or `not_ours`.
    caf::replies_to<carry_out>::with<order_accepted>,
    // A node that does not answer is a sample, too. Fails with `cluster_unavailable`.
    caf::replies_to<sample_node>::with<domain::node_sample>,
    // A list of the whole cluster, paced like looks. Fails with `cluster_unavailable` alone.
    caf::replies_to<survey_vms>::with<domain::vm_survey>,
    // Costs a call per node and storage. Fails with `cluster_unavailable` alone.
    caf::replies_to<list_volumes>::with<domain::volume_list>,
    // What is there now. Both fail with `cluster_unavailable` alone.
    caf::replies_to<inspect_template>::with<template_facts>,
    caf::replies_to<inspect_node>::with<node_facts>,
    // Fails with `transient` while the guest does not answer, with `permanent` when it refuses,
    // with `unknown` when the VM is gone, and else like an order.
    caf::replies_to<set_guest_password>::with<guest_password_set>>;

} // namespace berth::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::subscribe_telemetry)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::watch_commits)
