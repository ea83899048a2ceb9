#include "domain/narration.hpp"

#include <sstream>
#include <string_view>

namespace berth::domain {

namespace {

template <class... Parts>
std::string say(const Parts&... parts) {
  std::ostringstream sentence;
  (sentence << ... << parts);
  return std::move(sentence).str();
}

std::string because(const std::string& reason) {
  return reason.empty() ? std::string{} : ": " + reason;
}

std::string hardware(const template_spec& spec) {
  return say(spec.cpu_cores, " cores, ", spec.ram_mb, " MiB RAM, ", spec.disk_gb,
             " GiB disk, cloned from VM ", spec.source.value);
}

std::string_view with_article(session_type type) {
  return type == session_type::ephemeral ? "an ephemeral" : "a persistent";
}

/// Enough of a hash to tell one token from the others.
std::string shortened(const std::string& hash) {
  return hash.substr(0, 16);
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

std::string_view words(difference_kind kind) {
  switch (kind) {
  case difference_kind::stray:
    return "stray VM";
  case difference_kind::foreign:
    return "foreign VM";
  case difference_kind::late_clone:
    return "late clone";
  case difference_kind::lost:
    return "lost VM";
  case difference_kind::overdue:
    return "overdue destruction";
  case difference_kind::moved:
    return "moved VM";
  case difference_kind::stopped:
    return "stopped VM";
  case difference_kind::leaked_volume:
    return "leaked volume";
  }
  return "difference";
}

std::string_view words(settlement how) {
  switch (how) {
  case settlement::gone:
    return "is gone";
  case settlement::destroyed:
    return "was destroyed";
  case settlement::session_told:
    return "is known to its session";
  case settlement::resolved:
    return "is as the log says";
  }
  return "is settled";
}

std::string subject(vm_id vm, const std::string& volume) {
  return volume.empty() ? say("VM ", vm.value) : say("volume ", volume);
}

/// One overload for each event; one that is missing does not compile.
struct narrator {
  std::string operator()(const session_requested& e) const {
    return say("user ", e.owner.value, " asked for ", with_article(e.type), " session of template ",
               e.from_template.value, " \"", e.from.name, "\" (", hardware(e.from), ") until ",
               to_rfc3339(e.expires_at));
  }
  std::string operator()(const session_placed& e) const {
    return say("attempt ", e.attempt, ": placed on node ", e.node.value, " as VM ", e.vm.value,
               ", ", e.considered.size(), " nodes considered");
  }
  std::string operator()(const resumption_intended& e) const {
    return say("the VM kept by session ", to_string(e.kept_by), " will be resumed");
  }
  std::string operator()(const vm_taken_over& e) const {
    return say("took over VM ", e.vm.value, " on node ", e.node.value, ", marked as session ",
               to_string(e.marked));
  }
  std::string operator()(const clone_intended& e) const {
    return say("VM ", e.vm.value, " is to be cloned");
  }
  std::string operator()(const configuration_intended& e) const {
    return say("VM ", e.vm.value, " is to be configured");
  }
  std::string operator()(const start_intended& e) const {
    return say("VM ", e.vm.value, " is to be started");
  }
  std::string operator()(const task_accepted& e) const {
    return say("Proxmox works on VM ", e.vm.value, " as task ", e.upid);
  }
  std::string operator()(const vm_started& e) const {
    return say("VM ", e.vm.value, " runs; its address must be known by ", to_rfc3339(e.deadline));
  }
  std::string operator()(const session_activated& e) const {
    return say("active: VM ", e.vm.value, " on node ", e.node.value, " answers at ", e.address);
  }
  std::string operator()(const vm_moved& e) const {
    return say("VM ", e.vm.value, " is on node ", e.node.value, " now");
  }
  std::string operator()(const step_failed& e) const {
    return say("the step failed (", to_string(e.fault), ", failure ", e.failures, ")",
               because(e.reason), "; again at ", to_rfc3339(e.retry_at));
  }
  std::string operator()(const attempt_failed& e) const {
    auto vm = e.vm == vm_id{} ? std::string{"without a VM"} : say("with VM ", e.vm.value);
    return say("attempt ", e.attempt, " ", vm, " was given up (", to_string(e.fault), ")",
               because(e.reason));
  }
  std::string operator()(const session_failed& e) const {
    return say("failed, ", words(e.reason), because(e.detail));
  }
  std::string operator()(const session_extended& e) const {
    return say("extended until ", to_rfc3339(e.expires_at));
  }
  std::string operator()(const desktop_opened&) const { return "the desktop was opened"; }
  std::string operator()(const session_ended& e) const {
    return say("ended, ", words(e.reason), because(e.detail));
  }
  std::string operator()(const shutdown_intended& e) const {
    return say("VM ", e.vm.value, " is to be shut down and kept");
  }
  std::string operator()(const vm_kept& e) const {
    return say("VM ", e.vm.value, " is off and kept on node ", e.node.value);
  }
  std::string operator()(const vm_handed_over& e) const {
    return say("the kept VM went to session ", to_string(e.to));
  }
  std::string operator()(const discard_requested&) const {
    return "the VM is to be kept no longer";
  }
  std::string operator()(const deletion_intended& e) const {
    return say("VM ", e.vm.value, " is to be destroyed");
  }
  std::string operator()(const teardown_failed& e) const {
    return say("taking VM ", e.vm.value, " down failed (failure ", e.failures, ")",
               because(e.reason), "; again at ", to_rfc3339(e.retry_at));
  }
  std::string operator()(const vm_quarantined& e) const {
    return say("VM ", e.vm.value, " is left alone until an operator has seen to it",
               because(e.reason));
  }
  std::string operator()(const vm_deleted& e) const { return say("VM ", e.vm.value, " is gone"); }
  std::string operator()(const session_closed&) const { return "closed: nothing is owed any more"; }

  std::string operator()(const node_registered& e) const {
    return say("node ", e.node.value, " (", e.hostname, ") may hold ", e.max_vms, " VMs");
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
    return say("template ", e.id.value, " \"", e.spec.name, "\" was created: ", hardware(e.spec));
  }
  std::string operator()(const template_changed& e) const {
    return say("the template is now \"", e.spec.name, "\": ", hardware(e.spec));
  }
  std::string operator()(const template_disabled&) const { return "the template was disabled"; }
  std::string operator()(const template_enabled&) const { return "the template was enabled"; }

  std::string operator()(const user_registered& e) const {
    return say("user ", e.id.value, " was registered as ", e.login, " with role ",
               to_string(e.held));
  }
  std::string operator()(const token_issued& e) const {
    return "a token was issued" + because(e.label)
           + (e.expires_at ? ", valid until " + to_rfc3339(*e.expires_at) : "");
  }
  std::string operator()(const role_changed& e) const {
    return say("the user's role is now ", to_string(e.held));
  }
  std::string operator()(const quota_changed& e) const {
    return say("the user may have ", e.sessions, " sessions at once");
  }
  std::string operator()(const user_disabled& e) const {
    return "the user was disabled" + because(e.reason);
  }
  std::string operator()(const user_enabled&) const { return "the user was enabled"; }
  std::string operator()(const password_changed&) const { return "the password was changed"; }
  std::string operator()(const token_used& e) const {
    return say("token ", shortened(e.token_hash), " was used");
  }
  std::string operator()(const token_revoked& e) const {
    return say("token ", shortened(e.token_hash), " was revoked");
  }
  std::string operator()(const signed_in& e) const {
    return say("signed in with a browser, until ", to_rfc3339(e.expires_at));
  }
  std::string operator()(const signed_out&) const { return "signed out"; }

  std::string operator()(const alert_raised& e) const {
    return say("alert ", e.number, " (", to_string(e.kind), ") for session ", to_string(e.session),
               because(e.detail));
  }
  std::string operator()(const alerts_mailed& e) const {
    return say("alerts up to ", e.through, " were mailed");
  }

  std::string operator()(const difference_found& e) const {
    return say(words(e.kind), ": ", subject(e.vm, e.volume),
               e.node.value.empty() ? "" : " on node " + e.node.value,
               e.session ? " of session " + to_string(*e.session) : "", because(e.detail));
  }
  std::string operator()(const removal_intended& e) const {
    return say("VM ", e.vm.value, ", which names session ", to_string(e.session),
               ", is to be destroyed");
  }
  std::string operator()(const removal_postponed& e) const {
    if (e.quarantined)
      return say("VM ", e.vm.value, " is left alone until an operator has seen to it",
                 because(e.reason));
    return say("destroying VM ", e.vm.value, " failed (failure ", e.failures, ")",
               because(e.reason), "; again at ", to_rfc3339(e.retry_at));
  }
  std::string operator()(const difference_settled& e) const {
    return say(words(e.kind), " no more: ", subject(e.vm, e.volume), " ", words(e.how));
  }
};

/// Reasons that came from Proxmox are left out: they name VMs and storages.
struct owner_narrator {
  using sentence = std::optional<std::string>;

  sentence operator()(const session_requested& e) const {
    return say(with_article(e.type), " session of \"", e.from.name, "\" was asked for, until ",
               to_rfc3339(e.expires_at));
  }
  sentence operator()(const session_placed& e) const {
    return say("attempt ", e.attempt, ": node ", e.node.value, " was chosen");
  }
  sentence operator()(const resumption_intended&) const {
    return "the VM kept by an earlier session will be resumed";
  }
  sentence operator()(const vm_taken_over& e) const {
    return say("the kept VM on node ", e.node.value, " was taken over");
  }
  sentence operator()(const clone_intended&) const { return "the VM is being cloned"; }
  sentence operator()(const configuration_intended&) const { return "the VM is being configured"; }
  sentence operator()(const start_intended&) const { return "the VM is being started"; }
  sentence operator()(const task_accepted&) const { return std::nullopt; }
  sentence operator()(const vm_started&) const { return "the VM is booting"; }
  sentence operator()(const session_activated&) const { return "the desktop is ready"; }
  sentence operator()(const vm_moved& e) const {
    return say("the VM is on node ", e.node.value, " now");
  }
  sentence operator()(const step_failed& e) const {
    return say("a step failed and will be tried again at ", to_rfc3339(e.retry_at));
  }
  sentence operator()(const attempt_failed& e) const {
    return say("attempt ", e.attempt, " was given up");
  }
  sentence operator()(const session_failed& e) const { return say("failed, ", words(e.reason)); }
  sentence operator()(const session_extended& e) const { return narrator{}(e); }
  sentence operator()(const desktop_opened& e) const { return narrator{}(e); }
  sentence operator()(const session_ended& e) const {
    bool in_own_words = e.reason == end_reason::ended_by_admin;
    return say("ended, ", words(e.reason), in_own_words ? because(e.detail) : "");
  }
  sentence operator()(const shutdown_intended&) const {
    return "the VM is being shut down and will be kept";
  }
  sentence operator()(const vm_kept& e) const {
    return say("the VM is off and kept on node ", e.node.value);
  }
  sentence operator()(const vm_handed_over&) const { return "the kept VM went to a newer session"; }
  sentence operator()(const discard_requested& e) const { return narrator{}(e); }
  sentence operator()(const deletion_intended&) const { return "the VM is being destroyed"; }
  sentence operator()(const teardown_failed&) const { return std::nullopt; }
  sentence operator()(const vm_quarantined&) const { return std::nullopt; }
  sentence operator()(const vm_deleted&) const { return "the VM is gone"; }
  sentence operator()(const session_closed&) const { return std::nullopt; }
};

} // namespace

std::string narrate(const event& happened) {
  return std::visit([](const auto& aggregate) { return std::visit(narrator{}, aggregate); },
                    happened);
}

std::optional<std::string> narrate_to_owner(const session_event& happened) {
  return std::visit(owner_narrator{}, happened);
}

} // namespace berth::domain
