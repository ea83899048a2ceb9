#include "tools/pve_simulator/access.hpp"

#include "tools/pve_simulator/api_error.hpp"

namespace berth::pve_simulator {

void access_control::add_token(const std::string& id, const std::string& secret,
                               std::map<std::string, std::set<std::string>> privileges) {
  tokens_[id] = {secret, std::move(privileges)};
}

std::string access_control::authenticate(const std::string& header) const {
  constexpr std::string_view scheme = "PVEAPIToken";
  if (!header.starts_with(scheme) || header.size() <= scheme.size() + 1)
    return {};
  auto pair = header.substr(scheme.size() + 1);
  auto equals = pair.rfind('=');
  if (equals == std::string::npos)
    return {};
  auto found = tokens_.find(pair.substr(0, equals));
  return found != tokens_.end() && found->second.secret == pair.substr(equals + 1) ? found->first
                                                                                   : std::string{};
}

bool access_control::allows(const std::string& who, const std::string& path,
                            const std::string& privilege) const {
  const auto& granted = privileges_of(who);
  for (auto at = path;;) {
    if (auto found = granted.find(at);
        found != granted.end()
        && (found->second.contains(privilege) || found->second.contains("*")))
      return true;
    if (at == "/")
      return false;
    auto slash = at.rfind('/');
    at = slash == 0 ? "/" : at.substr(0, slash);
  }
}

void access_control::require(const std::string& who, const std::string& path,
                             const std::string& privilege) const {
  if (!allows(who, path, privilege))
    forbid(path, privilege);
}

const std::map<std::string, std::set<std::string>>&
access_control::privileges_of(const std::string& who) const {
  static const std::map<std::string, std::set<std::string>> nothing;
  auto found = tokens_.find(who);
  return found == tokens_.end() ? nothing : found->second.privileges;
}

std::map<std::string, std::set<std::string>> broker_privileges() {
  const std::set<std::string> role{"VM.Audit",
                                   "VM.Clone",
                                   "VM.Allocate",
                                   "VM.PowerMgmt",
                                   "VM.Config.CPU",
                                   "VM.Config.Memory",
                                   "VM.Config.Options",
                                   "VM.Config.Network",
                                   "VM.Config.Cloudinit",
                                   "VM.Config.Disk",
                                   "VM.Console",
                                   "VM.GuestAgent.Audit",
                                   "VM.GuestAgent.Unrestricted",
                                   "VM.Snapshot",
                                   "VM.Snapshot.Rollback",
                                   "VM.Migrate",
                                   "SDN.Use",
                                   "Datastore.AllocateSpace",
                                   "Datastore.Audit",
                                   "Sys.Audit",
                                   "Pool.Audit"};
  return {{"/", {"Sys.Audit"}},
          {"/vms", role},
          {"/storage", role},
          {"/nodes", role},
          {"/sdn/zones/localnetwork", role},
          {"/pool/berth", role}};
}

} // namespace berth::pve_simulator
