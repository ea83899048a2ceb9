#include "domain/placement/reservation_ledger.hpp"

#include "domain/broken_rule.hpp"

#include <variant>

namespace berth::domain {

void reservation_ledger::apply(const session_id& id, const session_event& happened, time_point at) {
  std::visit([&](const auto& event) { on_event(id, event, at); }, happened);
}

void reservation_ledger::reserve(const session_id& by, vm_id vm, const node_name& node) {
  release(vm);
  if (is_broken(rule::reservations_count))
    return;
  auto& session = sessions_[by];
  session.vms.push_back(vm);
  claims_[vm] = {
      by, board_.reserve(
              {.vm = vm, .node = node, .ram_mb = session.ram_mb, .cpu_cores = predicted_cores})};
}

void reservation_ledger::release(vm_id vm) {
  if (auto found = claims_.find(vm); found != claims_.end()) {
    board_.release(found->second.held);
    claims_.erase(found);
  }
}

void reservation_ledger::move(vm_id vm, const node_name& to) {
  if (auto found = claims_.find(vm); found != claims_.end())
    board_.move(found->second.held, to);
}

void reservation_ledger::mark_running(vm_id vm, time_point since) {
  if (auto found = claims_.find(vm); found != claims_.end())
    board_.mark_running(found->second.held, since);
}

void reservation_ledger::on_event(const session_id& id, const session_requested& e, time_point) {
  sessions_[id].ram_mb = e.from.ram_mb;
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
  release(e.vm);
}

void reservation_ledger::on_event(const session_id&, const vm_deleted& e, time_point) {
  release(e.vm);
}

void reservation_ledger::on_event(const session_id& id, const session_closed&, time_point) {
  auto closed = sessions_.extract(id);
  if (closed.empty())
    return;
  for (auto vm : closed.mapped().vms)
    if (auto found = claims_.find(vm); found != claims_.end() && found->second.by == id)
      release(vm);
}

} // namespace berth::domain
