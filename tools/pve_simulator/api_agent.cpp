#include "tools/pve_simulator/api.hpp"
#include "tools/pve_simulator/api_error.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cctype>

/// Calls that the guest agent answers.
namespace berth::pve_simulator {

namespace {

namespace json = boost::json;

constexpr double silence_seconds = 3;
constexpr auto auditor = "VM.GuestAgent.Audit";
constexpr auto unrestricted = "VM.GuestAgent.Unrestricted";

void may_ask(const call& c) {
  if (!c.access.allows(c.who, c.vm_path(), auditor)
      && !c.access.allows(c.who, c.vm_path(), unrestricted))
    forbid(c.vm_path(), std::string{auditor} + "|" + unrestricted);
}

/// Dies as Proxmox does while no agent answers: it asks for three seconds.
const vm& guest_with_agent(call& c) {
  const auto& of = c.guest();
  if (!of.config.contains("agent"))
    die("No QEMU guest agent configured");
  if (!of.running)
    die("VM " + std::to_string(of.id) + " is not running");
  if (of.paused || c.in.now() < of.agent_at || c.in.take_fault("agent_silent", of.node, of.id))
    throw api_error{.message = "QEMU guest agent is not running", .delay = silence_seconds};
  return of;
}

answer ping(call& c) {
  guest_with_agent(c);
  return {json::object{{"result", json::object{}}}, {}};
}

answer disabled(const std::string& command) {
  json::object why{{"class", "CommandDisabled"},
                   {"desc", "The command " + command + " has been disabled for this instance"}};
  return {json::object{{"result", json::object{{"error", why}}}}, {}};
}

json::object address(const std::string& text, const char* type, int prefix) {
  return {{"ip-address", text}, {"ip-address-type", type}, {"prefix", prefix}};
}

json::object counters() {
  json::object row;
  for (const auto* name : {"rx-bytes", "rx-packets", "rx-errs", "rx-dropped", "tx-bytes",
                           "tx-packets", "tx-errs", "tx-dropped"})
    row[name] = 0;
  return row;
}

std::string mac_of(const vm& of) {
  auto found = of.config.find("net0");
  if (found == of.config.end())
    return "00:00:00:00:00:00";
  const auto& net = found->second;
  auto begin = net.find('=') + 1;
  auto mac = net.substr(begin, net.find(',') - begin);
  std::ranges::transform(mac, mac.begin(), [](unsigned char ch) { return std::tolower(ch); });
  return mac;
}

/// Every VM has its own address in 10/8, by its identifier.
std::string ipv4_of(std::uint32_t id) {
  return "10." + std::to_string(id >> 16 & 255) + "." + std::to_string(id >> 8 & 255) + "."
         + std::to_string(id & 255);
}

json::object linux_loopback() {
  return {{"name", "lo"},
          {"hardware-address", "00:00:00:00:00:00"},
          {"ip-addresses", {address("127.0.0.1", "ipv4", 8), address("::1", "ipv6", 128)}},
          {"statistics", counters()}};
}

/// Windows shows its loopback without a hardware address.
json::object windows_loopback() {
  return {{"name", "Loopback Pseudo-Interface 1"},
          {"ip-addresses", {address("::1", "ipv6", -1), address("127.0.0.1", "ipv4", -1)}}};
}

answer interfaces(call& c) {
  const auto& of = guest_with_agent(c);
  if (c.in.take_fault("agent_disabled", of.node, of.id))
    return disabled("guest-network-get-interfaces");
  auto type = of.config.find("ostype");
  bool windows = type != of.config.end() && type->second.starts_with("win");
  json::object card{{"name", windows ? "Ethernet" : "eth0"},
                    {"hardware-address", mac_of(of)},
                    {"statistics", counters()}};
  auto link_local = windows ? address("fe80::b51b:d3df:15df:19eb%3", "ipv6", -1)
                            : address("fe80::be24:11ff:fe2e:c54a", "ipv6", 64);
  if (c.in.take_fault("no_address", of.node, of.id))
    card["ip-addresses"] = json::array{link_local};
  else if (c.in.take_fault("link_local_address", of.node, of.id))
    card["ip-addresses"] = json::array{link_local, address("169.254.12.7", "ipv4", 16)};
  else if (c.in.now() >= of.address_at)
    card["ip-addresses"] = json::array{link_local, address(ipv4_of(of.id), "ipv4", 24)};
  json::array rows;
  if (windows)
    rows = {card, windows_loopback()};
  else
    rows = {linux_loopback(), card,
            json::object{{"name", "docker0"},
                         {"hardware-address", "02:42:9a:01:02:03"},
                         {"ip-addresses", {address("172.17.0.1", "ipv4", 16)}},
                         {"statistics", counters()}}};
  return {json::object{{"result", rows}}, {}};
}

answer host_name(call& c) {
  const auto& of = guest_with_agent(c);
  return {json::object{{"result", json::object{{"host-name", of.config.at("name")}}}}, {}};
}

/// Linux says no more than this of an account that it does not have (commands-linux.c of QEMU).
answer set_user_password(call& c) {
  const auto& of = guest_with_agent(c);
  if (c.in.take_fault("agent_disabled", of.node, of.id))
    die("Agent error: The command guest-set-user-password has been disabled for this instance");
  if (c.in.take_fault("no_account", of.node, of.id))
    die("Agent error: child process has failed to set user password");
  auto& guest = c.guest();
  ++guest.passwords_set[c.value("username")];
  c.in.journal.add({.at = c.in.now(),
                    .what = "guest_password_set",
                    .vmid = guest.id,
                    .node = guest.node,
                    .name = guest.config.at("name")});
  return {json::object{{"result", json::object{}}}, {}};
}

answer exec(call& c) {
  guest_with_agent(c);
  return {json::object{{"pid", 159}}, {}};
}

} // namespace

std::vector<route> agent_routes() {
  const std::string agent = "/nodes/{node}/qemu/{vmid}/agent";
  return {
      {"POST", agent + "/ping", may_ask, {}, ping},
      {"GET", agent + "/network-get-interfaces", may_ask, {}, interfaces},
      {"GET", agent + "/get-host-name", may_ask, {}, host_name},
      {"POST",
       agent + "/set-user-password",
       on_guest<"VM.GuestAgent.Unrestricted">,
       {{.name = "username", .required = true},
        {.name = "password", .required = true, .minimum = 5, .maximum = 1024},
        {.name = "crypted", .kind = parameter_kind::boolean}},
       set_user_password},
      {"POST",
       agent + "/exec",
       on_guest<"VM.GuestAgent.Unrestricted">,
       {{.name = "command", .required = true}, {.name = "input-data"}},
       exec},
  };
}

} // namespace berth::pve_simulator
