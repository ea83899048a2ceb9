#include "tools/simulation/world/peace.hpp"

#include "domain/session/session.hpp"
#include "tools/simulation/world/world_settings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::simulation {

namespace {

using namespace std::chrono_literals;

/// How long after its deadline a session's VM may still be there when all is well.
constexpr auto grace = 10min;

std::string name_of(const domain::session_id& id) {
  return "session " + domain::to_string(id).substr(18);
}

domain::session_status status_of(const session_history& s) {
  if (s.over)
    return *s.over == domain::end_reason::provisioning_failed ? domain::session_status::failed
                                                              : domain::session_status::expired;
  return s.active ? domain::session_status::active : domain::session_status::pending;
}

bool has_use(const session_history& s) {
  return s.keeps || (!s.over && s.active);
}

/// Whether one of its VMs is left alone, because it bears somebody else's name.
bool has_lost_a_name(const domain::session_id& id, const history& logged, const wire_rules& rules) {
  return std::ranges::any_of(logged.vms(), [&](const auto& vm) {
    return vm.second.session == id && vm.second.quarantined && rules.is_foreign(vm.first.value);
  });
}

} // namespace

void judge_sessions(const history& logged, const wire_rules& rules, domain::time_point now,
                    verdict& verdicts) {
  for (const auto& [id, s] : logged.sessions()) {
    verdicts.require(s.over || s.active, "every launch comes to an end",
                     name_of(id) + " is still pending");
    verdicts.require(s.over || now < s.expires_at + grace, "no session outlives its deadline",
                     fmt::format("{} should be over for {} s", name_of(id),
                                 (now - s.expires_at).count() / 1000));
    verdicts.require(!s.over || s.keeps || s.closed || s.expires_at + grace > now
                         || has_lost_a_name(id, logged, rules),
                     "what is over is cleaned up", name_of(id) + " is not closed");
  }
}

void judge_vms(const history& logged, const pve_simulator::cluster& cluster,
               const wire_rules& rules, domain::time_point now, verdict& verdicts) {
  for (const auto& [id, vm] : cluster.vms) {
    bool in_range = id >= world_vmids.first.value && id <= world_vmids.last.value;
    if (!in_range || rules.is_foreign(id))
      continue;
    const auto* known = logged.find(domain::vm_id{id});
    verdicts.require(known, "no VM without a record", fmt::format("VM {} is nobody's", id));
    if (!known)
      continue;
    const auto* owner = logged.find(known->session);
    bool just_over = owner->expires_at + grace > now;
    verdicts.require((has_use(*owner) && owner->vm == domain::vm_id{id}) || just_over,
                     "no VM outlives its session",
                     fmt::format("VM {} of {} is still there", id, name_of(known->session)));
  }
  for (const auto& [id, s] : logged.sessions())
    if (has_use(s) && s.vm)
      verdicts.require(cluster.vms.contains(s.vm->value), "no session without its VM",
                       fmt::format("VM {} of {} is gone", s.vm->value, name_of(id)));
}

void judge_list(const history& logged, const std::vector<eventstore::session_row>& rows,
                verdict& verdicts) {
  verdicts.require(
      rows.size() == logged.sessions().size(), "lists keep up with the log",
      fmt::format("{} sessions are listed, {} logged", rows.size(), logged.sessions().size()));
  for (const auto& row : rows) {
    const auto* s = logged.find(row.id);
    verdicts.require(s && row.status == domain::to_string(status_of(*s)),
                     "lists keep up with the log",
                     name_of(row.id) + " is listed with another status");
  }
}

} // namespace berth::simulation
