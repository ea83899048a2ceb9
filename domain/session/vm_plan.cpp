#include "domain/session/vm_plan.hpp"

#include "domain/broken_rule.hpp"
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
  bool gone() const {
    return (seen.complete || is_broken(rule::absence_is_proven)) && watch.absences >= 2;
  }
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

vm_decision wait(vm_row row) {
  return {row, look_again{}};
}

vm_decision command(vm_row row, session_command wanted) {
  return {row, std::move(wanted)};
}

/// An order waits for its retry time; everything else does not.
vm_decision order(vm_row row, const look& l, time_point retry_at, vm_order wanted) {
  if (l.now < retry_at)
    return wait(row);
  return {row, std::move(wanted)};
}

// -- wanted: a running VM with an address -------------------------------------

vm_decision abandon(vm_row row, const look& l, const provisioning& p, std::string reason) {
  return command(row, abandon_attempt{p.vm.vm, std::move(reason), l.jitter});
}

vm_decision fault(vm_row row, const look& l, const provisioning& p) {
  return command(row, report_fault{p.vm.vm, l.seen.task_fault, l.seen.task_error, l.jitter});
}

vm_decision plan_resumed(const look& l, const provisioning& p) {
  if (l.seen.present)
    return command(vm_row::resumed_found, begin_start{p.vm.vm});
  if (!l.gone())
    return wait(vm_row::resumed_missing);
  return command(vm_row::resumed_gone,
                 report_fault{p.vm.vm, fault_class::permanent,
                              "the kept " + name_of(p.vm.vm) + " does not exist any more",
                              l.jitter});
}

vm_decision plan_placed(const look& l, const provisioning& p) {
  if (p.resumed)
    return plan_resumed(l, p);
  if (l.seen.present)
    return abandon(vm_row::vmid_taken, l, p,
                   name_of(p.vm.vm) + " exists already, and it is not ours");
  if (is_broken(rule::clones_are_intended))
    return order(vm_row::vmid_free, l, p.retry_at,
                 clone_vm{p.vm.vm, p.vm.marked, l.s.from.source, p.vm.node});
  return command(vm_row::vmid_free, begin_clone{p.vm.vm});
}

/// Nobody of ours holds it, so nobody can say when it is free again.
bool left_behind(const look& l) {
  return l.stuck_for(stuck_lock_after) && !is_broken(rule::dead_clones_are_left);
}

vm_decision give_up_left_behind(const look& l, const provisioning& p) {
  return abandon(vm_row::lock_left_behind, l, p,
                 name_of(p.vm.vm) + " has been locked or without a name for 5 minutes, and "
                                    "not by Berth");
}

vm_decision plan_clone_absent(const look& l, const provisioning& p) {
  if (l.task_runs())
    return wait(vm_row::clone_unseen);
  if (l.seen.task == task_state::failed) {
    // The clone cleaned up after itself. Its VMID is spent: a transient cause gets a new attempt,
    // not a new try.
    if (l.seen.task_fault == fault_class::transient)
      return abandon(vm_row::clone_retried, l, p, l.seen.task_error);
    return fault(vm_row::clone_failed, l, p);
  }
  if (p.upid.empty()) // Never sent, or its answer was lost: the same VMID can be made only once.
    return order(vm_row::clone_unsent, l, p.retry_at,
                 clone_vm{p.vm.vm, p.vm.marked, l.s.from.source, p.vm.node});
  if (l.gone())
    return abandon(vm_row::clone_vanished, l, p,
                   name_of(p.vm.vm) + " vanished after its clone was accepted");
  return wait(vm_row::clone_unseen);
}

vm_decision plan_cloning(const look& l, const provisioning& p) {
  if (!l.seen.present)
    return plan_clone_absent(l, p);
  if (l.seen.lock == vm_lock::clone && l.stuck_for(stuck_clone_after)
      && !is_broken(rule::dead_clones_are_left))
    return abandon(vm_row::clone_stuck, l, p,
                   name_of(p.vm.vm) + " is locked by a clone that is not running any more");
  if (left_behind(l))
    return give_up_left_behind(l, p);
  if (l.seen.lock != vm_lock::none || l.task_runs() || l.seen.marks == vm_marks::none)
    return wait(vm_row::clone_under_way);
  return command(vm_row::cloned, begin_configuration{p.vm.vm});
}

/// A session has one VM: the next one starts when the last one is gone, or cannot be reached.
bool predecessor_runs(const look& l) {
  return std::ranges::any_of(l.s.doomed, [&l](const doomed_vm& d) {
    return d.may_run && !d.quarantined && l.now < d.since + node_dead_after
           && !is_broken(rule::one_vm_per_session);
  });
}

vm_decision plan_configuring(const look& l, const provisioning& p) {
  if (l.seen.lock != vm_lock::none || l.task_runs())
    return wait(vm_row::configuring_locked);
  if (l.seen.marks == vm_marks::configured && is_broken(rule::starts_are_intended))
    return order(vm_row::configured, l, p.retry_at, start_vm{p.vm.vm, p.vm.marked});
  if (l.seen.marks == vm_marks::configured)
    return predecessor_runs(l) ? wait(vm_row::predecessor_runs)
                               : command(vm_row::configured, begin_start{p.vm.vm});
  return order(vm_row::unconfigured, l, p.retry_at,
               configure_vm{p.vm.vm, p.vm.marked, l.s.from.cpu_cores, l.s.from.ram_mb});
}

vm_decision plan_starting(const look& l, const provisioning& p) {
  if (l.seen.power == vm_power::running || l.seen.task == task_state::succeeded)
    return command(vm_row::running, confirm_start{p.vm.vm});
  if (l.seen.task == task_state::failed)
    return fault(vm_row::start_failed, l, p);
  if (l.task_runs() || l.seen.lock != vm_lock::none)
    return wait(vm_row::starting_locked);
  return order(vm_row::unstarted, l, p.retry_at, start_vm{p.vm.vm, p.vm.marked});
}

vm_decision plan_waiting(const look& l, const provisioning& p) {
  bool ready = l.seen.address && (!l.s.from.await_desktop || l.seen.desktop_answers);
  if (ready)
    return command(vm_row::answering, activate{p.vm.vm, l.seen.node, *l.seen.address});
  if (l.now < p.boot_deadline || is_broken(rule::boots_have_a_limit))
    return wait(vm_row::booting);
  auto absent = l.seen.address
                    ? " did not answer at port " + std::to_string(desktop_port_of(l.s.from))
                    : std::string{" had no address"};
  return abandon(vm_row::boot_overdue, l, p,
                 name_of(p.vm.vm) + absent + " within 120 s of its start");
}

vm_decision plan_present(const look& l, const provisioning& p) {
  if (left_behind(l))
    return give_up_left_behind(l, p);
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

vm_decision plan_provisioning(const look& l, const provisioning& p) {
  if (l.offline_for(node_dead_after))
    return abandon(vm_row::node_lost, l, p,
                   "node " + p.vm.node.value + " has been offline for 10 minutes");
  if (!l.seen.present && (!l.seen.complete || !l.seen.node_online))
    return wait(vm_row::not_visible);
  if (p.step == provisioning_step::placed)
    return plan_placed(l, p);
  if (l.seen.present && l.seen.marks == vm_marks::foreign)
    return abandon(vm_row::renamed, l, p, name_of(p.vm.vm) + " carries somebody else's name");
  if (p.step == provisioning_step::cloning)
    return plan_cloning(l, p);
  if (!l.seen.present)
    return l.gone() ? abandon(vm_row::vanished, l, p, name_of(p.vm.vm) + " vanished")
                    : wait(vm_row::missing);
  if (!l.seen.node_online)
    return wait(vm_row::node_silent);
  return plan_present(l, p);
}

// -- wanted: a stopped VM, kept -----------------------------------------------

vm_decision plan_shutdown(const look& l, const shutting_down& d) {
  if (!l.seen.present)
    return l.gone() ? command(vm_row::keep_gone, confirm_deletion{d.vm.vm})
                    : wait(vm_row::keep_missing);
  if (!l.seen.node_online)
    return wait(vm_row::keep_node_silent);
  if (l.seen.marks == vm_marks::foreign)
    return command(vm_row::keep_renamed, quarantine{d.vm.vm, "it carries somebody else's name"});
  if (!d.intended)
    return command(vm_row::keep_intended, begin_shutdown{d.vm.vm});
  if (l.seen.lock != vm_lock::none || l.task_runs())
    return wait(vm_row::keep_locked);
  if (l.seen.power == vm_power::stopped)
    return command(vm_row::kept, confirm_kept{d.vm.vm, l.seen.node});
  if (l.seen.task == task_state::failed)
    return command(vm_row::shutdown_failed,
                   report_teardown_fault{d.vm.vm, l.seen.task_error, l.jitter});
  return order(vm_row::keep_running, l, d.retry_at, shut_down_vm{d.vm.vm, d.vm.marked});
}

// -- wanted: no VM ------------------------------------------------------------

vm_decision quarantined(vm_row row, const doomed_vm& d, std::string reason) {
  if (d.quarantined) // Only an operator can free it.
    return {row, look_again{teardown_retry}};
  return command(row, quarantine{d.is.vm, std::move(reason)});
}

vm_decision plan_locked(const look& l, const doomed_vm& d) {
  if (l.seen.lock == vm_lock::clone && l.stuck_for(stuck_clone_after))
    return quarantined(vm_row::doomed_clone_stuck, d,
                       "locked by a clone that is not running any more: unlock it with qm unlock");
  if (l.seen.lock == vm_lock::destroyed && l.stuck_for(stuck_destroy_after))
    return quarantined(
        vm_row::doomed_deletion_stuck, d,
        "locked by a deletion that is not running any more: unlock it with qm unlock");
  return wait(vm_row::doomed_locked);
}

vm_decision plan_deletion(const look& l, const doomed_vm& d) {
  if (!l.seen.present) {
    if (l.task_runs() || !l.gone())
      return wait(vm_row::doomed_missing);
    return command(vm_row::doomed_gone, confirm_deletion{d.is.vm});
  }
  if (!l.seen.node_online)
    return wait(vm_row::doomed_node_silent);
  if (l.seen.marks == vm_marks::foreign)
    return quarantined(vm_row::doomed_renamed, d, "it carries somebody else's name");
  if (l.seen.lock != vm_lock::none)
    return plan_locked(l, d);
  if (l.seen.marks == vm_marks::none)
    return l.stuck_for(stuck_destroy_after)
               ? quarantined(vm_row::doomed_nameless, d, "it does not name its session")
               : wait(vm_row::doomed_unnamed);
  if (l.task_runs())
    return wait(vm_row::doomed_busy);
  if (!d.intended && !is_broken(rule::deletions_are_intended))
    return command(vm_row::doomed_intended, begin_deletion{d.is.vm});
  if (l.seen.task == task_state::failed)
    return command(vm_row::deletion_failed,
                   report_teardown_fault{d.is.vm, l.seen.task_error, l.jitter});
  if (l.seen.power == vm_power::running)
    return order(vm_row::doomed_running, l, d.retry_at, stop_vm{d.is.vm, d.is.marked});
  return order(vm_row::doomed_stopped, l, d.retry_at, delete_vm{d.is.vm, d.is.marked});
}

const doomed_vm* find_doomed(const session& s, vm_id vm) {
  auto found = std::ranges::find_if(s.doomed, [vm](const auto& d) { return d.is.vm == vm; });
  return found == s.doomed.end() ? nullptr : &*found;
}

} // namespace

vm_watch observe(vm_watch before, const vm_sighting& seen, time_point now) {
  if (seen.present)
    before.absences = 0;
  else if ((seen.complete || is_broken(rule::absence_is_proven))
           && seen.task != task_state::running)
    ++before.absences;
  bool stuck = seen.present && seen.task != task_state::running
               && (seen.lock != vm_lock::none || seen.marks == vm_marks::none);
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

vm_decision plan(const session& s, vm_id vm, const vm_sighting& seen, const vm_watch& watch,
                 time_point now, double jitter) {
  look l{s, seen, watch, now, jitter};
  if (const auto* doomed = find_doomed(s, vm))
    return plan_deletion(l, *doomed);
  if (const auto* p = std::get_if<provisioning>(&s.phase); p && p->vm.vm == vm)
    return plan_provisioning(l, *p);
  if (const auto* d = std::get_if<shutting_down>(&s.phase); d && d->vm.vm == vm)
    return plan_shutdown(l, *d);
  return wait(vm_row::not_ours);
}

vm_decision plan_removal(const doomed_vm& doomed, const vm_sighting& seen, const vm_watch& watch,
                         time_point now, double jitter) {
  const session nobody;
  return plan_deletion({nobody, seen, watch, now, jitter}, doomed);
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
