#include "domain/session/next_actions.hpp"

#include <algorithm>
#include <optional>

namespace berth::domain {

namespace {

struct debt {
  std::optional<action> operator()(const placing& p) const {
    return find_node{p.attempt, p.not_before};
  }
  std::optional<action> operator()(const resuming& r) const { return claim_kept_vm{r.kept_by}; }
  std::optional<action> operator()(const provisioning& p) const {
    return tend_vm{p.vm, p.retry_at};
  }
  std::optional<action> operator()(const shutting_down& d) const {
    return tend_vm{d.vm, d.retry_at};
  }
  std::optional<action> operator()(const absent&) const { return {}; }
  std::optional<action> operator()(const active&) const { return {}; }
  std::optional<action> operator()(const keeping&) const { return {}; }
  std::optional<action> operator()(const over&) const { return {}; }
};

} // namespace

std::vector<action> next_actions(const session& s) {
  std::vector<action> owed;
  if (std::holds_alternative<absent>(s.phase))
    return owed;
  if (auto own = std::visit(debt{}, s.phase))
    owed.push_back(*own);
  if (!is_over(s))
    owed.push_back(await_deadline{s.expires_at});
  for (const auto& doomed : s.doomed)
    owed.push_back(tend_vm{doomed.is, doomed.retry_at});
  return owed;
}

bool is_at_rest(const std::vector<action>& owed) {
  return std::ranges::all_of(
      owed, [](const action& one) { return std::holds_alternative<await_deadline>(one); });
}

} // namespace berth::domain
