#include "domain/placement/reservation_ledger.hpp"

#include "domain/broken_rule.hpp"

#include <variant>

namespace berth::domain {

void reservation_ledger::apply(const session_id& id, const session_event& happened, time_point at) {
  std::visit([&](const auto& event) { on_event(id, event, at); }, happened);
}

void reservation_ledger::reserve(const session_id& by, vm_id vm, const node_name& node) {
  release(vm);
  if (!is_broken(rule::reservations_count))
    held_[vm] = board_.reserve(node, {.vm = vm, .ram_mb = ram_mb_[by]});
}

void reservation_ledger::release(vm_id vm) {
  if (auto held = held_.extract(vm))
    board_.release(*held);
}

void reservation_ledger::move(vm_id vm, const node_name& to) {
  if (auto* held = held_.find(vm))
    board_.move(*held, to);
}

void reservation_ledger::mark_running(vm_id vm, time_point since) {
  if (const auto* held = held_.find(vm))
    board_.mark_running(*held, since);
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

void reservation_ledger::on_event(const session_id& id, const session_activated& e, time_point) {
  move(e.vm, e.node);
  ram_mb_.erase(id);
}

void reservation_ledger::on_event(const session_id&, const vm_moved& e, time_point) {
  move(e.vm, e.node);
}

void reservation_ledger::on_event(const session_id&, const vm_kept& e, time_point) {
  release(e.vm);
}

void reservation_ledger::on_event(const session_id&, const vm_deleted& e, time_point) {
  release(e.vm);
}

// Each of its VMs was released when it was kept or deleted.
void reservation_ledger::on_event(const session_id& id, const session_closed&, time_point) {
  ram_mb_.erase(id);
}

} // namespace berth::domain
