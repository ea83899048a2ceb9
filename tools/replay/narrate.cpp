#include "tools/replay/narrate.hpp"

#include <fmt/format.h>

#include <chrono>

namespace berth::replay {

namespace {

using namespace domain;

std::string because(const std::string& reason) {
  return reason.empty() ? std::string{} : ": " + reason;
}

std::string hardware(const template_spec& spec) {
  return fmt::format("{} cores, {} MiB RAM, {} GiB disk, cloned from VM {}", spec.cpu_cores,
                     spec.ram_mb, spec.disk_gb, spec.source.value);
}

std::string_view words(end_reason reason) {
  switch (reason) {
  case end_reason::deadline:
    return "its time was over";
  case end_reason::ended_by_user:
    return "its owner ended it";
  case end_reason::ended_by_admin:
    return "an admin ended it";
  case end_reason::vm_lost:
    return "its VM was lost";
  case end_reason::provisioning_failed:
    return "no VM could be provided";
  }
  return "for an unknown reason";
}

/// One overload for each event; one that is missing does not compile.
struct narrator {
  std::string operator()(const session_requested& e) const {
    return fmt::format("user {} asked for a session of type {} of template {} \"{}\" ({}) until {}",
                       e.owner.value, to_string(e.type), e.from_template.value, e.from.name,
                       hardware(e.from), to_rfc3339(e.expires_at));
  }
  std::string operator()(const session_placed& e) const {
    return fmt::format("attempt {}: placed on node {} as VM {}, {} nodes considered", e.attempt,
                       e.node.value, e.vm.value, e.considered.size());
  }
  std::string operator()(const resumption_intended& e) const {
    return fmt::format("the VM kept by session {} will be resumed", to_string(e.kept_by));
  }
  std::string operator()(const vm_taken_over& e) const {
    return fmt::format("took over VM {} on node {}, marked as session {}", e.vm.value, e.node.value,
                       to_string(e.marked));
  }
  std::string operator()(const clone_intended& e) const {
    return fmt::format("VM {} is to be cloned", e.vm.value);
  }
  std::string operator()(const configuration_intended& e) const {
    return fmt::format("VM {} is to be configured", e.vm.value);
  }
  std::string operator()(const start_intended& e) const {
    return fmt::format("VM {} is to be started", e.vm.value);
  }
  std::string operator()(const task_accepted& e) const {
    return fmt::format("Proxmox works on VM {} as task {}", e.vm.value, e.upid);
  }
  std::string operator()(const vm_started& e) const {
    return fmt::format("VM {} runs; its address must be known by {}", e.vm.value,
                       to_rfc3339(e.deadline));
  }
  std::string operator()(const session_activated& e) const {
    return fmt::format("active: VM {} on node {} answers at {}", e.vm.value, e.node.value,
                       e.address);
  }
  std::string operator()(const step_failed& e) const {
    return fmt::format("the step failed ({}, failure {}){}; again at {}", to_string(e.fault),
                       e.failures, because(e.reason), to_rfc3339(e.retry_at));
  }
  std::string operator()(const attempt_failed& e) const {
    auto vm = e.vm == vm_id{} ? std::string{"without a VM"} : fmt::format("with VM {}", e.vm.value);
    return fmt::format("attempt {} {} was given up ({}){}", e.attempt, vm, to_string(e.fault),
                       because(e.reason));
  }
  std::string operator()(const session_failed& e) const {
    return fmt::format("failed, {}{}", words(e.reason), because(e.detail));
  }
  std::string operator()(const session_extended& e) const {
    return fmt::format("extended until {}", to_rfc3339(e.expires_at));
  }
  std::string operator()(const desktop_opened&) const { return "the desktop was opened"; }
  std::string operator()(const session_ended& e) const {
    return fmt::format("ended, {}{}", words(e.reason), because(e.detail));
  }
  std::string operator()(const shutdown_intended& e) const {
    return fmt::format("VM {} is to be shut down and kept", e.vm.value);
  }
  std::string operator()(const vm_kept& e) const {
    return fmt::format("VM {} is off and kept on node {}", e.vm.value, e.node.value);
  }
  std::string operator()(const vm_handed_over& e) const {
    return fmt::format("the kept VM went to session {}", to_string(e.to));
  }
  std::string operator()(const discard_requested&) const {
    return "the VM is to be kept no longer";
  }
  std::string operator()(const deletion_intended& e) const {
    return fmt::format("VM {} is to be destroyed", e.vm.value);
  }
  std::string operator()(const teardown_failed& e) const {
    return fmt::format("taking VM {} down failed (failure {}){}; again at {}", e.vm.value,
                       e.failures, because(e.reason), to_rfc3339(e.retry_at));
  }
  std::string operator()(const vm_quarantined& e) const {
    return fmt::format("VM {} is left alone until an operator has seen to it{}", e.vm.value,
                       because(e.reason));
  }
  std::string operator()(const vm_deleted& e) const {
    return fmt::format("VM {} is gone", e.vm.value);
  }
  std::string operator()(const session_closed&) const { return "closed: nothing is owed any more"; }

  std::string operator()(const node_registered& e) const {
    return fmt::format("node {} ({}) may hold {} VMs", e.node.value, e.hostname, e.max_vms);
  }
  std::string operator()(const node_maintenance_begun& e) const {
    return "the node went into maintenance" + because(e.reason);
  }
  std::string operator()(const node_drain_begun& e) const {
    return "the node takes no new VMs" + because(e.reason);
  }
  std::string operator()(const node_returned&) const { return "the node is in service again"; }
  std::string operator()(const node_removed&) const { return "the node was removed"; }

  std::string operator()(const template_created& e) const {
    return fmt::format("template {} \"{}\" was created: {}", e.id.value, e.spec.name,
                       hardware(e.spec));
  }
  std::string operator()(const template_changed& e) const {
    return fmt::format("the template is now \"{}\": {}", e.spec.name, hardware(e.spec));
  }
  std::string operator()(const template_disabled&) const { return "the template was disabled"; }
  std::string operator()(const template_enabled&) const { return "the template was enabled"; }

  std::string operator()(const user_registered& e) const {
    return fmt::format("user {} was registered as {} with role {}", e.id.value, e.login,
                       to_string(e.held));
  }
  std::string operator()(const token_issued& e) const {
    return "a token was issued" + because(e.label)
           + (e.expires_at ? ", valid until " + to_rfc3339(*e.expires_at) : "");
  }
  std::string operator()(const role_changed& e) const {
    return fmt::format("the user's role is now {}", to_string(e.held));
  }
  std::string operator()(const quota_changed& e) const {
    return fmt::format("the user may have {} sessions at once", e.sessions);
  }
  std::string operator()(const user_disabled& e) const {
    return "the user was disabled" + because(e.reason);
  }
  std::string operator()(const user_enabled&) const { return "the user was enabled"; }
  std::string operator()(const password_changed&) const { return "the password was changed"; }
  std::string operator()(const token_used& e) const {
    return fmt::format("token {} was used", e.token_hash.substr(0, 16));
  }
  std::string operator()(const token_revoked& e) const {
    return fmt::format("token {} was revoked", e.token_hash.substr(0, 16));
  }
  std::string operator()(const signed_in& e) const {
    return fmt::format("signed in with a browser, until {}", to_rfc3339(e.expires_at));
  }
  std::string operator()(const signed_out&) const { return "signed out"; }

  std::string operator()(const alert_raised& e) const {
    return fmt::format("alert {} ({}) for session {}{}", e.number, to_string(e.kind),
                       to_string(e.session), because(e.detail));
  }
  std::string operator()(const alerts_mailed& e) const {
    return fmt::format("alerts up to {} were mailed", e.through);
  }
};

} // namespace

std::string narrate(const event& event) {
  return std::visit([](const auto& aggregate) { return std::visit(narrator{}, aggregate); }, event);
}

std::string in_words(duration time) {
  using namespace std::chrono;
  if (time < 1s)
    return fmt::format("{} ms", time.count());
  if (time < 1min)
    return fmt::format("{:.1f} s", duration_cast<std::chrono::duration<double>>(time).count());
  auto pair = [time](auto large, const char* large_unit, auto small, const char* small_unit) {
    auto whole = time / large;
    return fmt::format("{} {} {} {}", whole, large_unit, (time - whole * large) / small,
                       small_unit);
  };
  if (time < 1h)
    return pair(minutes{1}, "min", seconds{1}, "s");
  if (time < 24h)
    return pair(hours{1}, "h", minutes{1}, "min");
  return pair(days{1}, "d", hours{1}, "h");
}

} // namespace berth::replay
