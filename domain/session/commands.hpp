#pragma once

#include "domain/ids.hpp"
#include "domain/placement/placement.hpp"
#include "domain/session/events.hpp"
#include "domain/template/vm_template.hpp"
#include "domain/time.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

/// What somebody wants of a session: people, timers, and the answers of Proxmox.
namespace berth::domain {

/// Where a session's next VM goes: the scheduler's choice, and a VMID nobody has had.
struct place_on {
  node_name node;
  vm_id vm;
  std::vector<considered_node> considered;
};

struct request_session {
  session_id id;
  user_id owner;
  template_id from_template;
  template_spec from;
  session_type type{};
  duration lifetime{}; ///< 30 to 240 minutes
  /// Where to clone to, or the session that keeps the VM to resume.
  std::variant<place_on, session_id> source;
};
/// The next attempt goes there.
struct assign_node {
  place_on to;
};
/// No node may take the next attempt.
struct report_no_capacity {
  std::string reason;
  double jitter = 1;
};
/// The kept VM is ours now.
struct take_over {
  vm_id vm;
  node_name node;
  session_id marked;
};
/// Whoever kept the VM to be resumed does so no longer.
struct give_up_resumption {
  std::string reason;
};

// Each of these moves provisioning one step on; `vm` guards against answers that come too late.
struct begin_clone {
  vm_id vm;
};
struct begin_configuration {
  vm_id vm;
};
struct begin_start {
  vm_id vm;
};
struct accept_task {
  vm_id vm;
  std::string upid;
};
struct confirm_start {
  vm_id vm;
};
struct activate {
  vm_id vm;
  node_name node;
  std::string address;
};
/// A step failed with a known outcome. `jitter`, 0.8 to 1.2, stretches the wait before the next
/// try.
struct report_fault {
  vm_id vm;
  fault_class fault{};
  std::string reason;
  double jitter = 1;
};
/// The attempt cannot be saved, whatever its step: a new VMID is needed.
struct abandon_attempt {
  vm_id vm;
  std::string reason;
  double jitter = 1;
};

struct extend {
  duration more{};
};
/// Somebody wants to see the desktop.
struct open_desktop {};
struct end {
  end_reason reason{};
  std::string detail;
};
/// A timer: the log decides whether the deadline has come.
struct reach_deadline {};

// What a look at the whole cluster has shown of an active or kept session's VM.
/// It does not exist any more. `detail` is for its owner.
struct lose_vm {
  vm_id vm;
  std::string detail;
};
struct note_move {
  vm_id vm;
  node_name node;
};

struct hand_over {
  session_id to;
};
struct discard {};

struct begin_shutdown {
  vm_id vm;
};
struct confirm_kept {
  vm_id vm;
  node_name node;
};
struct begin_deletion {
  vm_id vm;
};
struct report_teardown_fault {
  vm_id vm;
  std::string reason;
  double jitter = 1;
};
struct quarantine {
  vm_id vm;
  std::string reason;
};
struct confirm_deletion {
  vm_id vm;
};

using session_command =
    std::variant<request_session, assign_node, report_no_capacity, take_over, give_up_resumption,
                 begin_clone, begin_configuration, begin_start, accept_task, confirm_start,
                 activate, report_fault, abandon_attempt, extend, open_desktop, end, reach_deadline,
                 lose_vm, note_move, hand_over, discard, begin_shutdown, confirm_kept,
                 begin_deletion, report_teardown_fault, quarantine, confirm_deletion>;

} // namespace berth::domain
