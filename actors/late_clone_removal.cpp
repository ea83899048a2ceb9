#include "actors/late_clone_removal.hpp"

#include "actors/errors.hpp"
#include "domain/session/session_policy.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace berth::actors {

namespace {

constexpr auto look_timeout = std::chrono::minutes{2};
constexpr auto order_timeout = std::chrono::minutes{5};
constexpr domain::duration patience = std::chrono::seconds{5};

const domain::open_difference* find(const reconciler_state& my, domain::vm_id vm) {
  auto found = my.known.open.find({domain::difference_kind::late_clone, vm, {}});
  return found == my.known.open.end() ? nullptr : &found->second;
}

/// 0.8 to 1.2, so that removals that failed together do not come back together.
double jitter(reconciler_state& my) {
  return 0.8 + 0.4 * static_cast<double>(my.random() % 1001) / 1000;
}

void tend_later(reconciler_pointer self, domain::vm_id vm, domain::duration wait) {
  self->delayed_send(self, wait, resume_removal{vm});
}

/// Commits what was learnt, and goes on from there.
void record(reconciler_pointer self, domain::vm_id vm, domain::reconciliation_event event) {
  append_differences(self, {std::move(event)}, [self, vm](bool written) {
    self->state.removals[vm] = {};
    if (written)
      tend_late_clone(self, vm);
    else
      tend_later(self, vm, domain::teardown_retry);
  });
}

void postpone(reconciler_pointer self, domain::vm_id vm, const std::string& reason) {
  auto& my = self->state;
  auto failures = find(my, vm)->removal.failures;
  auto wait = failures < domain::retry_delays.size() ? domain::retry_delays[failures]
                                                     : domain::teardown_retry;
  auto stretched = std::chrono::duration_cast<domain::duration>(wait * jitter(my));
  record(self, vm,
         domain::removal_postponed{vm, reason, false, failures + 1, my.with.now() + stretched});
}

void quarantine(reconciler_pointer self, domain::vm_id vm, const std::string& reason) {
  auto& my = self->state;
  my.with.log.error("late clone is left alone",
                    {{"vm", std::to_string(vm.value)}, {"why", reason}});
  record(self, vm,
         domain::removal_postponed{vm, reason, true, 0, my.with.now() + domain::teardown_retry});
}

void order_failed(reconciler_pointer self, domain::vm_id vm, const caf::error& why) {
  switch (code_of(why).value_or(errc::outcome_unknown)) {
  case errc::transient:
  case errc::capacity:
  case errc::permanent:
    return postpone(self, vm, text_of(why));
  case errc::not_ours:
    return quarantine(self, vm, text_of(why));
  default: // Nobody can tell what happened, or nothing did: the next look will.
    return tend_later(self, vm, patience);
  }
}

/// What the decision table calls for, in the terms of a late clone.
struct do_step {
  reconciler_pointer self;
  const domain::open_difference& of;

  domain::vm_id vm() const { return of.is.is.vm; }

  void operator()(const domain::look_again& wait) const {
    tend_later(self, vm(), std::max(wait.after, patience));
  }
  void operator()(const domain::begin_deletion&) const {
    record(self, vm(), domain::removal_intended{vm(), of.removal.is.marked});
  }
  void operator()(const domain::confirm_deletion&) const {
    auto how = of.removal.intended ? domain::settlement::destroyed : domain::settlement::gone;
    record(self, vm(),
           domain::difference_settled{domain::difference_kind::late_clone, vm(), {}, how});
  }
  void operator()(const domain::quarantine& c) const { quarantine(self, vm(), c.reason); }
  void operator()(const domain::report_teardown_fault& c) const { postpone(self, vm(), c.reason); }
  template <class Command>
  void operator()(const Command&) const {
    tend_later(self, vm(), patience); // The table has no such row for a VM that must go.
  }
  void operator()(const domain::session_command& command) const { std::visit(*this, command); }
  void operator()(const domain::vm_order& order) const {
    self->request(self->state.with.hypervisor, order_timeout, carry_out{order})
        .then(
            [self = self, vm = vm()](const order_accepted& accepted) {
              self->state.removals[vm] = {.upid = accepted.upid};
              tend_later(self, vm, patience);
            },
            [self = self, vm = vm()](const caf::error& why) { order_failed(self, vm, why); });
  }
};

void consider(reconciler_pointer self, domain::vm_id vm, const domain::vm_sighting& seen) {
  auto& my = self->state;
  const auto* clone = find(my, vm);
  if (!clone)
    return tend_late_clone(self, vm);
  auto now = my.with.now();
  auto& watch = my.removals[vm].watch;
  watch = domain::observe(watch, seen, now);
  auto decided = domain::plan_removal(clone->removal, seen, watch, now, jitter(my));
  std::visit(do_step{self, *clone}, decided.step);
}

} // namespace

void tend_late_clone(reconciler_pointer self, domain::vm_id vm) {
  auto& my = self->state;
  const auto* clone = find(my, vm);
  if (!clone) {
    my.removals.erase(vm);
    return;
  }
  const auto& removal = clone->removal;
  if (auto wait = removal.retry_at - my.with.now(); wait > domain::duration{})
    return tend_later(self, vm, wait);
  look_at_vm look{.vm = vm,
                  .marked = removal.is.marked,
                  .cloned_from = my.ledger.find(vm).value_or(domain::vm_claim{}).cloned_from,
                  .upid = my.removals[vm].upid,
                  .want_power = removal.intended};
  self->request(my.with.hypervisor, look_timeout, std::move(look))
      .then([self, vm](const domain::vm_sighting& seen) { consider(self, vm, seen); },
            [self, vm](const caf::error&) { tend_later(self, vm, patience); });
}

void remove_late_clones(reconciler_pointer self) {
  auto& my = self->state;
  std::vector<domain::vm_id> untended;
  for (const auto& [key, difference] : my.known.open)
    if (key.kind == domain::difference_kind::late_clone && my.removals.try_emplace(key.vm).second)
      untended.push_back(key.vm);
  for (auto vm : untended)
    tend_late_clone(self, vm);
}

} // namespace berth::actors
