#pragma once

#include "actors/event_list.hpp"
#include "domain/node/node.hpp"
#include "domain/placement/placement.hpp"
#include "domain/reconciliation/vm_survey.hpp"
#include "domain/secret.hpp"
#include "domain/session/session.hpp"
#include "domain/session/vm_order.hpp"
#include "domain/session/vm_sighting.hpp"
#include "domain/template/vm_template.hpp"
#include "eventstore/event_log.hpp"
#include "eventstore/read_model.hpp"

#include <caf/allowed_unsafe_message_type.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Every message between actors. Messages never leave the process: the log's JSON is the only
/// serialised form.
namespace berth::actors {

// -- journal ------------------------------------------------------------------

/// Asks for a commit; see eventstore::event_log::append. The sender encodes: all wait for the
/// journal.
struct append_events {
  explicit append_events(eventstore::append_request wanted) : request{std::move(wanted)} {
    eventstore::encode_events(request);
  }

  eventstore::append_request request;
};
/// Asks for one stream, oldest event first.
struct read_stream {
  std::string stream;
};
struct stream_history {
  std::vector<eventstore::recorded_event> events;
};
/// How much of what the log held at the journal's start somebody wants; see
/// eventstore::event_log::unfinished.
enum class past : std::uint8_t { whole, unfinished };
/// Asks for what follows `after`: answered at once when there is something, otherwise with the next
/// commit.
struct next_events {
  std::uint64_t after = 0;
  past of = past::whole;
};
/// Empty only when nothing was found; the next page starts after the last position in it.
struct event_page {
  event_list events;
  std::uint64_t head = 0; ///< the newest position when the page was read
};
/// What one commit has written.
struct commit_seen {
  event_list events;
};
struct watching_commits {
  std::uint64_t head = 0; ///< the newest position: every commit after it will be told of
};
/// Asks with what events a command was answered before; an empty page when it was not.
struct find_command {
  domain::ulid command;
};
/// Asks for the streams of these sessions, for those that reserved these VMIDs, and for those to
/// whom any of them handed its VM over; what is unknown is left out. Whole streams, in the order of
/// the log.
struct recall_sessions {
  std::vector<domain::session_id> sessions;
  std::vector<domain::vm_id> vms;
};
/// Asks for a VMID of our range that was never handed out before.
struct take_vmid {};
/// Never hands out VMIDs up to `through`.
struct skip_vmids {
  domain::vm_id through;
};
/// Asks which sessions still owe something, and where the log ends.
struct read_debts {};
struct debts {
  std::vector<domain::session_id> open_sessions;
  std::uint64_t head = 0;
};

// -- session ------------------------------------------------------------------

/// Somebody wants a VM. A repeat with the same `command` is answered with the first session, for as
/// long as `repeat_window`; one that wants something else fails with `key_reused`.
struct launch_session {
  domain::user_id owner;
  domain::template_id from_template;
  domain::template_spec from;
  domain::session_type type{};
  domain::duration lifetime{};
  std::optional<domain::session_id> resumes; ///< the session whose kept VM is to be woken
  domain::ulid command;
  std::optional<domain::ulid> earlier_command; ///< under which the request may have come before
};
enum class end_by : std::uint8_t { owner, admin };
struct end_session {
  domain::session_id id;
  domain::user_id by;
  end_by as{};
  std::string detail;
};
struct extend_session {
  domain::session_id id;
  domain::user_id by;
  domain::duration more{};
};
/// Records that somebody has asked for the desktop.
struct note_desktop_opened {
  domain::session_id id;
  domain::user_id by;
};
/// Destroys the VM that a persistent session kept.
struct discard_vm {
  domain::session_id id;
  domain::user_id by;
};
/// The session's VM does not exist any more; `detail` tells its owner why the session ends.
struct note_vm_lost {
  domain::session_id id;
  domain::vm_id vm;
  std::string detail;
};
/// The session's VM is on another node.
struct note_vm_moved {
  domain::session_id id;
  domain::vm_id vm;
  domain::node_name node;
};
struct get_session {
  domain::session_id id;
};
/// Asks a session that keeps a VM to hand it over to `to`. A repeat is answered alike.
struct hand_over_vm {
  domain::session_id id;
  domain::session_id to;
};
struct handed_over_vm {
  domain::vm_id vm;
  domain::node_name node;
  domain::session_id marked;
};
/// A session as it is now, and the position of the last commit it contains.
struct session_view {
  domain::session session;
  std::uint64_t version = 0;
  std::uint64_t position = 0;
  bool is_repeat = false; ///< the launch had been answered before
};

// -- placement ----------------------------------------------------------------

struct place_session {
  domain::session_id id;
  domain::placement_request wanted;
};
struct placement {
  domain::node_name node;
  std::vector<domain::considered_node> considered;
  eventstore::stream_version seen; ///< the node when it was chosen: the placement rests on it
};
/// A fresh measurement, or the news that the node does not answer (online = false).
struct node_load {
  domain::node_sample sample;
};
/// Asks for the newest measurement of every registered node.
struct get_node_loads {};
struct node_loads {
  std::vector<domain::candidate> nodes;
};

/// Asks for what was measured since the start, the newest of each node.
struct get_recent_loads {};
struct recent_loads {
  std::map<domain::node_name, std::vector<domain::node_sample>> recent; ///< online, oldest first
};

// -- hypervisor port ----------------------------------------------------------

/// Asks for a look that begins after this message. All looks of one period share the same calls.
struct look_at_vm {
  domain::vm_id vm;
  domain::session_id marked; ///< whose name its marks must bear
  domain::vm_id
      cloned_from;  ///< the template's VMID, to find the task of a clone whose answer was lost
  std::string upid; ///< the task to report on; empty: none
  bool want_power = false; ///< ask its node for the power state now: costs a call for this VM alone
  bool want_address = false;   ///< ask the guest, too: costs a call for this VM alone
  std::uint32_t want_port = 0; ///< try to connect to this port of the address; 0: do not
};
struct carry_out {
  domain::vm_order order;
};
/// Proxmox took the call; `upid` is empty when it is done already.
struct order_accepted {
  std::string upid;
};
struct sample_node {
  domain::node_name node;
};
/// Asks what Proxmox knows of a template.
struct inspect_template {
  domain::vm_id source;
};
struct template_facts {
  bool exists = false;
  bool is_template = false;
  domain::node_name node;
  std::uint32_t cpu_cores = 0;
  std::uint32_t ram_mb = 0;  ///< MiB
  std::uint32_t disk_gb = 0; ///< GiB, of the largest disk
};
/// Asks whether the cluster has such a node.
struct inspect_node {
  domain::node_name node;
};
struct node_facts {
  bool exists = false;
  bool online = false;
};
/// Asks which VMs of these VMIDs the cluster has, both ends included.
struct survey_vms {
  domain::vm_id first;
  domain::vm_id last;
};
/// Asks which disk images of VMs with these VMIDs the storages of the cluster hold.
struct list_volumes {
  domain::vm_id first;
  domain::vm_id last;
};
/// Gives an account of the guest a password, by the guest agent.
struct set_guest_password {
  domain::vm_id vm;
  domain::session_id marked;
  std::string user;
  domain::secret password;
};
struct guest_password_set {};

// -- directory and telemetry --------------------------------------------------

/// All of these are answered only when the answer contains everything up to `at_least`, so that
/// people read their own writes.
struct list_sessions {
  eventstore::session_filter wanted;
  std::uint64_t at_least = 0;
};
struct session_list {
  std::vector<eventstore::session_row> sessions;
  std::uint64_t position = 0; ///< of the newest event that it contains
};
struct list_templates {
  std::uint64_t at_least = 0;
};
struct template_list {
  std::vector<eventstore::template_row> templates;
};
/// Asks for the rows of these sessions.
struct find_sessions {
  std::vector<domain::session_id> ids;
  std::uint64_t at_least = 0;
};
/// Asks which session keeps a VM of this owner and template to be resumed.
struct find_kept_session {
  domain::user_id owner;
  domain::template_id from_template;
  std::uint64_t at_least = 0;
};
struct kept_session {
  std::optional<domain::session_id> id;
};
struct list_nodes {
  std::uint64_t at_least = 0;
};
struct node_list {
  std::vector<eventstore::node_row> nodes;
};
/// What has happened since the last batch: events without a gap, and of the loads only the newest
/// of each node. Never empty.
struct telemetry_batch {
  event_list events; ///< up to 500, the same for all who are as far; there may be more at once
  std::vector<domain::node_sample> loads;
};
/// Ready for the next batch.
struct telemetry_acknowledged {};

} // namespace berth::actors

#define BERTH_MESSAGE(type) CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::type)
BERTH_MESSAGE(actors::append_events)
BERTH_MESSAGE(actors::read_stream)
BERTH_MESSAGE(actors::stream_history)
BERTH_MESSAGE(actors::next_events)
BERTH_MESSAGE(actors::event_page)
BERTH_MESSAGE(actors::commit_seen)
BERTH_MESSAGE(actors::watching_commits)
BERTH_MESSAGE(actors::find_command)
BERTH_MESSAGE(actors::recall_sessions)
BERTH_MESSAGE(actors::take_vmid)
BERTH_MESSAGE(actors::read_debts)
BERTH_MESSAGE(actors::debts)
BERTH_MESSAGE(actors::launch_session)
BERTH_MESSAGE(actors::end_session)
BERTH_MESSAGE(actors::extend_session)
BERTH_MESSAGE(actors::discard_vm)
BERTH_MESSAGE(actors::get_session)
BERTH_MESSAGE(actors::hand_over_vm)
BERTH_MESSAGE(actors::handed_over_vm)
BERTH_MESSAGE(actors::session_view)
BERTH_MESSAGE(actors::place_session)
BERTH_MESSAGE(actors::placement)
BERTH_MESSAGE(actors::node_load)
BERTH_MESSAGE(actors::get_node_loads)
BERTH_MESSAGE(actors::node_loads)
BERTH_MESSAGE(actors::get_recent_loads)
BERTH_MESSAGE(actors::recent_loads)
BERTH_MESSAGE(actors::look_at_vm)
BERTH_MESSAGE(actors::carry_out)
BERTH_MESSAGE(actors::order_accepted)
BERTH_MESSAGE(actors::sample_node)
BERTH_MESSAGE(actors::survey_vms)
BERTH_MESSAGE(actors::list_volumes)
BERTH_MESSAGE(actors::list_sessions)
BERTH_MESSAGE(actors::session_list)
BERTH_MESSAGE(actors::list_templates)
BERTH_MESSAGE(actors::template_list)
BERTH_MESSAGE(actors::find_sessions)
BERTH_MESSAGE(actors::note_desktop_opened)
BERTH_MESSAGE(actors::note_vm_lost)
BERTH_MESSAGE(actors::note_vm_moved)
BERTH_MESSAGE(actors::skip_vmids)
BERTH_MESSAGE(actors::inspect_template)
BERTH_MESSAGE(actors::template_facts)
BERTH_MESSAGE(actors::inspect_node)
BERTH_MESSAGE(actors::node_facts)
BERTH_MESSAGE(actors::set_guest_password)
BERTH_MESSAGE(actors::guest_password_set)
BERTH_MESSAGE(actors::find_kept_session)
BERTH_MESSAGE(actors::kept_session)
BERTH_MESSAGE(actors::list_nodes)
BERTH_MESSAGE(actors::node_list)
BERTH_MESSAGE(actors::telemetry_batch)
BERTH_MESSAGE(actors::telemetry_acknowledged)
BERTH_MESSAGE(domain::vm_id)
BERTH_MESSAGE(domain::vm_sighting)
BERTH_MESSAGE(domain::vm_survey)
BERTH_MESSAGE(domain::volume_list)
BERTH_MESSAGE(domain::node_sample)
BERTH_MESSAGE(eventstore::template_row)
#undef BERTH_MESSAGE
