#include "tools/simulation/world/wire_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

namespace berth::simulation {

namespace {

using namespace std::chrono_literals;

/// A VM that changed hands between the broker's last look and its call, or while that call was on
/// its way, could not be spared.
constexpr auto unavoidable = 2min;

struct guest_call {
  std::uint32_t vmid = 0;
  std::string what; ///< what follows the VMID: `status/start`
};

/// `/nodes/N/qemu/ID/...` as its parts.
std::optional<guest_call> guest_of(const std::string& path) {
  constexpr std::string_view marker = "/qemu/";
  auto at = path.find(marker);
  if (at == std::string::npos)
    return std::nullopt;
  guest_call found;
  const auto* begin = path.data() + at + marker.size();
  auto parsed = std::from_chars(begin, path.data() + path.size(), found.vmid);
  found.what = std::string{static_cast<const char*>(parsed.ptr), path.data() + path.size()};
  return found;
}

/// The intent that the log must hold before such a call.
std::string intent_of(const arrival& what, const guest_call& of) {
  if (what.method == "DELETE")
    return "deletion";
  if (of.what == "/config")
    return what.values.contains("tags") ? "configuration" : "deletion";
  if (of.what == "/status/start")
    return "start";
  if (of.what == "/status/shutdown")
    return "shutdown";
  if (of.what == "/status/stop")
    return "deletion";
  return "password";
}

} // namespace

void wire_rules::judge_change(const arrival& what, std::uint32_t vmid, const std::string& intent) {
  const auto* vm = history_.find(domain::vm_id{vmid});
  auto call = fmt::format("{} {}", what.method, what.path);
  verdicts_.require(vm, "nothing is done to a VM that is not ours", call);
  if (!vm)
    return;
  // What was sent before the VM changed hands, and comes late, was meant for its last session.
  auto handed_over = handed_over_.find(vmid);
  bool is_of_before = handed_over != handed_over_.end() && what.sent < handed_over->second
                      && vm->intents_before.contains(intent);
  verdicts_.require(vm->intents.contains(intent) || is_of_before, "intent before effect",
                    fmt::format("{} without a committed {} intent", call, intent));
  if (auto since = foreign_since_.find(vmid); since != foreign_since_.end())
    verdicts_.require(what.sent < since->second + unavoidable,
                      "nothing is done to a VM that is not ours",
                      fmt::format("{}: it bears another name", call));
  if (intent == "deletion") {
    const auto* owner = history_.find(vm->session);
    verdicts_.require(vm->doomed || (owner && owner->over), "no deletion before the end", call);
  }
}

void wire_rules::arrived(const arrival& what) {
  if (what.method == "GET")
    return;
  auto guest = guest_of(what.path);
  if (!guest)
    return verdicts_.broken("only known calls", what.method + " " + what.path);
  if (guest->what == "/clone")
    judge_change(what, static_cast<std::uint32_t>(std::stoul(what.values.at("newid"))), "clone");
  else
    judge_change(what, guest->vmid, intent_of(what, *guest));
}

void wire_rules::logged(const std::vector<eventstore::recorded_event>& events) {
  for (const auto& recorded : events) {
    const auto* event = std::get_if<domain::session_event>(&recorded.event);
    if (const auto* taken = event ? std::get_if<domain::vm_taken_over>(event) : nullptr)
      handed_over_[taken->vm.value] = clock_.now();
    const auto* gone = event ? std::get_if<domain::vm_deleted>(event) : nullptr;
    if (!gone || is_foreign(gone->vm.value) || !cluster_.vms.contains(gone->vm.value))
      continue;
    // A clone that comes late may make it again at the very moment in which it is called gone.
    auto made = created_.find(gone->vm.value);
    verdicts_.require(made == created_.end() || clock_.now() < made->second + unavoidable,
                      "what is called gone is gone", fmt::format("VM {} exists", gone->vm.value));
  }
}

void wire_rules::judge_effect(const pve_simulator::effect& seen) {
  if (seen.what == "vm_created")
    created_[seen.vmid] = clock_.now();
  if (seen.task.empty())
    return; // Somebody else's doing.
  const auto* vm = history_.find(domain::vm_id{seen.vmid});
  if (seen.what == "vm_created") {
    verdicts_.require(vm && vm->intents.contains("clone"), "intent before effect",
                      fmt::format("VM {} was made without one", seen.vmid));
    auto clones = std::ranges::count_if(cluster_.tasks, [](const auto& task) {
      return task.second.running && task.second.type == "qmclone";
    });
    constexpr int clones_in_all = 4 + 4; // Those of a process that died may still be at work.
    verdicts_.require(clones <= clones_in_all, "no stampede of clones",
                      fmt::format("{} at once", clones));
  }
  if (seen.what == "vm_started" && vm)
    judge_start(seen);
}

void wire_rules::judge_start(const pve_simulator::effect& seen) {
  auto running = std::ranges::count_if(cluster_.vms, [&](const auto& one) {
    auto name = one.second.config.find("name");
    if (!one.second.running || name == one.second.config.end() || name->second != seen.name)
      return false;
    const auto* known = history_.find(domain::vm_id{one.first});
    return known && !known->quarantined && !out_of_reach(*known);
  });
  verdicts_.require(running <= 1, "one VM per session",
                    fmt::format("{} VMs run under the name {}", running, seen.name));
}

/// What could not be taken down for ten minutes may be on a node that nobody can ask.
bool wire_rules::out_of_reach(const vm_history& vm) const {
  return vm.doomed && clock_.wall() >= vm.doomed_at + 10min - 10s;
}

void wire_rules::look() {
  const auto& effects = cluster_.journal.all();
  for (; seen_ < effects.size(); ++seen_)
    judge_effect(effects[seen_]);
}

} // namespace berth::simulation
