#include "tools/pve_simulator/api.hpp"
#include "tools/pve_simulator/api_error.hpp"

#include <boost/json.hpp>

#include <cstdio>

/// Calls about the cluster and its nodes.
namespace berth::pve_simulator {

namespace {

namespace json = boost::json;

constexpr double stats_expire = 300;

void node_auditor(const call& c) {
  c.access.require(c.who, "/nodes/" + c.node(), "Sys.Audit");
}

std::int64_t whole(double bytes) {
  return static_cast<std::int64_t>(bytes);
}

std::string fake_fingerprint(const std::string& of) {
  std::string text;
  std::size_t seed = std::hash<std::string>{}(of);
  for (int i = 0; i < 32; ++i) {
    char pair[4];
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    std::snprintf(pair, sizeof pair, "%02X", static_cast<unsigned>(seed >> 56));
    text += (i > 0 ? ":" : "") + std::string{pair};
  }
  return text;
}

/// A node as lists show it: numbers are the last broadcast, and vanish with it.
json::object node_row(const call& c, const node& of) {
  json::object row{{"id", "node/" + of.name}, {"node", of.name}, {"type", "node"}};
  auto age = c.in.now() - of.shown_at;
  auto fresh = age < stats_expire;
  row["status"] = !of.online ? "offline" : fresh ? "online" : "unknown";
  if (fresh)
    row["level"] = "";
  if (!fresh || !c.access.allows(c.who, "/nodes/" + of.name, "Sys.Audit"))
    return row;
  row["maxcpu"] = of.cores;
  row["maxmem"] = whole(of.ram);
  row["maxdisk"] = whole(of.disk);
  if (!of.online)
    return row;
  row["cpu"] = of.shown_cpu;
  row["mem"] = whole(of.shown_ram);
  row["disk"] = whole(of.disk * 0.09);
  row["uptime"] = static_cast<std::int64_t>(of.shown_at) + 86400;
  return row;
}

double memory_bytes(const vm& of) {
  auto found = of.config.find("memory");
  return (found == of.config.end() ? 512.0 : std::stod(found->second)) * 1024 * 1024;
}

int cores_of(const vm& of) {
  auto found = of.config.find("cores");
  return found == of.config.end() ? 1 : std::stoi(found->second);
}

/// A VM as the cluster's list shows it: place, lock, tags and pool are of now, the rest is of the
/// last broadcast.
json::object vm_row(const call& c, const vm& of) {
  json::object row{{"id", "qemu/" + std::to_string(of.id)},
                   {"vmid", of.id},
                   {"node", of.node},
                   {"type", "qemu"}};
  if (!of.lock.empty())
    row["lock"] = of.lock;
  if (auto tags = of.config.find("tags"); tags != of.config.end() && !tags->second.empty())
    row["tags"] = tags->second;
  if (!of.pool.empty())
    row["pool"] = of.pool;
  const auto& home = c.in.nodes.at(of.node);
  if (!of.shown || c.in.now() - home.shown_at >= stats_expire) {
    row["status"] = "unknown";
    return row;
  }
  row["name"] = of.shown_name;
  row["status"] = of.shown_paused ? "paused" : of.shown_running ? "running" : "stopped";
  row["template"] = of.is_template ? 1 : 0;
  row["cpu"] = of.shown_running ? 0.05 : 0.0;
  row["maxcpu"] = cores_of(of);
  row["mem"] = whole(of.shown_running ? c.in.used_ram(of) : 0);
  row["memhost"] = row["mem"];
  row["maxmem"] = whole(memory_bytes(of));
  row["disk"] = 0;
  row["maxdisk"] = whole(of.disks.empty() ? 0 : of.disks[0].size);
  row["netin"] = row["netout"] = row["diskread"] = row["diskwrite"] = 0;
  row["uptime"] = of.shown_running ? whole(home.shown_at - of.started_at) : 0;
  return row;
}

json::object storage_row(const node& on, const storage& of) {
  return {{"id", "storage/" + on.name + "/" + of.name},
          {"storage", of.name},
          {"node", on.name},
          {"type", "storage"},
          {"plugintype", of.type},
          {"status", on.online ? "available" : "unknown"},
          {"shared", of.shared ? 1 : 0},
          {"content", "images,rootdir"},
          {"disk", whole(of.size / 4)},
          {"maxdisk", whole(of.size)}};
}

answer version(call&) {
  return {json::object{{"version", "9.2.11"}, {"release", "9.2"}, {"repoid", "14a22df3aa0b1c2d"}},
          {}};
}

/// With `path`, what holds there by inheritance; without, what was granted where.
answer permissions(call& c) {
  json::object all;
  auto path = c.value("path");
  for (const auto& [at, privileges] : c.access.privileges_of(c.who)) {
    json::object granted;
    for (const auto& privilege : privileges)
      granted[privilege] = 1;
    if (path.empty())
      all[at] = granted;
    else if (at == "/" || at == path || path.starts_with(at + "/")) {
      auto& here = all[path].is_object() ? all[path].get_object() : all[path].emplace_object();
      here.insert(granted.begin(), granted.end());
    }
  }
  return {all, {}};
}

answer list_nodes(call& c) {
  json::array rows;
  for (const auto& [name, of] : c.in.nodes) {
    auto row = node_row(c, of);
    row["ssl_fingerprint"] = fake_fingerprint(name);
    rows.push_back(row);
  }
  return {rows, {}};
}

answer node_status(call& c) {
  const auto& of = c.in.nodes.at(c.node());
  auto used = whole(c.in.used_ram(of));
  auto total = whole(of.ram);
  auto disk = whole(of.disk);
  json::object status{{"uptime", static_cast<std::int64_t>(c.in.now()) + 86400},
                      {"idle", 0},
                      {"cpu", c.in.used_cpu(of)},
                      {"wait", 0.0004},
                      {"loadavg", json::array{"1.02", "0.98", "0.91"}},
                      {"kversion", "Linux 6.17.2-1-pve #1 SMP"},
                      {"pveversion", "pve-manager/9.2.11/14a22df3aa0b1c2d"}};
  status["memory"] = {
      {"total", total}, {"used", used}, {"free", total - used}, {"available", total - used}};
  status["swap"] = {{"total", 0}, {"used", 0}, {"free", 0}};
  status["ksm"] = {{"shared", 0}};
  status["rootfs"] = {{"total", disk},
                      {"used", disk / 11},
                      {"avail", disk - disk / 11},
                      {"free", disk - disk / 11}};
  status["cpuinfo"] = {{"model", "Simulated Processor"},
                       {"vendor", "AuthenticAMD"},
                       {"family", "23"},
                       {"cores", of.cores / 2},
                       {"cpus", of.cores},
                       {"sockets", 1},
                       {"mhz", "2994.375"},
                       {"hvm", "1"},
                       {"user_hz", 100},
                       {"flags", "fpu vme"}};
  status["current-kernel"] = {{"sysname", "Linux"},
                              {"release", "6.17.2-1-pve"},
                              {"version", "#1 SMP"},
                              {"machine", "x86_64"}};
  status["boot-info"] = {{"mode", "efi"}, {"secureboot", 0}};
  return {status, {}};
}

answer resources(call& c) {
  auto type = c.value("type");
  json::array rows;
  if (type.empty() || type == "vm")
    for (const auto& [id, of] : c.in.vms)
      if (c.access.allows(c.who, "/vms/" + std::to_string(id), "VM.Audit"))
        rows.push_back(vm_row(c, of));
  for (const auto& [name, of] : c.in.nodes) {
    if (type.empty() || type == "node")
      rows.push_back(node_row(c, of));
    if (type.empty() || type == "storage")
      for (const auto& [storage_name, kept] : c.in.storages)
        if (c.access.allows(c.who, "/storage/" + storage_name, "Datastore.Audit"))
          rows.push_back(storage_row(of, kept));
  }
  return {rows, {}};
}

answer cluster_status(call& c) {
  json::array rows{json::object{{"type", "cluster"},
                                {"id", "cluster"},
                                {"name", "simulated"},
                                {"version", static_cast<int>(c.in.nodes.size())},
                                {"nodes", static_cast<int>(c.in.nodes.size())},
                                {"quorate", c.in.quorate ? 1 : 0}}};
  int number = 0;
  for (const auto& [name, of] : c.in.nodes) {
    ++number;
    rows.push_back(json::object{{"type", "node"},
                                {"id", "node/" + name},
                                {"name", name},
                                {"nodeid", number},
                                {"ip", "10.0.0." + std::to_string(number)},
                                {"online", of.online ? 1 : 0},
                                {"local", number == 1 ? 1 : 0},
                                {"level", ""}});
  }
  return {rows, {}};
}

answer next_id(call& c) {
  if (auto wanted = c.value("vmid"); !wanted.empty()) {
    if (c.in.vms.contains(static_cast<std::uint32_t>(std::stoul(wanted))))
      reject_parameters({{"vmid", "VM " + wanted + " already exists"}});
    return {json::value(wanted), {}};
  }
  std::uint32_t free = 100;
  while (c.in.vms.contains(free))
    ++free;
  return {json::value(std::to_string(free)), {}};
}

answer list_pools(call& c) {
  auto wanted = c.value("poolid");
  if (!wanted.empty() && !c.in.pools.contains(wanted))
    die("pool '" + wanted + "' does not exist");
  json::array rows;
  for (const auto& pool : c.in.pools) {
    if ((!wanted.empty() && wanted != pool)
        || !c.access.allows(c.who, "/pool/" + pool, "Pool.Audit"))
      continue;
    json::object row{{"poolid", pool}};
    if (!wanted.empty()) {
      json::array members;
      for (const auto& [id, of] : c.in.vms)
        if (of.pool == pool && c.access.allows(c.who, "/vms/" + std::to_string(id), "VM.Audit"))
          members.push_back(vm_row(c, of));
      row["members"] = members;
    }
    rows.push_back(row);
  }
  return {rows, {}};
}

answer ha_resources(call&) {
  return {json::array{}, {}};
}

answer ha_status(call& c) {
  const auto& first = c.in.nodes.begin()->first;
  return {json::array{json::object{{"id", "quorum"},
                                   {"type", "quorum"},
                                   {"node", first},
                                   {"status", c.in.quorate ? "OK" : "No quorum on node!"},
                                   {"quorate", c.in.quorate ? 1 : 0}}},
          {}};
}

void root_auditor(const call& c) {
  c.access.require(c.who, "/", "Sys.Audit");
}

} // namespace

std::vector<route> cluster_routes() {
  using enum parameter_kind;
  return {
      {"GET", "/version", anybody, {}, version},
      {"GET", "/access/permissions", anybody, {{.name = "path"}, {.name = "userid"}}, permissions},
      {"GET", "/nodes", anybody, {}, list_nodes},
      {"GET", "/nodes/{node}/status", node_auditor, {}, node_status},
      {"GET",
       "/cluster/resources",
       anybody,
       {{.name = "type", .kind = choice, .choices = {"vm", "storage", "node", "sdn"}}},
       resources},
      {"GET", "/cluster/status", root_auditor, {}, cluster_status},
      {"GET", "/cluster/nextid", anybody, {{.name = "vmid", .kind = vmid}}, next_id},
      {"GET", "/cluster/ha/resources", root_auditor, {{.name = "type"}}, ha_resources},
      {"GET", "/cluster/ha/status/current", root_auditor, {}, ha_status},
      {"GET", "/pools", anybody, {{.name = "poolid"}}, list_pools},
  };
}

} // namespace berth::pve_simulator
