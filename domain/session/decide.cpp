#include "domain/session/session.hpp"

#include "domain/broken_rule.hpp"
#include "domain/session/session_policy.hpp"

#include <algorithm>
#include <utility>

/// One overload per command that means something in a phase. An answer of Proxmox that comes too
/// late is no news: it leads to no events. Only what people ask for is refused.
namespace berth::domain {

namespace {

using events = std::vector<session_event>;
using decision = result<events>;

decision nothing_new() {
  return events{};
}

decision refuse(refusal_code code, std::string detail) {
  return refusal{code, std::move(detail)};
}

/// What a decision may look at beside phase and command.
struct context {
  const session& s;
  time_point now;
};

duration stretched(duration wait, double jitter) {
  return std::chrono::duration_cast<duration>(wait * std::clamp(jitter, 0.8, 1.2));
}

duration attempt_delay(std::uint32_t attempt, double jitter) {
  return stretched(retry_delays[std::min<std::size_t>(attempt, retry_delays.size()) - 1], jitter);
}

/// The attempt is over; the session, too, when it was the last or when none can succeed.
events fail_attempt(std::uint32_t attempt, vm_id vm, fault_class fault, const std::string& reason,
                    time_point retry_at) {
  events happened{attempt_failed{attempt, vm, fault, reason, retry_at}};
  if (fault == fault_class::permanent || attempt >= provisioning_attempts)
    happened.push_back(session_failed{end_reason::provisioning_failed, reason});
  return happened;
}

bool concerns(const provisioning& p, vm_id vm, provisioning_step step) {
  return p.vm.vm == vm && p.step == step;
}

// -- requesting and placing ---------------------------------------------------

decision on(const context& in, const absent&, const request_session& c) {
  if (c.lifetime < shortest_lifetime || c.lifetime > longest_lifetime)
    return refuse(refusal_code::invalid, "a session lasts 30 to 240 minutes");
  events happened{
      session_requested{c.id, c.owner, c.from_template, c.from, c.type, in.now + c.lifetime}};
  if (auto* kept_by = std::get_if<session_id>(&c.source)) {
    if (c.type != session_type::persistent)
      return refuse(refusal_code::invalid, "only a persistent session can resume a kept VM");
    happened.push_back(resumption_intended{*kept_by});
  } else {
    const auto& to = std::get<place_on>(c.source);
    happened.push_back(session_placed{1, to.node, to.vm, to.considered});
  }
  return happened;
}
decision on(const context& in, const placing& p, const assign_node& c) {
  if (is_over(in.s))
    return nothing_new();
  return events{session_placed{p.attempt, c.to.node, c.to.vm, c.to.considered}};
}
decision on(const context& in, const placing& p, const report_no_capacity& c) {
  return fail_attempt(p.attempt, {}, fault_class::capacity, c.reason,
                      in.now + attempt_delay(p.attempt, c.jitter));
}
decision on(const context&, const resuming&, const take_over& c) {
  return events{vm_taken_over{c.vm, c.node, c.marked}};
}
decision on(const context& in, const resuming&, const give_up_resumption& c) {
  events happened;
  if (!is_over(in.s))
    happened.push_back(session_failed{end_reason::provisioning_failed, c.reason});
  happened.push_back(session_closed{});
  return happened;
}

// -- provisioning -------------------------------------------------------------

decision on(const context&, const provisioning& p, const begin_clone& c) {
  if (!concerns(p, c.vm, provisioning_step::placed) || p.resumed)
    return nothing_new();
  return events{clone_intended{c.vm}};
}
decision on(const context&, const provisioning& p, const begin_configuration& c) {
  if (!concerns(p, c.vm, provisioning_step::cloning))
    return nothing_new();
  return events{configuration_intended{c.vm}};
}
decision on(const context&, const provisioning& p, const begin_start& c) {
  auto before = p.resumed ? provisioning_step::placed : provisioning_step::configuring;
  if (!concerns(p, c.vm, before))
    return nothing_new();
  return events{start_intended{c.vm}};
}
decision on(const context&, const provisioning& p, const accept_task& c) {
  if (p.vm.vm != c.vm || p.step == provisioning_step::placed
      || p.step == provisioning_step::waiting_for_address)
    return nothing_new();
  return events{task_accepted{c.vm, c.upid}};
}
decision on(const context& in, const provisioning& p, const confirm_start& c) {
  if (!concerns(p, c.vm, provisioning_step::starting))
    return nothing_new();
  return events{vm_started{c.vm, in.now + boot_limit}};
}
decision on(const context&, const provisioning& p, const activate& c) {
  if (!concerns(p, c.vm, provisioning_step::waiting_for_address))
    return nothing_new();
  return events{session_activated{c.vm, c.node, c.address}};
}
decision on(const context& in, const provisioning& p, const report_fault& c) {
  if (p.vm.vm != c.vm)
    return nothing_new();
  if (c.fault == fault_class::transient && p.failures < retry_delays.size())
    return events{step_failed{c.vm, c.fault, c.reason, p.failures + 1,
                              in.now + stretched(retry_delays[p.failures], c.jitter)}};
  if (p.resumed)
    return events{session_failed{end_reason::provisioning_failed, c.reason}};
  auto wait = c.fault == fault_class::capacity ? duration{} : attempt_delay(p.attempt, c.jitter);
  return fail_attempt(p.attempt, c.vm, c.fault, c.reason, in.now + wait);
}
decision on(const context& in, const provisioning& p, const abandon_attempt& c) {
  if (p.vm.vm != c.vm)
    return nothing_new();
  if (p.resumed)
    return events{session_failed{end_reason::provisioning_failed, c.reason}};
  return fail_attempt(p.attempt, c.vm, fault_class::transient, c.reason,
                      in.now + attempt_delay(p.attempt, c.jitter));
}

// -- people and the clock -----------------------------------------------------

template <class Phase>
decision on(const context& in, const Phase&, const extend& c) {
  if (std::same_as<Phase, absent>)
    return refuse(refusal_code::unknown, "there is no such session");
  if (is_over(in.s))
    return refuse(refusal_code::not_in_this_state, "the session is over");
  if (c.more <= duration{})
    return refuse(refusal_code::invalid, "a session is extended by at least a minute");
  auto until = in.s.expires_at + c.more;
  if (until - in.s.created_at > longest_total)
    return refuse(refusal_code::invalid, "minutes: a session lasts 480 minutes at most in all");
  return events{session_extended{until}};
}
template <class Phase>
decision on(const context& in, const Phase&, const end& c) {
  if (std::same_as<Phase, absent>)
    return refuse(refusal_code::unknown, "there is no such session");
  if (is_over(in.s))
    return nothing_new();
  return events{session_ended{c.reason, c.detail}};
}
template <class Phase>
decision on(const context& in, const Phase&, const reach_deadline&) {
  if (std::same_as<Phase, absent> || is_over(in.s)
      || (in.now < in.s.expires_at && !is_broken(rule::the_log_knows_deadlines)))
    return nothing_new();
  return events{session_ended{end_reason::deadline, {}}};
}

decision on(const context&, const active& a, const open_desktop&) {
  return events{desktop_opened{a.vm.vm}};
}
template <class Phase>
decision on(const context& in, const Phase&, const open_desktop&) {
  return refuse(refusal_code::not_in_this_state,
                "the session is " + std::string{to_string(status_of(in.s))}
                    + ": there is a desktop only while it is active");
}

// -- what became of the VM ----------------------------------------------------

template <class Phase>
concept with_settled_vm = std::same_as<Phase, active> || std::same_as<Phase, keeping>;

decision on(const context&, const active& a, const lose_vm& c) {
  if (a.vm.vm != c.vm)
    return nothing_new();
  return events{session_ended{end_reason::vm_lost, c.detail}};
}
decision on(const context&, const keeping& k, const lose_vm& c) {
  if (k.vm.vm != c.vm)
    return nothing_new();
  return events{vm_deleted{c.vm}};
}
template <with_settled_vm Phase>
decision on(const context&, const Phase& p, const note_move& c) {
  if (p.vm.vm != c.vm || p.vm.node == c.node)
    return nothing_new();
  return events{vm_moved{c.vm, c.node}};
}

// -- keeping ------------------------------------------------------------------

decision on(const context&, const keeping&, const hand_over& c) {
  return events{vm_handed_over{c.to}};
}
decision on(const context&, const over& o, const hand_over& c) {
  if (o.handed_to == c.to)
    return nothing_new();
  return refuse(refusal_code::not_in_this_state, "the VM is not kept any more");
}
template <class Phase>
decision on(const context&, const Phase&, const hand_over&) {
  return refuse(refusal_code::not_in_this_state, "the session keeps no VM");
}
decision on(const context&, const keeping&, const discard&) {
  return events{discard_requested{}};
}
decision on(const context&, const shutting_down&, const discard&) {
  return events{discard_requested{}};
}
decision on(const context&, const over& o, const discard&) {
  if (o.handed_to)
    return refuse(refusal_code::not_in_this_state,
                  "session " + to_string(*o.handed_to) + " has the VM now");
  return nothing_new();
}
template <class Phase>
decision on(const context&, const Phase&, const discard&) {
  return refuse(refusal_code::not_in_this_state, "the session keeps no VM: end it first");
}
decision on(const context&, const shutting_down& d, const begin_shutdown& c) {
  if (d.vm.vm != c.vm || d.intended)
    return nothing_new();
  return events{shutdown_intended{c.vm}};
}
decision on(const context&, const shutting_down& d, const accept_task& c) {
  if (d.vm.vm != c.vm || !d.intended)
    return nothing_new();
  return events{task_accepted{c.vm, c.upid}};
}
decision on(const context&, const shutting_down& d, const confirm_kept& c) {
  if (d.vm.vm != c.vm)
    return nothing_new();
  return events{vm_kept{c.vm, c.node}};
}
decision on(const context&, const shutting_down& d, const confirm_deletion& c) {
  if (d.vm.vm != c.vm)
    return nothing_new();
  return events{vm_deleted{c.vm}};
}
decision on(const context& in, const shutting_down& d, const quarantine& c) {
  if (d.vm.vm != c.vm)
    return nothing_new();
  return events{vm_quarantined{c.vm, c.reason, in.now + teardown_retry}};
}

// -- taking VMs down: never given up ------------------------------------------

template <class Vm>
decision teardown_fault(const context& in, const Vm& vm, const report_teardown_fault& c) {
  auto wait = vm.failures < retry_delays.size() ? retry_delays[vm.failures] : teardown_retry;
  if (is_broken(rule::deletion_never_gives_up))
    wait = 24h;
  return events{
      teardown_failed{c.vm, c.reason, vm.failures + 1, in.now + stretched(wait, c.jitter)}};
}
decision on(const context& in, const shutting_down& d, const report_teardown_fault& c) {
  return d.vm.vm == c.vm && d.intended ? teardown_fault(in, d, c) : nothing_new();
}

template <class Phase, class Command>
decision on(const context&, const Phase&, const Command&) {
  return nothing_new();
}
template <class Phase>
decision on(const context&, const Phase&, const request_session&) {
  return refuse(refusal_code::not_in_this_state, "the session exists already");
}

decision on_doomed(const context&, const doomed_vm& d, const begin_deletion& c) {
  if (d.intended)
    return nothing_new();
  return events{deletion_intended{c.vm}};
}
decision on_doomed(const context&, const doomed_vm& d, const accept_task& c) {
  if (!d.intended)
    return nothing_new();
  return events{task_accepted{c.vm, c.upid}};
}
decision on_doomed(const context& in, const doomed_vm& d, const report_teardown_fault& c) {
  return d.intended ? teardown_fault(in, d, c) : nothing_new();
}
decision on_doomed(const context& in, const doomed_vm& d, const quarantine& c) {
  if (d.quarantined)
    return nothing_new();
  return events{vm_quarantined{c.vm, c.reason, in.now + teardown_retry}};
}
decision on_doomed(const context&, const doomed_vm&, const confirm_deletion& c) {
  return events{vm_deleted{c.vm}};
}
template <class Command>
decision on_doomed(const context&, const doomed_vm&, const Command&) {
  return nothing_new();
}

template <class Command>
const doomed_vm* doomed_in(const session& s, const Command& c) {
  if constexpr (requires { c.vm; }) {
    auto found = std::ranges::find_if(s.doomed, [&c](const auto& d) { return d.is.vm == c.vm; });
    if (found != s.doomed.end())
      return &*found;
  }
  return nullptr;
}

/// A session that owes nothing more is closed in the same breath.
events and_close(const session& current, events happened, time_point now) {
  auto after = current;
  for (const auto& event : happened)
    after = evolve(std::move(after), event, now);
  const auto* ended = std::get_if<over>(&after.phase);
  if (ended && !ended->closed && after.doomed.empty())
    happened.push_back(session_closed{});
  return happened;
}

} // namespace

result<std::vector<session_event>> decide(const session& current, const session_command& wanted,
                                          time_point now) {
  auto decided = std::visit(
      [&](const auto& command) -> decision {
        context in{current, now};
        if (const auto* doomed = doomed_in(current, command))
          return on_doomed(in, *doomed, command);
        return std::visit([&](const auto& phase) { return on(in, phase, command); }, current.phase);
      },
      wanted);
  if (decided.has_error() || decided->empty())
    return decided;
  return and_close(current, std::move(*decided), now);
}

} // namespace berth::domain
