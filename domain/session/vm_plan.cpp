#include "domain/session/vm_plan.hpp"

#include "domain/session/session_policy.hpp"

#include <algorithm>
#include <utility>

namespace berth::domain {

namespace {

/// One look, with everything a row of the table may ask.
struct look {
  const session& s;
  const vm_sighting& seen;
  const vm_watch& watch;
  time_point now;
  double jitter;

  bool task_runs() const { return seen.task == task_state::running; }
  bool gone() const { return seen.complete && watch.absences >= 2; }
  bool stuck_for(duration limit) const {
    return watch.stuck_since && now - *watch.stuck_since >= limit;
  }
  bool offline_for(duration limit) const {
    return watch.offline_since && now - *watch.offline_since >= limit;
  }
};

std::string name_of(vm_id vm) {
  return "VM " + std::to_string(vm.value);
}

// -- wanted: a running VM with an address -------------------------------------

vm_step abandon(const look& l, const provisioning& p, std::string reason) {
  return session_command{abandon_attempt{p.vm.vm, std::move(reason), l.jitter}};
}

vm_step fault(const look& l, const provisioning& p) {
  return session_command{report_fault{p.vm.vm, l.seen.task_fault, l.seen.task_error, l.jitter}};
}

/// An order waits for its retry time; everything else does not.
vm_step order(const look& l, time_point retry_at, vm_order wanted) {
  if (l.now < retry_at)
    return look_again{};
  return wanted;
}

vm_step plan_placed(const look& l, const provisioning& p) {
  if (p.resumed) {
    if (l.gone())
      return session_command{
          report_fault{p.vm.vm, fault_class::permanent,
                       "the kept " + name_of(p.vm.vm) + " does not exist any more", l.jitter}};
    return l.seen.present ? vm_step{session_command{begin_start{p.vm.vm}}} : look_again{};
  }
  if (l.seen.present)
    return abandon(l, p, name_of(p.vm.vm) + " exists already, and it is not ours");
  return session_command{begin_clone{p.vm.vm}};
}

vm_step plan_clone_absent(const look& l, const provisioning& p) {
  switch (l.seen.task) {
  case task_state::running:
    return look_again{};
  case task_state::failed:
    // The clone cleaned up after itself. Its VMID is spent: a transient cause gets a new attempt,
    // not a new try.
    if (l.seen.task_fault == fault_class::transient)
      return abandon(l, p, l.seen.task_error);
    return fault(l, p);
  case task_state::none:
  case task_state::unknown:
  case task_state::succeeded:
    break;
  }
  if (p.upid.empty()) // Never sent, or its answer was lost: the same VMID can be made only once.
    return order(l, p.retry_at, clone_vm{p.vm.vm, p.vm.marked, l.s.from.source, p.vm.node});
  if (l.gone())
    return abandon(l, p, name_of(p.vm.vm) + " vanished after its clone was accepted");
  return look_again{};
}

vm_step plan_cloning(const look& l, const provisioning& p) {
  if (!l.seen.present)
    return plan_clone_absent(l, p);
  if (l.seen.lock == vm_lock::clone && l.stuck_for(stuck_clone_after))
    return abandon(l, p, name_of(p.vm.vm) + " is locked by a clone that is not running any more");
  if (l.seen.lock != vm_lock::none || l.task_runs() || l.seen.marks == vm_marks::none)
    return look_again{};
  return session_command{begin_configuration{p.vm.vm}};
}

vm_step plan_configuring(const look& l, const provisioning& p) {
  if (l.seen.lock != vm_lock::none || l.task_runs())
    return look_again{};
  if (l.seen.task == task_state::failed)
    return fault(l, p);
  if (l.seen.marks == vm_marks::configured)
    return session_command{begin_start{p.vm.vm}};
  return order(l, p.retry_at,
               configure_vm{p.vm.vm, p.vm.marked, l.s.from.cpu_cores, l.s.from.ram_mb});
}

vm_step plan_starting(const look& l, const provisioning& p) {
  if (l.seen.power == vm_power::running || l.seen.task == task_state::succeeded)
    return session_command{confirm_start{p.vm.vm}};
  if (l.seen.task == task_state::failed)
    return fault(l, p);
  if (l.task_runs() || l.seen.lock != vm_lock::none)
    return look_again{};
  return order(l, p.retry_at, start_vm{p.vm.vm, p.vm.marked});
}

vm_step plan_waiting(const look& l, const provisioning& p) {
  bool ready = l.seen.address && (!l.s.from.await_desktop || l.seen.desktop_answers);
  if (ready)
    return session_command{activate{p.vm.vm, l.seen.node, *l.seen.address}};
  if (l.now < p.boot_deadline)
    return look_again{};
  auto missing = l.seen.address
                     ? " did not answer at port " + std::to_string(desktop_port_of(l.s.from))
                     : std::string{" had no address"};
  return abandon(l, p, name_of(p.vm.vm) + missing + " within 120 s of its start");
}

vm_step plan_provisioning(const look& l, const provisioning& p) {
  if (l.offline_for(node_dead_after))
    return abandon(l, p, "node " + p.vm.node.value + " has been offline for 10 minutes");
  if (!l.seen.present && (!l.seen.complete || !l.seen.node_online))
    return look_again{};
  if (p.step == provisioning_step::placed)
    return plan_placed(l, p);
  if (l.seen.present && l.seen.marks == vm_marks::foreign)
    return abandon(l, p, name_of(p.vm.vm) + " carries somebody else's name");
  if (p.step == provisioning_step::cloning)
    return plan_cloning(l, p);
  if (!l.seen.present)
    return l.gone() ? abandon(l, p, name_of(p.vm.vm) + " vanished") : look_again{};
  if (!l.seen.node_online)
    return look_again{};
  switch (p.step) {
  case provisioning_step::configuring:
    return plan_configuring(l, p);
  case provisioning_step::starting:
    return plan_starting(l, p);
  case provisioning_step::waiting_for_address:
  case provisioning_step::placed:
  case provisioning_step::cloning:
    break;
  }
  return plan_waiting(l, p);
}

// -- wanted: a stopped VM, kept -----------------------------------------------

vm_step plan_shutdown(const look& l, const shutting_down& d) {
  if (!l.seen.present)
    return l.gone() ? vm_step{session_command{confirm_deletion{d.vm.vm}}} : look_again{};
  if (!l.seen.node_online)
    return look_again{};
  if (l.seen.marks == vm_marks::foreign)
    return session_command{quarantine{d.vm.vm, "it carries somebody else's name"}};
  if (!d.intended)
    return session_command{begin_shutdown{d.vm.vm}};
  if (l.seen.lock != vm_lock::none || l.task_runs())
    return look_again{};
  if (l.seen.power == vm_power::stopped)
    return session_command{confirm_kept{d.vm.vm, l.seen.node}};
  if (l.seen.task == task_state::failed)
    return session_command{report_teardown_fault{d.vm.vm, l.seen.task_error, l.jitter}};
  return order(l, d.retry_at, shut_down_vm{d.vm.vm, d.vm.marked});
}

// -- wanted: no VM ------------------------------------------------------------

vm_step quarantined(const doomed_vm& d, std::string reason) {
  if (d.quarantined)
    return look_again{};
  return session_command{quarantine{d.is.vm, std::move(reason)}};
}

vm_step plan_locked(const look& l, const doomed_vm& d) {
  if (l.seen.lock == vm_lock::clone && l.stuck_for(stuck_clone_after))
    return quarantined(d,
                       "locked by a clone that is not running any more: unlock it with qm unlock");
  if (l.seen.lock == vm_lock::destroyed && l.stuck_for(stuck_destroy_after))
    return quarantined(
        d, "locked by a deletion that is not running any more: unlock it with qm unlock");
  return look_again{};
}

vm_step plan_deletion(const look& l, const doomed_vm& d) {
  if (!l.seen.present) {
    if (l.task_runs() || !l.gone())
      return look_again{};
    return session_command{confirm_deletion{d.is.vm}};
  }
  if (!l.seen.node_online)
    return look_again{};
  if (l.seen.marks == vm_marks::foreign)
    return quarantined(d, "it carries somebody else's name");
  if (l.seen.lock != vm_lock::none)
    return plan_locked(l, d);
  if (l.seen.marks == vm_marks::none)
    return l.stuck_for(stuck_destroy_after) ? quarantined(d, "it does not name its session")
                                            : look_again{};
  if (l.task_runs())
    return look_again{};
  if (!d.intended)
    return session_command{begin_deletion{d.is.vm}};
  if (l.seen.task == task_state::failed)
    return session_command{report_teardown_fault{d.is.vm, l.seen.task_error, l.jitter}};
  if (l.seen.power == vm_power::running)
    return order(l, d.retry_at, stop_vm{d.is.vm, d.is.marked});
  return order(l, d.retry_at, delete_vm{d.is.vm, d.is.marked});
}

const doomed_vm* find_doomed(const session& s, vm_id vm) {
  auto found = std::ranges::find_if(s.doomed, [vm](const auto& d) { return d.is.vm == vm; });
  return found == s.doomed.end() ? nullptr : &*found;
}

} // namespace

vm_watch observe(vm_watch before, const vm_sighting& seen, time_point now) {
  if (seen.present)
    before.absences = 0;
  else if (seen.complete && seen.task != task_state::running)
    ++before.absences;
  bool stuck = seen.present && seen.task != task_state::running
               && (seen.lock == vm_lock::clone || seen.lock == vm_lock::destroyed
                   || seen.marks == vm_marks::none);
  if (!stuck)
    before.stuck_since.reset();
  else if (!before.stuck_since)
    before.stuck_since = now;
  if (seen.node_online)
    before.offline_since.reset();
  else if (!before.offline_since)
    before.offline_since = now;
  return before;
}

vm_step plan(const session& s, vm_id vm, const vm_sighting& seen, const vm_watch& watch,
             time_point now, double jitter) {
  look l{s, seen, watch, now, jitter};
  if (const auto* doomed = find_doomed(s, vm))
    return plan_deletion(l, *doomed);
  if (const auto* p = std::get_if<provisioning>(&s.phase); p && p->vm.vm == vm)
    return plan_provisioning(l, *p);
  if (const auto* d = std::get_if<shutting_down>(&s.phase); d && d->vm.vm == vm)
    return plan_shutdown(l, *d);
  return look_again{};
}

bool wants_address(const session& s, vm_id vm) {
  const auto* p = std::get_if<provisioning>(&s.phase);
  return p && p->vm.vm == vm && p->step == provisioning_step::waiting_for_address;
}

std::uint32_t wanted_port(const session& s, vm_id vm) {
  return s.from.await_desktop && wants_address(s, vm) ? desktop_port_of(s.from) : 0;
}

bool wants_power(const session& s, vm_id vm) {
  if (const auto* doomed = find_doomed(s, vm))
    return doomed->intended;
  if (const auto* d = std::get_if<shutting_down>(&s.phase))
    return d->vm.vm == vm && d->intended;
  return false;
}

std::string task_of(const session& s, vm_id vm) {
  if (const auto* doomed = find_doomed(s, vm))
    return doomed->upid;
  if (const auto* p = std::get_if<provisioning>(&s.phase); p && p->vm.vm == vm)
    return p->upid;
  if (const auto* d = std::get_if<shutting_down>(&s.phase); d && d->vm.vm == vm)
    return d->upid;
  return {};
}

} // namespace berth::domain
