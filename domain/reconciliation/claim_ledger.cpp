#include "domain/reconciliation/claim_ledger.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace berth::domain {

namespace {

using claims = std::map<vm_id, vm_claim>;

vm_claim claim_of(const session& s, const session_vm& vm, vm_wish wants) {
  return {.session = s.id,
          .marked = vm.marked,
          .cloned_from = s.from.source,
          .node = vm.node,
          .wants = wants};
}

/// The VM of each phase that has one, and what is wanted of it.
struct phase_claim {
  const session& s;
  claims& to;

  void operator()(const provisioning& p) const { add(p.vm, vm_wish::provisioning); }
  void operator()(const active& a) const { add(a.vm, vm_wish::active); }
  void operator()(const shutting_down& d) const { add(d.vm, vm_wish::shutting_down); }
  void operator()(const keeping& k) const { add(k.vm, vm_wish::kept); }
  void operator()(const absent&) const {}
  void operator()(const placing&) const {}
  void operator()(const resuming&) const {}
  void operator()(const over&) const {}

  void add(const session_vm& vm, vm_wish wants) const { to[vm.vm] = claim_of(s, vm, wants); }
};

claims claims_of(const session& s) {
  claims all;
  std::visit(phase_claim{s, all}, s.phase);
  for (const auto& doomed : s.doomed) {
    auto& claim = all[doomed.is.vm] = claim_of(s, doomed.is, vm_wish::doomed);
    claim.quarantined = doomed.quarantined;
  }
  return all;
}

bool is_closed(const session& s) {
  const auto* ended = std::get_if<over>(&s.phase);
  return ended && ended->closed;
}

/// The only VM of a session at rest.
const session_vm* settled_vm(const session& s) {
  if (!s.doomed.empty())
    return nullptr;
  if (const auto* is = std::get_if<active>(&s.phase))
    return &is->vm;
  const auto* kept = std::get_if<keeping>(&s.phase);
  return kept ? &kept->vm : nullptr;
}

} // namespace

/// The session as far as claims can tell; it is in neither map then.
session claim_ledger::take(const session_id& id) {
  if (auto moving = moving_.extract(id))
    return std::move(moving.mapped());
  auto found = settled_.extract(id);
  if (!found)
    return {};
  const auto* known = open_.find(found->vm);
  if (!known)
    throw corrupt_history{"session " + to_string(id) + ": its VM went with another session"};
  session s{.id = id, .type = found->type, .reason = found->reason};
  s.from.source = known->cloned_from;
  session_vm vm{found->vm, known->node, known->marked};
  if (found->reason)
    s.phase = keeping{std::move(vm)};
  else
    s.phase = active{.vm = std::move(vm)};
  return s;
}

void claim_ledger::keep(session s) {
  if (const auto* vm = settled_vm(s))
    settled_[s.id] = {vm->vm, s.type, s.reason};
  else if (!is_closed(s))
    moving_[s.id] = std::move(s);
}

void claim_ledger::claim(vm_id vm, vm_claim wanted, time_point at) {
  const auto* before = open_.find(vm);
  wanted.since = before && before->wants == wanted.wants ? before->since : at;
  open_[vm] = std::move(wanted);
}

void claim_ledger::release(vm_id vm) {
  auto released = open_.extract(vm);
  if (!released)
    return;
  auto at = std::ranges::lower_bound(gone_, vm, {}, &gone_vm::vm);
  gone_.insert(at, {vm, released->cloned_from, released->marked});
}

void claim_ledger::apply(const session_id& id, const session_event& happened, time_point at) {
  auto s = take(id);
  auto before = claims_of(s);
  s = evolve(std::move(s), happened, at);
  auto after = claims_of(s);
  if (const auto* handed_over = std::get_if<vm_handed_over>(&happened)) {
    // The heir takes the VM over with its next event; nobody else may take it for gone.
    const auto& vm = *std::get<over>(s.phase).handed;
    auto& claim = after[vm.vm] = claim_of(s, vm, vm_wish::provisioning);
    claim.session = handed_over->to;
  }
  for (const auto& [vm, claimed] : before)
    if (!after.contains(vm))
      release(vm);
  for (auto& [vm, claimed] : after)
    claim(vm, std::move(claimed), at);
  keep(std::move(s));
}

std::optional<vm_claim> claim_ledger::find(vm_id vm) const {
  if (const auto* found = open_.find(vm))
    return *found;
  auto at = std::ranges::lower_bound(gone_, vm, {}, &gone_vm::vm);
  if (at == gone_.end() || at->vm != vm)
    return std::nullopt;
  return vm_claim{.session = at->made_by,
                  .marked = at->made_by,
                  .cloned_from = at->cloned_from,
                  .wants = vm_wish::gone};
}

bool claim_ledger::knows(const session_id& session) const {
  auto of_it = [&session](const auto& entry) { return entry.second.marked == session; };
  return moving_.contains(session) || settled_.contains(session)
         || std::ranges::any_of(open_, of_it)
         || std::ranges::find(gone_, session, &gone_vm::made_by) != gone_.end();
}

} // namespace berth::domain
