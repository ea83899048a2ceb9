#include "domain/alert/alert.hpp"

#include <algorithm>
#include <utility>

namespace berth::domain {

namespace {

constexpr std::string_view kinds[] = {"session_failed", "deletion_stuck"};

struct folder {
  alert_outbox outbox;

  alert_outbox operator()(const alert_raised& e) && {
    if (e.number != outbox.raised + 1)
      throw corrupt_history{"an alert is missing"};
    outbox.raised = e.number;
    outbox.waiting.push_back(e);
    return std::move(outbox);
  }
  alert_outbox operator()(const alerts_mailed& e) && {
    if (e.through <= outbox.mailed || e.through > outbox.raised)
      throw corrupt_history{"alerts were mailed twice, or before they were raised"};
    outbox.mailed = e.through;
    std::erase_if(outbox.waiting, [&e](const auto& alert) { return alert.number <= e.through; });
    return std::move(outbox);
  }
};

} // namespace

std::string_view to_string(alert_kind kind) {
  return kinds[static_cast<std::size_t>(kind)];
}

std::optional<alert_kind> parse_alert_kind(std::string_view text) {
  auto found = std::ranges::find(kinds, text);
  if (found == std::end(kinds))
    return std::nullopt;
  return static_cast<alert_kind>(found - std::begin(kinds));
}

alert_outbox evolve(alert_outbox before, const alert_event& happened) {
  return std::visit(folder{std::move(before)}, happened);
}

} // namespace berth::domain
