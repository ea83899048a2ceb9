#include "domain/placement/reservation_ledger.hpp"

#include "domain/broken_rule.hpp"

#include <variant>

namespace berth::domain {

void reservation_ledger::apply(const session_id& id, const session_event& happened, time_point at) {
  std::visit([&](const auto& event) { on_event(id, event, at); }, happened);
}

std::vector<reservation> reservation_ledger::on(const node_name& node) const {
  std::vector<reservation> found;
  for (const auto& [vm, claim] : claims_)
    if (claim.held.node == node && !is_broken(rule::reservations_count))
      found.push_back(claim.held);
  return found;
}

void reservation_ledger::reserve(const session_id& by, vm_id vm, const node_name& node) {
  claims_[vm] = {by, {.vm = vm, .node = node, .ram_mb = ram_mb_[by], .cpu_cores = predicted_cores}};
}

void reservation_ledger::move(vm_id vm, const node_name& to) {
  if (auto found = claims_.find(vm); found != claims_.end())
    found->second.held.node = to;
}

void reservation_ledger::mark_running(vm_id vm, time_point since) {
  if (auto found = claims_.find(vm); found != claims_.end() && !found->second.held.running_since)
    found->second.held.running_since = since;
}

void reservation_ledger::on_event(const session_id& id, const session_requested& e, time_point) {
  ram_mb_[id] = e.from.ram_mb;
}

void reservation_ledger::on_event(const session_id& id, const session_placed& e, time_point) {
  reserve(id, e.vm, e.node);
}

void reservation_ledger::on_event(const session_id& id, const vm_taken_over& e, time_point) {
  reserve(id, e.vm, e.node);
}

void reservation_ledger::on_event(const session_id&, const vm_started& e, time_point at) {
  mark_running(e.vm, at);
}

void reservation_ledger::on_event(const session_id&, const session_activated& e, time_point) {
  move(e.vm, e.node);
}

void reservation_ledger::on_event(const session_id&, const vm_moved& e, time_point) {
  move(e.vm, e.node);
}

void reservation_ledger::on_event(const session_id&, const vm_kept& e, time_point) {
  claims_.erase(e.vm);
}

void reservation_ledger::on_event(const session_id&, const vm_deleted& e, time_point) {
  claims_.erase(e.vm);
}

void reservation_ledger::on_event(const session_id& id, const session_closed&, time_point) {
  ram_mb_.erase(id);
  std::erase_if(claims_, [&id](const auto& entry) { return entry.second.by == id; });
}

} // namespace berth::domain
