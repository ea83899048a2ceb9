#include "domain/reconciliation/reconciliation.hpp"

#include <utility>

namespace berth::domain {

namespace {

void require(bool fits, const char* otherwise) {
  if (!fits)
    throw corrupt_history{std::string{"reconciliation: "} + otherwise};
}

struct folder {
  reconciliation& state;
  time_point at;

  open_difference& late_clone(vm_id vm) const {
    auto found = state.open.find({difference_kind::late_clone, vm, {}});
    require(found != state.open.end(), "a removal of what is no late clone");
    return found->second;
  }

  void operator()(const difference_found& e) const {
    difference_key key{e.kind, e.vm, e.volume};
    open_difference opened{.is = {key, e.session, e.node, e.detail}, .since = at};
    if (e.kind == difference_kind::late_clone) {
      require(e.session.has_value(), "a late clone of no session");
      opened.removal.is = {e.vm, e.node, *e.session};
    }
    require(state.open.emplace(key, std::move(opened)).second, "a difference was found twice");
    ++state.found;
  }
  void operator()(const removal_intended& e) const {
    auto& removal = late_clone(e.vm).removal;
    require(!removal.intended && removal.is.marked == e.session, "a removal was intended twice");
    removal.intended = true;
    removal.quarantined = false;
  }
  void operator()(const removal_postponed& e) const {
    auto& clone = late_clone(e.vm);
    clone.last_fault = e.reason;
    clone.removal.quarantined = e.quarantined;
    clone.removal.intended = clone.removal.intended && !e.quarantined;
    clone.removal.failures = e.failures;
    clone.removal.retry_at = e.retry_at;
  }
  void operator()(const difference_settled& e) const {
    require(state.open.erase({e.kind, e.vm, e.volume}) == 1, "a difference was settled unfound");
    ++state.settled;
  }
};

} // namespace

std::array<std::size_t, difference_kinds> count_open(const reconciliation& in) {
  std::array<std::size_t, difference_kinds> counts{};
  for (const auto& [key, difference] : in.open)
    ++counts[static_cast<std::size_t>(key.kind)];
  return counts;
}

reconciliation evolve(reconciliation before, const reconciliation_event& happened, time_point at) {
  std::visit(folder{before, at}, happened);
  return before;
}

} // namespace berth::domain
