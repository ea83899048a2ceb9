#include "tools/pve_simulator/api.hpp"
#include "tools/pve_simulator/api_error.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <functional>
#include <set>

/// Calls about VMs: clone, configuration, power, guest agent, deletion.
namespace berth::pve_simulator {

namespace {

namespace json = boost::json;

template <const char* Privilege>
void needs(const call& c) {
  c.access.require(c.who, c.vm_path(), Privilege);
}
constexpr char audit[] = "VM.Audit";
constexpr char power[] = "VM.PowerMgmt";
constexpr char allocate[] = "VM.Allocate";

void may_clone(const call& c) {
  c.access.require(c.who, c.vm_path(), "VM.Clone");
  auto pool = c.value("pool");
  auto made = "/vms/" + c.value("newid", "0");
  if (!c.access.allows(c.who, made, "VM.Allocate")
      && (pool.empty() || !c.access.allows(c.who, "/pool/" + pool, "VM.Allocate")))
    throw api_error{403, "Permission check failed", {}};
}

void may_ask_agent(const call& c) {
  if (!c.access.allows(c.who, c.vm_path(), "VM.GuestAgent.Audit")
      && !c.access.allows(c.who, c.vm_path(), "VM.GuestAgent.Unrestricted"))
    forbid(c.vm_path(), "VM.GuestAgent.Audit|VM.GuestAgent.Unrestricted");
}

void need_quorum(const call& c) {
  if (!c.in.quorate)
    die("cluster not ready - no quorum?");
}

answer upid(std::string text) {
  return {json::value(std::move(text)), {}};
}

// -- clone --------------------------------------------------------------------

answer clone(call& c) {
  auto source_id = c.vmid();
  auto* source = c.in.find(c.node(), source_id);
  if (!source)
    die("unable to find configuration file for VM " + std::to_string(source_id) + " on node '"
        + c.node() + "'");
  need_quorum(c);
  cluster::clone_request wanted{.source = source_id,
                                .id = static_cast<std::uint32_t>(std::stoul(c.value("newid"))),
                                .node = c.node(),
                                .target = c.value("target"),
                                .name = c.value("name"),
                                .description = c.value("description"),
                                .pool = c.value("pool"),
                                .storage = c.value("storage"),
                                .full = c.value("full", source->is_template ? "0" : "1") == "1"};
  if (wanted.name.empty())
    wanted.name = "Copy-of-VM-" + source->config["name"];
  if (wanted.target == c.node())
    wanted.target.clear();
  if (!wanted.target.empty() && !c.in.nodes.contains(wanted.target))
    die("no such cluster node '" + wanted.target + "'");
  if (!wanted.pool.empty() && !c.in.pools.contains(wanted.pool))
    throw api_error{403, "Permission check failed (pool '" + wanted.pool + "' does not exist)", {}};
  if (!wanted.full) {
    for (const auto* name : {"storage", "format"})
      if (c.values.contains(name))
        die(std::string{"parameter '"} + name + "' not allowed for linked clones");
  } else if (!wanted.storage.empty() && !c.in.storages.contains(wanted.storage))
    die("storage '" + wanted.storage + "' does not exist");
  for (const auto& disk : source->disks) {
    const auto& from = c.in.storages.at(wanted.storage.empty() ? disk.storage : wanted.storage);
    c.access.require(c.who, "/storage/" + from.name, "Datastore.AllocateSpace");
    if (!wanted.target.empty() && !c.in.storages.at(disk.storage).shared)
      die("can't clone VM to node '" + wanted.target + "' (VM uses local storage)");
    if (!wanted.target.empty() && !from.shared)
      die("can't clone to non-shared storage '" + from.name + "'");
  }
  if (!source->lock.empty())
    die("VM is locked (" + source->lock + ")");
  if (c.in.find(c.node(), wanted.id))
    die("unable to create VM " + std::to_string(wanted.id) + ": config file already exists");
  return upid(c.in.clone(wanted, c.who));
}

// -- configuration ------------------------------------------------------------

std::string digest_of(const vm& of) {
  std::size_t hash = 0;
  for (const auto& [key, value] : of.config)
    hash = hash * 31 + std::hash<std::string>{}(key + '\n' + value);
  char text[48];
  std::snprintf(text, sizeof text, "%016zx%016zx%08zx", hash, hash * 2654435761U,
                hash & 0xffffffffU);
  return text;
}

answer get_config(call& c) {
  const auto& of = c.guest();
  json::object config{{"digest", digest_of(of)}};
  for (const auto& [key, value] : of.config) {
    static const std::set<std::string> integers{"cores", "sockets", "onboot", "protection",
                                                "template"};
    if (integers.contains(key))
      config[key] = std::stol(value);
    else
      config[key] = value;
  }
  if (!of.lock.empty() && of.lock != "destroyed")
    config["lock"] = of.lock;
  return {config, {}};
}

/// Tags as Proxmox stores them: lower-case, sorted, each once, joined by `;`.
std::string normalized_tags(std::string given) {
  std::set<std::string> tags;
  std::ranges::transform(given, given.begin(), [](unsigned char ch) { return std::tolower(ch); });
  std::size_t begin = 0;
  while (begin <= given.size()) {
    auto end = std::min(given.find_first_of(",; ", begin), given.size());
    if (end > begin)
      tags.insert(given.substr(begin, end - begin));
    begin = end + 1;
  }
  std::string joined;
  for (const auto& tag : tags)
    joined += (joined.empty() ? "" : ";") + tag;
  return joined;
}

void check_config_privileges(const call& c) {
  static const std::map<std::string, std::string> privileges{
      {"cores", "VM.Config.CPU"},      {"sockets", "VM.Config.CPU"},
      {"cpu", "VM.Config.CPU"},        {"memory", "VM.Config.Memory"},
      {"balloon", "VM.Config.Memory"}, {"name", "VM.Config.Options"},
      {"tags", "VM.Config.Options"},   {"description", "VM.Config.Options"},
      {"onboot", "VM.Config.Options"}, {"protection", "VM.Config.Options"},
      {"agent", "VM.Config.Options"},  {"net0", "VM.Config.Network"},
      {"scsi0", "VM.Config.Disk"},
  };
  for (const auto& [name, value] : c.values)
    if (auto found = privileges.find(name); found != privileges.end())
      c.access.require(c.who, c.vm_path(), found->second);
}

answer put_config(call& c) {
  auto& of = c.guest();
  need_quorum(c);
  if (c.values.contains("digest") && c.value("digest") != digest_of(of))
    die("checksum mismatch (file change by other user?)");
  auto changes = c.values;
  changes.erase("digest");
  auto removed = c.value("delete");
  changes.erase("delete");
  if (changes.empty() && removed.empty())
    die("no options specified");
  if (changes.contains("args"))
    die("only root can set 'args' config");
  if (!of.holder.empty() && of.lock.empty())
    die("can't lock file '/var/lock/qemu-server/lock-" + std::to_string(of.id)
        + ".conf' - got timeout");
  if (!of.lock.empty())
    die("VM is locked (" + of.lock + ")");
  for (auto& [name, value] : changes)
    of.config[name] = name == "tags" ? normalized_tags(value) : value;
  std::size_t begin = 0;
  while (begin < removed.size()) {
    auto end = std::min(removed.find_first_of(",; ", begin), removed.size());
    of.config.erase(removed.substr(begin, end - begin));
    begin = end + 1;
  }
  c.in.journal.add({.at = c.in.clock.now(),
                    .what = "vm_configured",
                    .vmid = of.id,
                    .node = of.node,
                    .name = of.config["name"]});
  return {nullptr, {}};
}

// -- status and power ---------------------------------------------------------

answer list_guests(call& c) {
  json::array rows;
  for (const auto& [id, of] : c.in.vms) {
    if (of.node != c.node() || !c.access.allows(c.who, "/vms/" + std::to_string(id), "VM.Audit"))
      continue;
    json::object row{{"vmid", id}, {"status", of.running ? "running" : "stopped"}};
    auto name = of.config.find("name");
    row["name"] = name == of.config.end() ? "VM " + std::to_string(id) : name->second;
    if (of.is_template)
      row["template"] = 1;
    if (!of.lock.empty())
      row["lock"] = of.lock;
    if (auto tags = of.config.find("tags"); tags != of.config.end())
      row["tags"] = tags->second;
    row["cpus"] = of.config.contains("cores") ? std::stoi(of.config.at("cores")) : 1;
    row["maxmem"] = static_cast<std::int64_t>(
        (of.config.contains("memory") ? std::stod(of.config.at("memory")) : 512) * 1024 * 1024);
    row["uptime"] = of.running ? static_cast<std::int64_t>(c.in.clock.now() - of.started_at) : 0;
    rows.push_back(row);
  }
  return {rows, {}};
}

answer current_status(call& c) {
  const auto& of = c.guest();
  const auto* state = of.running ? "running" : "stopped";
  json::object status{
      {"vmid", of.id},
      {"status", state},
      {"qmpstatus", state},
      {"ha", json::object{{"managed", 0}}},
      {"cpu", 0},
      {"mem", static_cast<std::int64_t>(c.in.used_ram(of))},
      {"disk", 0},
      {"netin", 0},
      {"netout", 0},
      {"uptime", of.running ? static_cast<std::int64_t>(c.in.clock.now() - of.started_at) : 0}};
  auto name = of.config.find("name");
  status["name"] = name == of.config.end() ? "VM " + std::to_string(of.id) : name->second;
  if (!of.lock.empty())
    status["lock"] = of.lock;
  if (of.config.contains("agent"))
    status["agent"] = 1;
  if (of.config.contains("tags"))
    status["tags"] = of.config.at("tags");
  if (of.is_template)
    status["template"] = 1;
  return {status, {}};
}

answer start(call& c) {
  need_quorum(c);
  return upid(c.in.start(c.node(), c.vmid(), c.who));
}
answer stop(call& c) {
  return upid(c.in.stop(c.node(), c.vmid(), c.who));
}
answer shut_down(call& c) {
  return upid(c.in.shut_down(c.node(), c.vmid(), c.flag("forceStop"), c.who));
}

answer destroy(call& c) {
  auto& of = c.guest();
  need_quorum(c);
  if (auto found = of.config.find("protection"); found != of.config.end() && found->second == "1")
    die("can't remove VM " + std::to_string(of.id) + " - protection mode enabled");
  if (of.running)
    die("VM " + std::to_string(of.id) + " is running - destroy failed");
  return upid(c.in.destroy(c.node(), of.id, c.who));
}

// -- guest agent --------------------------------------------------------------

/// Dies as Proxmox does while no agent answers.
const vm& guest_with_agent(call& c) {
  const auto& of = c.guest();
  if (!of.config.contains("agent"))
    die("No QEMU guest agent configured");
  if (!of.running)
    die("VM " + std::to_string(of.id) + " is not running");
  if (c.in.clock.now() < of.agent_at || c.in.take_fault("agent_silent", of.node, of.id))
    die("QEMU guest agent is not running");
  return of;
}

answer ping(call& c) {
  guest_with_agent(c);
  return {json::object{{"result", json::object{}}}, {}};
}

json::object address(const std::string& text, const char* type, int prefix) {
  return {{"ip-address", text}, {"ip-address-type", type}, {"prefix", prefix}};
}

std::string mac_of(const vm& of) {
  const auto& net = of.config.at("net0");
  auto begin = net.find('=') + 1;
  auto mac = net.substr(begin, net.find(',') - begin);
  std::ranges::transform(mac, mac.begin(), [](unsigned char ch) { return std::tolower(ch); });
  return mac;
}

answer interfaces(call& c) {
  const auto& of = guest_with_agent(c);
  if (c.in.take_fault("agent_disabled", of.node, of.id))
    return {json::object{{"result",
                          {{"error",
                            {{"class", "CommandDisabled"},
                             {"desc", "The command guest-network-get-interfaces has been disabled "
                                      "for this instance"}}}}}},
            {}};
  json::object lo{{"name", "lo"}, {"hardware-address", "00:00:00:00:00:00"}};
  lo["ip-addresses"] = json::array{address("127.0.0.1", "ipv4", 8), address("::1", "ipv6", 128)};
  json::object bridge{{"name", "docker0"}, {"hardware-address", "02:42:9a:01:02:03"}};
  bridge["ip-addresses"] = json::array{address("172.17.0.1", "ipv4", 16)};
  json::object card{{"name", "eth0"}, {"hardware-address", mac_of(of)}};
  auto link_local = address("fe80::be24:11ff:fe2e:c54a", "ipv6", 64);
  auto text = "10." + std::to_string(of.id >> 16 & 255) + "." + std::to_string(of.id >> 8 & 255)
              + "." + std::to_string(of.id & 255);
  if (c.in.take_fault("no_address", of.node, of.id))
    card["ip-addresses"] = json::array{link_local};
  else if (c.in.take_fault("link_local_address", of.node, of.id))
    card["ip-addresses"] = json::array{link_local, address("169.254.12.7", "ipv4", 16)};
  else if (c.in.clock.now() >= of.address_at)
    card["ip-addresses"] = json::array{link_local, address(text, "ipv4", 24)};
  return {json::object{{"result", json::array{lo, card, bridge}}}, {}};
}

std::vector<parameter> config_parameters() {
  using enum parameter_kind;
  return {{.name = "cores", .kind = integer, .minimum = 1},
          {.name = "sockets", .kind = integer, .minimum = 1},
          {.name = "memory"},
          {.name = "balloon", .kind = integer, .minimum = 0},
          {.name = "cpu"},
          {.name = "name", .kind = dns_name},
          {.name = "description"},
          {.name = "tags"},
          {.name = "onboot", .kind = boolean},
          {.name = "protection", .kind = boolean},
          {.name = "agent"},
          {.name = "net0"},
          {.name = "scsi0"},
          {.name = "ciuser"},
          {.name = "cipassword"},
          {.name = "sshkeys"},
          {.name = "ipconfig0"},
          {.name = "args"},
          {.name = "digest"},
          {.name = "delete"}};
}

} // namespace

std::vector<route> guest_routes() {
  using enum parameter_kind;
  const std::string guest = "/nodes/{node}/qemu/{vmid}";
  const std::vector<parameter> power_parameters{{.name = "timeout", .kind = integer, .minimum = 0},
                                                {.name = "forceStop", .kind = boolean},
                                                {.name = "keepActive", .kind = boolean},
                                                {.name = "overrule-shutdown", .kind = boolean}};
  return {
      {"GET",
       "/nodes/{node}/qemu",
       [](const call&) {},
       {{.name = "full", .kind = boolean}},
       list_guests},
      {"POST",
       guest + "/clone",
       may_clone,
       {{.name = "newid",
         .kind = integer,
         .required = true,
         .minimum = 100,
         .maximum = 999'999'999},
        {.name = "name", .kind = dns_name},
        {.name = "description"},
        {.name = "pool"},
        {.name = "snapname"},
        {.name = "storage"},
        {.name = "format", .kind = choice, .choices = {"raw", "qcow2", "vmdk"}},
        {.name = "full", .kind = boolean},
        {.name = "target"},
        {.name = "bwlimit", .kind = integer, .minimum = 0}},
       clone},
      {"GET", guest + "/config", needs<audit>, {{.name = "current", .kind = boolean}}, get_config},
      {"PUT", guest + "/config", check_config_privileges, config_parameters(), put_config},
      {"GET", guest + "/status/current", needs<audit>, {}, current_status},
      {"POST", guest + "/status/start", needs<power>, power_parameters, start},
      {"POST", guest + "/status/stop", needs<power>, power_parameters, stop},
      {"POST", guest + "/status/shutdown", needs<power>, power_parameters, shut_down},
      {"POST", guest + "/agent/ping", may_ask_agent, {}, ping},
      {"GET", guest + "/agent/network-get-interfaces", may_ask_agent, {}, interfaces},
      {"DELETE",
       guest,
       needs<allocate>,
       {{.name = "purge", .kind = boolean},
        {.name = "destroy-unreferenced-disks", .kind = boolean},
        {.name = "skiplock", .kind = boolean}},
       destroy},
  };
}

} // namespace berth::pve_simulator
