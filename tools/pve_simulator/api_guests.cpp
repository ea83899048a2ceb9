#include "tools/pve_simulator/api.hpp"
#include "tools/pve_simulator/api_error.hpp"

#include <boost/json.hpp>

#include <algorithm>

/// Calls about VMs as such: lists, clone, power, place, deletion.
namespace berth::pve_simulator {

namespace {

namespace json = boost::json;

// -- clone --------------------------------------------------------------------

/// Where the disks of the clone will lie.
std::string storage_for(const call& c, const volume& disk) {
  return c.value("storage", disk.storage);
}

void may_clone(const call& c) {
  c.access.require(c.who, c.vm_path(), "VM.Clone");
  auto pool = c.value("pool");
  if (!c.access.allows(c.who, "/vms/" + c.value("newid", "0"), "VM.Allocate")
      && (pool.empty() || !c.access.allows(c.who, "/pool/" + pool, "VM.Allocate")))
    throw api_error{.status = 403, .message = "Permission check failed"};
  if (!pool.empty() && !c.in.pools.contains(pool))
    throw api_error{.status = 403,
                    .message = "Permission check failed (pool '" + pool + "' does not exist)"};
}

void check_disks(const call& c, const vm& source, const cluster::clone_request& wanted) {
  for (const auto& disk : source.disks) {
    if (!wanted.full && !source.is_template)
      die("Linked clone feature is not supported for '" + disk.volid() + "' (scsi0)");
    const auto& to = c.in.storages.at(storage_for(c, disk));
    c.access.require(c.who, "/storage/" + to.name, "Datastore.AllocateSpace");
    if (!wanted.target.empty() && !c.in.storages.at(disk.storage).shared)
      die("can't clone VM to node '" + wanted.target + "' (VM uses local storage)");
    if (!wanted.target.empty() && !to.shared)
      die("can't clone to non-shared storage '" + to.name + "'");
  }
  if (source.config.contains("net0"))
    c.access.require(c.who, "/sdn/zones/localnetwork/vmbr0", "SDN.Use");
}

answer clone(call& c) {
  c.need_quorum();
  auto source_id = c.vmid();
  auto* source = c.in.find(c.node(), source_id);
  if (!source)
    die("unable to find configuration file for VM " + std::to_string(source_id) + " on node '"
        + c.node() + "'");
  cluster::clone_request wanted{.source = source_id,
                                .id = static_cast<std::uint32_t>(std::stoul(c.value("newid"))),
                                .node = c.node(),
                                .target = c.value("target"),
                                .name = c.value("name", "Copy-of-VM-" + source->config["name"]),
                                .description = c.value("description"),
                                .pool = c.value("pool"),
                                .storage = c.value("storage"),
                                .full = c.value("full", source->is_template ? "0" : "1") == "1"};
  if (wanted.target == c.node())
    wanted.target.clear();
  if (!wanted.target.empty() && !c.in.nodes.contains(wanted.target))
    die("no such cluster node '" + wanted.target + "'");
  if (!wanted.storage.empty() && !c.in.storages.contains(wanted.storage))
    die("storage '" + wanted.storage + "' does not exist");
  if (!source->lock.empty())
    die("VM is locked (" + source->lock + ")");
  if (auto name = c.value("snapname");
      !name.empty()
      && std::ranges::find(source->snapshots, name, &snapshot::name) == source->snapshots.end())
    die("snapshot '" + name + "' does not exist");
  if (!wanted.full)
    for (const auto* name : {"storage", "format"})
      if (c.values.contains(name))
        die(std::string{"parameter '"} + name + "' not allowed for linked clones");
  check_disks(c, *source, wanted);
  if (c.in.find(c.node(), wanted.id))
    die("unable to create VM " + std::to_string(wanted.id) + ": config file already exists");
  return upid(c.in.clone(wanted, c.who));
}

// -- lists --------------------------------------------------------------------

/// What the list of a node and the status of one VM have in common.
json::object status_of(const cluster& in, const vm& of) {
  auto number = [&](const char* key, double otherwise) {
    auto found = of.config.find(key);
    return found == of.config.end() ? otherwise : std::stod(found->second);
  };
  auto used = static_cast<std::int64_t>(in.used_ram(of));
  json::object row{{"vmid", of.id},
                   {"status", of.running ? "running" : "stopped"},
                   {"cpus", static_cast<int>(number("cores", 1) * number("sockets", 1))},
                   {"cpu", of.running && !of.paused ? 0.02 : 0.0},
                   {"maxmem", static_cast<std::int64_t>(number("memory", 512) * 1024 * 1024)},
                   {"mem", used},
                   {"memhost", used},
                   {"disk", 0},
                   {"netin", 0},
                   {"netout", 0}};
  row["maxdisk"] = static_cast<std::int64_t>(of.disks.empty() ? 0 : of.disks[0].size);
  row["uptime"] = of.running ? static_cast<std::int64_t>(in.now() - of.started_at) : 0;
  auto name = of.config.find("name");
  row["name"] = name == of.config.end() ? "VM " + std::to_string(of.id) : name->second;
  if (of.running) {
    row["pid"] = 200'000 + of.id % 100'000;
    for (const auto* share : {"cpusome", "cpufull", "iosome", "iofull", "memorysome", "memoryfull"})
      row[std::string{"pressure"} + share] = 0;
  }
  if (of.is_template)
    row["template"] = 1;
  if (!of.lock.empty())
    row["lock"] = of.lock;
  if (auto tags = of.config.find("tags"); tags != of.config.end())
    row["tags"] = tags->second;
  return row;
}

const char* qmp_status(const vm& of) {
  return of.paused ? "paused" : of.running ? "running" : "stopped";
}

answer list_guests(call& c) {
  json::array rows;
  for (const auto& [id, of] : c.in.vms) {
    if (of.node != c.node() || !c.access.allows(c.who, "/vms/" + std::to_string(id), "VM.Audit"))
      continue;
    auto row = status_of(c.in, of);
    if (c.flag("full"))
      row["qmpstatus"] = qmp_status(of);
    rows.push_back(row);
  }
  return {rows, {}};
}

answer current_status(call& c) {
  const auto& of = c.guest();
  auto row = status_of(c.in, of);
  row["qmpstatus"] = qmp_status(of);
  row["ha"] = json::object{{"managed", 0}};
  if (of.config.contains("agent"))
    row["agent"] = 1;
  if (of.running)
    row["nics"] = json::object{
        {"tap" + std::to_string(of.id) + "i0", json::object{{"netin", 0}, {"netout", 0}}}};
  return {row, {}};
}

// -- power --------------------------------------------------------------------

const vm& running_guest(const call& c) {
  const auto& of = c.guest();
  if (!of.running)
    die("VM " + std::to_string(of.id) + " not running");
  return of;
}

answer start(call& c) {
  c.need_quorum();
  return upid(c.in.start(c.node(), c.vmid(), c.who));
}

answer stop(call& c) {
  return upid(c.in.stop(c.node(), c.vmid(), c.who));
}

answer shut_down(call& c) {
  const auto* of = c.in.find(c.node(), c.vmid());
  if (of && of->paused)
    die("VM is paused - cannot shutdown");
  return upid(c.in.shut_down(c.node(), c.vmid(), std::stod(c.value("timeout", "60")),
                             c.flag("forceStop"), c.who));
}

answer reboot(call& c) {
  return upid(c.in.reboot(c.node(), running_guest(c).id, c.who));
}

answer reset(call& c) {
  return upid(c.in.reset(c.node(), running_guest(c).id, c.who));
}

answer suspend(call& c) {
  return upid(c.in.pause(c.node(), running_guest(c).id, true, c.who));
}

answer resume(call& c) {
  return upid(c.in.pause(c.node(), running_guest(c).id, false, c.who));
}

// -- place, disks, end --------------------------------------------------------

answer migrate(call& c) {
  const auto& of = c.guest();
  auto target = c.value("target");
  if (target == c.node())
    reject_parameters({{"target", "target is local node."}});
  if (!c.in.nodes.contains(target))
    die("no such cluster node '" + target + "'");
  c.need_quorum();
  if (of.running && !c.flag("online"))
    die("can't migrate running VM without --online");
  return upid(c.in.migrate(c.node(), of.id, target, c.who));
}

answer resize(call& c) {
  return upid(c.in.resize(c.node(), c.guest().id, c.value("disk"), c.value("size"), c.who));
}

answer make_template(call& c) {
  auto& of = c.guest();
  if (of.is_template)
    die("you can't convert a template to a template");
  if (of.running)
    die("you can't convert a VM to template if VM is running");
  of.is_template = true;
  of.config["template"] = "1";
  auto begun = c.in.begin_task(c.node(), "qmtemplate", c.path.at("vmid"), c.who).upid;
  c.in.end_task(begun, "OK");
  return upid(std::move(begun));
}

answer destroy(call& c) {
  if (c.values.contains("skiplock"))
    reject_parameters({{"skiplock", "Only root may use this option."}});
  const auto& of = c.guest();
  if (auto found = of.config.find("protection"); found != of.config.end() && found->second == "1")
    die("can't remove VM " + std::to_string(of.id) + " - protection mode enabled");
  if (of.running)
    die("VM " + std::to_string(of.id) + " is running - destroy failed");
  return upid(c.in.destroy(c.node(), of.id, c.who));
}

std::vector<parameter> clone_parameters() {
  using enum parameter_kind;
  return {{.name = "newid", .kind = vmid, .required = true},
          {.name = "name", .kind = dns_name},
          {.name = "description"},
          {.name = "pool"},
          {.name = "snapname", .kind = config_id},
          {.name = "storage"},
          {.name = "format", .kind = choice, .choices = {"raw", "qcow2", "vmdk"}},
          {.name = "full", .kind = boolean},
          {.name = "target"},
          {.name = "bwlimit", .kind = integer, .minimum = 0}};
}

} // namespace

std::vector<route> guest_routes() {
  using enum parameter_kind;
  const std::string guest = "/nodes/{node}/qemu/{vmid}";
  const std::string status = guest + "/status";
  constexpr auto power = on_guest<"VM.PowerMgmt">;
  const parameter timeout{.name = "timeout", .kind = integer, .minimum = 0};
  const parameter skiplock{.name = "skiplock", .kind = boolean};
  return {
      {"GET", "/nodes/{node}/qemu", anybody, {{.name = "full", .kind = boolean}}, list_guests},
      {"POST", guest + "/clone", may_clone, clone_parameters(), clone},
      {"GET", status + "/current", on_guest<"VM.Audit">, {}, current_status},
      {"POST", status + "/start", power, {timeout, skiplock}, start},
      {"POST",
       status + "/stop",
       power,
       {timeout, skiplock, {.name = "overrule-shutdown", .kind = boolean}},
       stop},
      {"POST",
       status + "/shutdown",
       power,
       {timeout,
        skiplock,
        {.name = "forceStop", .kind = boolean},
        {.name = "keepActive", .kind = boolean}},
       shut_down},
      {"POST", status + "/reboot", power, {timeout}, reboot},
      {"POST", status + "/reset", power, {skiplock}, reset},
      {"POST",
       status + "/suspend",
       power,
       {skiplock, {.name = "todisk", .kind = boolean}},
       suspend},
      {"POST", status + "/resume", power, {skiplock, {.name = "nocheck", .kind = boolean}}, resume},
      {"POST",
       guest + "/migrate",
       on_guest<"VM.Migrate">,
       {{.name = "target", .required = true},
        {.name = "online", .kind = boolean},
        {.name = "with-local-disks", .kind = boolean},
        {.name = "targetstorage"}},
       migrate},
      {"PUT",
       guest + "/resize",
       on_guest<"VM.Config.Disk">,
       {{.name = "disk", .required = true}, {.name = "size", .required = true}, {.name = "digest"}},
       resize},
      {"POST", guest + "/template", on_guest<"VM.Allocate">, {{.name = "disk"}}, make_template},
      {"DELETE",
       guest,
       on_guest<"VM.Allocate">,
       {{.name = "purge", .kind = boolean},
        {.name = "destroy-unreferenced-disks", .kind = boolean},
        skiplock},
       destroy},
  };
}

} // namespace berth::pve_simulator
