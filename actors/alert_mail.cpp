#include "actors/alert_mail.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

namespace berth::actors {

namespace {

using domain::alert_kind;

constexpr std::array kinds{alert_kind::session_failed, alert_kind::deletion_stuck};

std::string_view or_unknown(const std::string& text) {
  return text.empty() ? std::string_view{"unknown"} : text;
}

std::string vm_or_none(domain::vm_id vm) {
  return vm == domain::vm_id{} ? "none" : std::to_string(vm.value);
}

std::string headline(const alert_report& report) {
  const auto& alert = report.alert;
  if (alert.kind == alert_kind::session_failed)
    return fmt::format("session {} failed", to_string(alert.session));
  return fmt::format("VM {} is not destroyed", alert.vm.value);
}

std::string_view explanation(alert_kind kind) {
  if (kind == alert_kind::session_failed)
    return "Berth could not provide a VM, and has given up. What is left of it is being destroyed.";
  return "The VM belongs to a session that is over, and still exists. Berth goes on trying, unless "
         "it had to leave the VM alone: then the reason says so.";
}

send_mail compose_one(const alert_report& report) {
  const auto& alert = report.alert;
  auto session = to_string(alert.session);
  return {"Berth: " + headline(report),
          fmt::format("{}\n\n"
                      "session:  {}\n"
                      "owner:    user {}\n"
                      "template: {}\n"
                      "node:     {}\n"
                      "VM:       {}\n"
                      "reason:   {}\n\n"
                      "Its whole history: berth-replay show {}\n",
                      explanation(alert.kind), session, report.owner.value,
                      or_unknown(report.template_name), or_unknown(report.node.value),
                      vm_or_none(alert.vm), or_unknown(alert.detail), session)};
}

send_mail compose_digest(const std::vector<alert_report>& reports) {
  std::string text;
  auto out = std::back_inserter(text);
  for (auto kind : kinds)
    fmt::format_to(out, "{:>5} {}\n",
                   std::ranges::count(reports, kind, [](const auto& r) { return r.alert.kind; }),
                   to_string(kind));
  text += '\n';
  auto shown = std::min(reports.size(), longest_digest);
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& report = reports[i];
    fmt::format_to(out, "{}: session {}, user {}, template {}, node {}, VM {}: {}\n",
                   to_string(report.alert.kind), to_string(report.alert.session),
                   report.owner.value, or_unknown(report.template_name),
                   or_unknown(report.node.value), vm_or_none(report.alert.vm),
                   or_unknown(report.alert.detail));
  }
  if (shown < reports.size())
    fmt::format_to(out, "and {} more\n", reports.size() - shown);
  text += "\nThe whole history of a session: berth-replay show SESSION\n";
  return {fmt::format("Berth: {} alerts", reports.size()), std::move(text)};
}

} // namespace

send_mail compose_mail(const std::vector<alert_report>& reports) {
  return reports.size() == 1 ? compose_one(reports.front()) : compose_digest(reports);
}

} // namespace berth::actors
