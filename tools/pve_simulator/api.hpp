#pragma once

#include "tools/pve_simulator/access.hpp"
#include "tools/pve_simulator/cluster.hpp"
#include "tools/pve_simulator/parameters.hpp"

#include <boost/json/value.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace berth::pve_simulator {

/// One call of the API, as its handler sees it.
struct call {
  cluster& in;
  const access_control& access;
  std::string who;                         ///< user@realm!token
  std::map<std::string, std::string> path; ///< the path's placeholders
  parameter_values values;

  const std::string& node() const { return path.at("node"); }
  std::uint32_t vmid() const { return static_cast<std::uint32_t>(std::stoul(path.at("vmid"))); }
  std::string vm_path() const { return "/vms/" + path.at("vmid"); }
  /// The VM of the path. Dies with `Configuration file ... does not exist`.
  vm& guest() const;
  std::string value(const std::string& name, const std::string& otherwise = {}) const;
  bool flag(const std::string& name) const { return value(name) == "1"; }
  /// Dies when the cluster may not change anything.
  void need_quorum() const;
};

/// A text as template argument.
template <std::size_t Size>
struct fixed_text {
  constexpr fixed_text(const char (&from)[Size]) { std::copy_n(from, Size, text); }
  char text[Size];
};

struct answer {
  boost::json::value data;
  std::optional<std::int64_t> total;
};

/// A row of the API: what it answers to, who may call it, what it takes, what it does.
struct route {
  std::string method;
  std::string pattern; ///< `/nodes/{node}/qemu/{vmid}/clone`
  void (*authorize)(const call&);
  std::vector<parameter> parameters;
  answer (*handle)(call&);
};

/// Lets everybody in who is authenticated.
inline void anybody(const call&) {}

/// Needs this privilege on the VM of the path.
template <fixed_text Privilege>
void on_guest(const call& c) {
  c.access.require(c.who, c.vm_path(), Privilege.text);
}

/// The answer of a call that started a task.
inline answer upid(std::string text) {
  return {boost::json::value(std::move(text)), {}};
}

std::vector<route> cluster_routes();
std::vector<route> storage_routes();
std::vector<route> guest_routes();
std::vector<route> config_routes();
std::vector<route> agent_routes();
std::vector<route> task_routes();

/// What goes over the wire.
struct api_reply {
  int status = 200;
  std::string reason = "OK";
  std::optional<std::string> body; ///< nothing: no body and no Content-Type
  bool json = true;                ///< the body is; else it goes without Content-Type
  double delay = 0;                ///< simulated seconds before it is sent
  bool busy = false;               ///< worth another try until the lock's patience is over
};

/// The API behind the wire. `user` is who was authenticated; `path` comes after /api2/json.
///
/// Checks come in Proxmox's order: method, permission, node, parameters, handler.
class api {
public:
  api(cluster& of, const access_control& access);

  api_reply handle(const std::string& user, const std::string& method, const std::string& path,
                   parameter_values values);

private:
  cluster& cluster_;
  const access_control& access_;
  std::vector<route> routes_;
};

} // namespace berth::pve_simulator
