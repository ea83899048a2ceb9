#include "domain/aggregate.hpp"

#include <cstddef>
#include <utility>

namespace berth::domain {

namespace {

// -- folding ------------------------------------------------------------------

/// The aggregate of the event's kind; a new one when there is none yet.
template <class State>
State take(aggregate& from) {
  if (std::holds_alternative<std::monostate>(from))
    return {};
  if (auto* state = std::get_if<State>(&from))
    return std::move(*state);
  throw corrupt_history{"events of different kinds are in one stream"};
}

struct folder {
  aggregate& before;
  time_point at;

  aggregate operator()(const session_event& e) const {
    return evolve(take<session>(before), e, at);
  }
  aggregate operator()(const node_event& e) const { return evolve(take<node>(before), e); }
  aggregate operator()(const template_event& e) const {
    return evolve(take<vm_template>(before), e);
  }
  aggregate operator()(const user_event& e) const { return evolve(take<user>(before), e, at); }
  aggregate operator()(const alert_event& e) const { return evolve(take<alert_outbox>(before), e); }
  aggregate operator()(const reconciliation_event& e) const {
    return evolve(take<reconciliation>(before), e, at);
  }
};

// -- values in words ----------------------------------------------------------

struct named_value {
  std::string name;
  std::optional<std::string> value;
};
using values = std::vector<named_value>;

std::optional<std::string> words(std::string text) {
  return text.empty() ? std::nullopt : std::optional{std::move(text)};
}
std::optional<std::string> words(std::string_view text) {
  return words(std::string{text});
}
std::optional<std::string> words(std::uint64_t number) {
  return std::to_string(number);
}
std::optional<std::string> words(vm_id vm) {
  return vm == vm_id{} ? std::nullopt : words(vm.value);
}
std::optional<std::string> words(time_point at) {
  return to_rfc3339(at);
}
std::optional<std::string> yes_or_no(bool is_so) {
  return is_so ? "yes" : "no";
}

std::string join(const std::vector<std::string>& parts) {
  std::string all;
  for (const auto& part : parts)
    all += (all.empty() ? "" : ", ") + part;
  return all;
}

std::optional<std::string> attempt_of(const session& s) {
  return std::visit(
      [](const auto& phase) -> std::optional<std::string> {
        if constexpr (requires { phase.attempt; })
          return words(phase.attempt);
        else
          return std::nullopt;
      },
      s.phase);
}

std::optional<std::string> vm_of(const session& s) {
  return std::visit(
      [](const auto& phase) -> std::optional<std::string> {
        if constexpr (requires { phase.vm.vm; })
          return words(phase.vm.vm);
        else
          return std::nullopt;
      },
      s.phase);
}

std::optional<std::string> address_of(const session& s) {
  const auto* there = std::get_if<active>(&s.phase);
  return there ? words(there->address) : std::nullopt;
}

std::optional<std::string> handed_to(const session& s) {
  const auto* done = std::get_if<over>(&s.phase);
  return done && done->handed_to ? words(to_string(*done->handed_to)) : std::nullopt;
}

std::optional<std::string> doomed_in(const session& s) {
  std::vector<std::string> vms;
  for (const auto& doomed : s.doomed)
    vms.push_back(std::to_string(doomed.is.vm.value)
                  + (doomed.quarantined ? " (quarantined)" : ""));
  return words(join(vms));
}

std::optional<std::string> refusing_nodes(const session& s) {
  std::vector<std::string> nodes;
  for (const auto& node : s.refused_by)
    nodes.push_back(node.value);
  return words(join(nodes));
}

struct describer {
  values operator()(const std::monostate&) const { return {}; }

  values operator()(const session& s) const {
    return {{"status", words(to_string(status_of(s)))},
            {"step", words(step_name(s))},
            {"attempt", attempt_of(s)},
            {"owner", words(s.owner.value)},
            {"template", words(std::to_string(s.from_template.value) + " " + s.from.name)},
            {"session_type", words(to_string(s.type))},
            {"node", words(s.node.value)},
            {"vm", vm_of(s)},
            {"address", address_of(s)},
            {"created_at", words(s.created_at)},
            {"expires_at", words(s.expires_at)},
            {"end_reason", s.reason ? words(to_string(*s.reason)) : std::nullopt},
            {"detail", words(s.detail)},
            {"last_fault", words(s.last_fault)},
            {"refused_by", refusing_nodes(s)},
            {"doomed_vms", doomed_in(s)},
            {"keeps_vm", yes_or_no(std::holds_alternative<keeping>(s.phase))},
            {"handed_to", handed_to(s)}};
  }

  values operator()(const node& n) const {
    return {{"name", words(n.name.value)},
            {"hostname", words(n.hostname)},
            {"mode", words(to_string(n.mode))},
            {"max_vms", words(n.max_vms)}};
  }

  values operator()(const vm_template& t) const {
    const auto& spec = t.spec;
    return {{"name", words(spec.name)},
            {"os_type", words(to_string(spec.os))},
            {"protocol", words(to_string(spec.protocol))},
            {"template_vmid", words(spec.source)},
            {"cpu_cores", words(spec.cpu_cores)},
            {"ram_mb", words(spec.ram_mb)},
            {"disk_gb", words(spec.disk_gb)},
            {"tags", words(join(spec.tags))},
            {"desktop_user", words(spec.desktop_user)},
            {"desktop_port", words(desktop_port_of(spec))},
            {"await_desktop", yes_or_no(spec.await_desktop)},
            {"is_active", yes_or_no(t.is_active)}};
  }

  values operator()(const user& u) const {
    return {{"login", words(u.login)},
            {"role", words(to_string(u.held))},
            {"quota", words(u.quota)},
            {"is_active", yes_or_no(u.is_active)},
            {"has_password", yes_or_no(u.has_password)},
            {"tokens", words(u.tokens.size())},
            {"browsers_signed_in", words(u.browsers.size())},
            {"registered_at", words(u.registered_at)}};
  }

  values operator()(const alert_outbox& a) const {
    return {{"raised", words(a.raised)},
            {"mailed", words(a.mailed)},
            {"waiting", words(a.waiting.size())}};
  }

  values operator()(const reconciliation& r) const {
    values all{{"found", words(r.found)}, {"settled", words(r.settled)}};
    auto open = count_open(r);
    for (std::size_t kind = 0; kind < open.size(); ++kind)
      all.push_back({"open_" + std::string{to_string(static_cast<difference_kind>(kind))},
                     words(open[kind])});
    return all;
  }
};

} // namespace

aggregate evolve(aggregate before, const event& happened, time_point at) {
  return std::visit(folder{before, at}, happened);
}

std::vector<changed_value> compare(const aggregate& before, const aggregate& after) {
  auto was = std::visit(describer{}, before);
  std::vector<changed_value> all;
  for (auto& [name, value] : std::visit(describer{}, after)) {
    auto old = all.size() < was.size() ? was[all.size()].value : std::nullopt;
    all.push_back({std::move(name), std::move(value), std::move(old)});
  }
  return all;
}

} // namespace berth::domain
