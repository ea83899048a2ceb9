#pragma once

#include <map>
#include <set>
#include <string>

namespace berth::pve_simulator {

/// Users' API tokens and what each may do. A privilege holds for its path and everything below.
class access_control {
public:
  /// `id` is user@realm!name.
  void add_token(const std::string& id, const std::string& secret,
                 std::map<std::string, std::set<std::string>> privileges);
  void remove_token(const std::string& id) { tokens_.erase(id); }

  /// Who sends this Authorization header; empty when nobody does.
  std::string authenticate(const std::string& header) const;

  bool allows(const std::string& who, const std::string& path, const std::string& privilege) const;

  /// Dies with 403 as Proxmox words it.
  void require(const std::string& who, const std::string& path, const std::string& privilege) const;

  /// path -> privileges, for GET /access/permissions.
  const std::map<std::string, std::set<std::string>>& privileges_of(const std::string& who) const;

private:
  struct token {
    std::string secret;
    std::map<std::string, std::set<std::string>> privileges;
  };
  std::map<std::string, token> tokens_;
};

/// What a broker needs, on the paths where it needs it.
std::map<std::string, std::set<std::string>> broker_privileges();

} // namespace berth::pve_simulator
