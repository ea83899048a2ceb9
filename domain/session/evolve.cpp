#include "domain/session/session.hpp"

#include "domain/broken_rule.hpp"

#include <algorithm>
#include <utility>

/// One overload per event that may follow in a phase. What is missing here cannot happen.
namespace berth::domain {

namespace {

[[noreturn]] void cannot_follow(const session& s) {
  throw corrupt_history{"session " + to_string(s.id) + ": an event cannot follow in step "
                        + std::string{step_name(s)}};
}

void require(bool fits, const session& s) {
  if (!fits)
    cannot_follow(s);
}

void doom(session& s, session_vm vm, time_point at) {
  s.doomed.push_back({.is = std::move(vm), .may_run = true, .since = at});
}

void doom(session& s, const provisioning& p, time_point at) {
  s.doomed.push_back(
      {.is = p.vm, .upid = p.upid, .may_run = p.step >= provisioning_step::starting, .since = at});
}

doomed_vm* find_doomed(session& s, vm_id vm) {
  auto found = std::ranges::find_if(s.doomed, [vm](const auto& d) { return d.is.vm == vm; });
  return found == s.doomed.end() ? nullptr : &*found;
}

void finish(session& s, end_reason reason, const std::string& detail) {
  require(!s.reason, s);
  s.reason = reason;
  s.detail = detail;
}

session_phase enter(provisioning p, provisioning_step step) {
  p.step = step;
  p.upid.clear();
  p.failures = 0;
  p.retry_at = {};
  return p;
}

// -- absent -------------------------------------------------------------------

session_phase after(session& s, const absent&, const session_requested& e, time_point at) {
  s.id = e.id;
  s.owner = e.owner;
  s.from_template = e.from_template;
  s.from = e.from;
  s.type = e.type;
  s.created_at = at;
  s.expires_at = e.expires_at;
  return placing{};
}

// -- placing and resuming -----------------------------------------------------

session_phase after(session& s, const placing& p, const session_placed& e, time_point) {
  require(e.attempt == p.attempt, s);
  s.node = e.node;
  return provisioning{.attempt = e.attempt, .vm = {e.vm, e.node, s.id}};
}
session_phase after(session& s, const placing& p, const resumption_intended& e, time_point) {
  require(p.attempt == 1 && s.type == session_type::persistent, s);
  return resuming{e.kept_by};
}
session_phase after(session& s, const placing& p, const attempt_failed& e, time_point) {
  require(e.attempt == p.attempt && e.vm == vm_id{}, s);
  s.last_fault = e.reason;
  return placing{e.attempt + 1, e.retry_at};
}
session_phase after(session& s, const placing&, const session_failed& e, time_point) {
  finish(s, e.reason, e.detail);
  return over{};
}
session_phase after(session& s, const placing&, const session_ended& e, time_point) {
  finish(s, e.reason, e.detail);
  return over{};
}
// The VM may be ours already without our knowing: whoever keeps it must be asked even when this
// session is over.
session_phase after(session& s, const resuming& r, const session_failed& e, time_point) {
  finish(s, e.reason, e.detail);
  return r;
}
session_phase after(session& s, const resuming& r, const session_ended& e, time_point) {
  finish(s, e.reason, e.detail);
  return r;
}
session_phase after(session& s, const resuming&, const vm_taken_over& e, time_point) {
  s.node = e.node;
  session_vm vm{e.vm, e.node, e.marked};
  if (is_over(s))
    return shutting_down{.vm = std::move(vm)};
  return provisioning{.vm = std::move(vm), .resumed = true};
}
session_phase after(session& s, const resuming&, const session_closed&, time_point) {
  require(is_over(s) && s.doomed.empty(), s);
  return over{.closed = true};
}

// -- provisioning -------------------------------------------------------------

session_phase after(session& s, const provisioning& p, const clone_intended& e, time_point) {
  require(e.vm == p.vm.vm && p.step == provisioning_step::placed && !p.resumed, s);
  return enter(p, provisioning_step::cloning);
}
session_phase after(session& s, const provisioning& p, const configuration_intended& e,
                    time_point) {
  require(e.vm == p.vm.vm && p.step == provisioning_step::cloning, s);
  return enter(p, provisioning_step::configuring);
}
session_phase after(session& s, const provisioning& p, const start_intended& e, time_point) {
  auto before = p.resumed ? provisioning_step::placed : provisioning_step::configuring;
  require(e.vm == p.vm.vm && p.step == before, s);
  return enter(p, provisioning_step::starting);
}
session_phase after(session& s, provisioning p, const task_accepted& e, time_point) {
  require(e.vm == p.vm.vm
              && (p.step == provisioning_step::cloning || p.step == provisioning_step::configuring
                  || p.step == provisioning_step::starting),
          s);
  p.upid = e.upid;
  return p;
}
session_phase after(session& s, const provisioning& p, const vm_started& e, time_point) {
  require(e.vm == p.vm.vm && p.step == provisioning_step::starting, s);
  auto next = std::get<provisioning>(enter(p, provisioning_step::waiting_for_address));
  next.boot_deadline = e.deadline;
  return next;
}
session_phase after(session& s, const provisioning& p, const session_activated& e, time_point) {
  require(e.vm == p.vm.vm && p.step == provisioning_step::waiting_for_address, s);
  s.node = e.node;
  return active{{p.vm.vm, e.node, p.vm.marked}, e.address};
}
session_phase after(session& s, provisioning p, const step_failed& e, time_point) {
  require(e.vm == p.vm.vm && e.failures == p.failures + 1, s);
  s.last_fault = e.reason;
  p.failures = e.failures;
  p.retry_at = e.retry_at;
  p.upid.clear();
  return p;
}
session_phase after(session& s, const provisioning& p, const attempt_failed& e, time_point at) {
  require(e.vm == p.vm.vm && e.attempt == p.attempt && !p.resumed, s);
  s.last_fault = e.reason;
  if (e.fault == fault_class::capacity)
    s.refused_by.push_back(p.vm.node);
  doom(s, p, at);
  return placing{e.attempt + 1, e.retry_at};
}
session_phase after(session& s, const provisioning& p, const session_failed& e, time_point) {
  require(p.resumed, s);
  finish(s, e.reason, e.detail);
  return shutting_down{.vm = p.vm};
}
session_phase after(session& s, const provisioning& p, const session_ended& e, time_point at) {
  finish(s, e.reason, e.detail);
  if (p.resumed)
    return shutting_down{.vm = p.vm};
  doom(s, p, at);
  return over{};
}

// -- active -------------------------------------------------------------------

session_phase after(session& s, const active& a, const session_ended& e, time_point at) {
  finish(s, e.reason, e.detail);
  if (s.type == session_type::persistent && e.reason != end_reason::vm_lost
      && !is_broken(rule::kept_vms_are_kept))
    return shutting_down{.vm = a.vm};
  doom(s, a.vm, at);
  return over{};
}

template <class Phase>
concept with_settled_vm = std::same_as<Phase, active> || std::same_as<Phase, keeping>;

template <with_settled_vm Phase>
session_phase after(session& s, Phase p, const vm_moved& e, time_point) {
  require(e.vm == p.vm.vm && e.node != p.vm.node, s);
  s.node = e.node;
  p.vm.node = e.node;
  return p;
}

session_phase after(session& s, const active& a, const desktop_opened& e, time_point) {
  require(e.vm == a.vm.vm, s);
  return a;
}

// -- extending: wherever a session is not over --------------------------------

template <class Phase>
concept extensible = std::same_as<Phase, placing> || std::same_as<Phase, resuming> || std::same_as<
    Phase, provisioning> || std::same_as<Phase, active>;

template <extensible Phase>
session_phase after(session& s, const Phase& p, const session_extended& e, time_point) {
  require(!is_over(s) && e.expires_at > s.expires_at, s);
  s.expires_at = e.expires_at;
  return p;
}

// -- keeping ------------------------------------------------------------------

session_phase after(session& s, shutting_down d, const shutdown_intended& e, time_point) {
  require(e.vm == d.vm.vm && !d.intended, s);
  d.intended = true;
  return d;
}
session_phase after(session& s, shutting_down d, const task_accepted& e, time_point) {
  require(e.vm == d.vm.vm && d.intended, s);
  d.upid = e.upid;
  return d;
}
session_phase after(session& s, shutting_down d, const teardown_failed& e, time_point) {
  require(e.vm == d.vm.vm && e.failures == d.failures + 1, s);
  s.last_fault = e.reason;
  d.failures = e.failures;
  d.retry_at = e.retry_at;
  d.upid.clear();
  return d;
}
session_phase after(session& s, const shutting_down& d, const vm_kept& e, time_point) {
  require(e.vm == d.vm.vm, s);
  s.node = e.node;
  return keeping{{d.vm.vm, e.node, d.vm.marked}};
}
session_phase after(session& s, const shutting_down& d, const vm_deleted& e, time_point) {
  require(e.vm == d.vm.vm, s);
  return over{};
}
session_phase after(session& s, const shutting_down& d, const vm_quarantined& e, time_point) {
  require(e.vm == d.vm.vm, s);
  s.last_fault = e.reason;
  s.doomed.push_back({.is = d.vm, .quarantined = true, .retry_at = e.retry_at});
  return over{};
}
session_phase after(session& s, const shutting_down& d, const discard_requested&, time_point at) {
  doom(s, d.vm, at);
  return over{};
}
session_phase after(session& s, const keeping& k, const discard_requested&, time_point at) {
  doom(s, k.vm, at);
  return over{};
}
session_phase after(session& s, const keeping& k, const vm_deleted& e, time_point) {
  require(e.vm == k.vm.vm, s);
  return over{};
}
session_phase after(session&, const keeping& k, const vm_handed_over& e, time_point) {
  return over{.handed_to = e.to, .handed = k.vm};
}

// -- over ---------------------------------------------------------------------

session_phase after(session& s, over o, const session_closed&, time_point) {
  require(!o.closed && s.doomed.empty(), s);
  o.closed = true;
  return o;
}

template <class Phase, class Event>
session_phase after(session& s, const Phase&, const Event&, time_point) {
  cannot_follow(s);
}

// -- doomed VMs: in whatever phase their session is ---------------------------

void after(doomed_vm& d, const session& s, const deletion_intended&) {
  require(!d.intended, s);
  d.intended = true;
  d.quarantined = false;
  d.upid.clear();
}
void after(doomed_vm& d, const session& s, const task_accepted& e) {
  require(d.intended, s);
  d.upid = e.upid;
}
void after(doomed_vm& d, const session& s, const teardown_failed& e) {
  require(d.intended && e.failures == d.failures + 1, s);
  d.failures = e.failures;
  d.retry_at = e.retry_at;
  d.upid.clear();
}
void after(doomed_vm& d, const session&, const vm_quarantined& e) {
  d.quarantined = true;
  d.intended = false;
  d.retry_at = e.retry_at;
  d.upid.clear();
}
template <class Event>
void after(doomed_vm&, const session& s, const Event&) {
  cannot_follow(s);
}

/// Whether the event was about a doomed VM, which it then has changed.
template <class Event>
bool concerns_doomed(session& s, const Event& e) {
  if constexpr (requires { e.vm; }) {
    auto* doomed = find_doomed(s, e.vm);
    if (!doomed)
      return false;
    if constexpr (std::same_as<Event, vm_deleted>)
      std::erase_if(s.doomed, [&e](const auto& d) { return d.is.vm == e.vm; });
    else {
      if constexpr (requires { e.reason; })
        s.last_fault = e.reason;
      after(*doomed, s, e);
    }
    return true;
  } else
    return false;
}

} // namespace

session evolve(session before, const session_event& happened, time_point at) {
  std::visit(
      [&before, at](const auto& event) {
        if (concerns_doomed(before, event))
          return;
        auto phase = before.phase;
        before.phase =
            std::visit([&](const auto& p) { return after(before, p, event, at); }, phase);
      },
      happened);
  return before;
}

} // namespace berth::domain
