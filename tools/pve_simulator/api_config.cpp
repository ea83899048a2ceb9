#include "tools/pve_simulator/api.hpp"
#include "tools/pve_simulator/api_error.hpp"

#include <boost/json.hpp>
#include <openssl/evp.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <set>
#include <string_view>

/// Calls about a VM's configuration and its snapshots.
namespace berth::pve_simulator {

namespace {

namespace json = boost::json;

json::value typed(const std::string& key, const std::string& value) {
  static const std::set<std::string> integers{
      "cores", "sockets", "vcpus", "onboot", "protection", "kvm", "template", "balloon", "numa"};
  if (integers.contains(key))
    return std::stol(value);
  return json::value(value);
}

/// SHA-1 of the configuration as a file, with which a client can tell that it has not changed.
std::string digest_of(const vm& of) {
  std::string file;
  for (const auto& [key, value] : of.config)
    file += key + ": " + value + "\n";
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(file.data(), file.size(), hash, &size, EVP_sha1(), nullptr);
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    char pair[3];
    std::snprintf(pair, sizeof pair, "%02x", hash[i]);
    text += pair;
  }
  return text;
}

answer get_config(call& c) {
  const auto& of = c.guest();
  auto shown = of.config;
  if (!c.flag("current"))
    for (const auto& [key, value] : of.pending) {
      if (value)
        shown[key] = *value;
      else
        shown.erase(key);
    }
  json::object config{{"digest", digest_of(of)}};
  for (const auto& [key, value] : shown)
    config[key] = key == "cipassword" ? json::value("**********") : typed(key, value);
  if (!of.lock.empty())
    config["lock"] = of.lock;
  return {config, {}};
}

answer get_pending(call& c) {
  const auto& of = c.guest();
  json::array rows;
  for (const auto& [key, value] : of.config) {
    json::object row{{"key", key}, {"value", typed(key, value)}};
    if (auto waiting = of.pending.find(key); waiting != of.pending.end()) {
      if (waiting->second)
        row["pending"] = typed(key, *waiting->second);
      else
        row["delete"] = 1;
    }
    rows.push_back(row);
  }
  for (const auto& [key, value] : of.pending)
    if (value && !of.config.contains(key))
      rows.push_back(json::object{{"key", key}, {"pending", typed(key, *value)}});
  rows.push_back(json::object{{"key", "digest"}, {"value", digest_of(of)}});
  return {rows, {}};
}

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> pieces;
  std::size_t begin = 0;
  while (begin < text.size()) {
    auto end = std::min(text.find_first_of(",; ", begin), text.size());
    if (end > begin)
      pieces.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return pieces;
}

/// Tags as Proxmox stores them: lower-case, sorted, each once, joined by `;`.
std::string normalized_tags(std::string given) {
  std::ranges::transform(given, given.begin(), [](unsigned char ch) { return std::tolower(ch); });
  auto pieces = split_list(given);
  std::string joined;
  for (const auto& tag : std::set<std::string>(pieces.begin(), pieces.end()))
    joined += (joined.empty() ? "" : ";") + tag;
  return joined;
}

/// Which privilege a key needs; null for a key that no API token may touch.
const char* privilege_for(const std::string& key) {
  static const std::set<std::string> cpu{"cores",    "sockets",  "cpu",
                                         "cpulimit", "cpuunits", "vcpus"};
  static const std::set<std::string> memory{"memory", "balloon", "shares"};
  static const std::set<std::string> cloudinit{"ciuser",     "cipassword",   "sshkeys",
                                               "nameserver", "searchdomain", "citype"};
  static const std::set<std::string> hardware{"vga", "machine", "scsihw", "smbios1", "bios"};
  static const std::set<std::string> root_only{"args", "lock", "hookscript", "affinity", "arch"};
  auto starts = [&](const char* prefix) { return key.starts_with(prefix); };
  if (root_only.contains(key))
    return nullptr;
  if (cpu.contains(key))
    return "VM.Config.CPU";
  if (memory.contains(key))
    return "VM.Config.Memory";
  if (cloudinit.contains(key) || starts("ipconfig"))
    return "VM.Config.Cloudinit";
  if (starts("net"))
    return "VM.Config.Network";
  if (key == "boot" || (starts("scsi") && !hardware.contains(key)) || starts("ide")
      || starts("sata") || (starts("virtio") && key != "virtiofs0"))
    return "VM.Config.Disk";
  return hardware.contains(key) ? "VM.Config.HWType" : "VM.Config.Options";
}

bool is_option(const std::string& name) {
  static const std::set<std::string> options{"digest",   "delete", "revert",
                                             "skiplock", "force",  "background_delay"};
  return options.contains(name);
}

std::vector<parameter> config_parameters() {
  using enum parameter_kind;
  std::vector<parameter> all{
      {.name = "cores", .kind = integer, .minimum = 1},
      {.name = "sockets", .kind = integer, .minimum = 1},
      {.name = "memory", .kind = memory},
      {.name = "balloon", .kind = integer, .minimum = 0},
      {.name = "name", .kind = dns_name},
      {.name = "tags", .kind = tags},
      {.name = "onboot", .kind = boolean},
      {.name = "protection", .kind = boolean},
      {.name = "skiplock", .kind = boolean},
      {.name = "background_delay", .kind = integer, .minimum = 1, .maximum = 30}};
  for (const auto* name :
       {"agent",      "args",       "bios",         "boot",      "cicustom", "cipassword",
        "citype",     "ciuser",     "cpu",          "cpulimit",  "delete",   "description",
        "digest",     "hookscript", "ipconfig0",    "ipconfig1", "lock",     "machine",
        "nameserver", "net0",       "net1",         "ostype",    "revert",   "scsi0",
        "scsi1",      "scsihw",     "searchdomain", "smbios1",   "sshkeys",  "startup",
        "vga",        "ide2",       "serial0",      "vmgenid"})
    all.push_back({.name = name});
  return all;
}

/// The permission check: it sees the parameters before anything else has looked at them.
void may_configure(const call& c) {
  bool named = false;
  auto need = [&](const std::string& key) {
    named = true;
    if (const auto* privilege = privilege_for(key))
      c.access.require(c.who, c.vm_path(), privilege);
  };
  for (const auto& [name, value] : c.values)
    if (!is_option(name))
      need(name);
  for (const auto& name : split_list(c.value("delete")))
    need(name);
  if (!named)
    c.access.require(c.who, c.vm_path(), "VM.Config.Options");
}

/// A network card that comes without an address gets a fresh one: `virtio,bridge=vmbr0`.
std::string with_mac(const std::string& card, cluster& in) {
  auto model_end = std::min(card.find(','), card.size());
  if (card.find('=') < model_end)
    return card;
  return card.substr(0, model_end) + "=" + in.fresh_mac() + card.substr(model_end);
}

cluster::config_changes wanted_changes(const call& c) {
  if (c.values.contains("skiplock"))
    reject_parameters({{"skiplock", "Only root may use this option."}});
  const auto known = config_parameters();
  cluster::config_changes changes;
  for (const auto& [name, value] : c.values)
    if (!is_option(name))
      changes[name] = name == "tags"            ? normalized_tags(value)
                      : name.starts_with("net") ? with_mac(value, c.in)
                                                : value;
  for (const auto& name : split_list(c.value("delete"))) {
    if (changes.contains(name) && changes[name])
      reject_parameters(
          {{"delete", "you can't use '-" + name + "' and -delete " + name + "' at the same time"}});
    if (std::ranges::find(known, name, &parameter::name) == known.end())
      reject_parameters({{"delete", "unknown option '" + name + "'"}});
    changes[name] = std::nullopt;
  }
  if (changes.empty())
    die("no options specified");
  for (const auto& [name, value] : changes)
    if (!privilege_for(name))
      die("only root can set '" + name + "' config");
  return changes;
}

/// What has to hold of the VM before it is changed.
vm& changeable_guest(const call& c) {
  auto& of = c.guest();
  if (!of.lock.empty())
    die("VM is locked (" + of.lock + ")");
  if (c.values.contains("digest") && c.value("digest") != digest_of(of))
    die("checksum mismatch (file change by other user?)");
  return of;
}

answer put_config(call& c) {
  auto changes = wanted_changes(c);
  auto& of = changeable_guest(c);
  if (!c.in.quorate)
    die(unwritable_config(of.node, of.id));
  if (!of.holder.empty() || !of.readers.empty())
    throw api_error{.message = "can't lock file '/var/lock/qemu-server/lock-"
                               + std::to_string(of.id) + ".conf' - got timeout",
                    .busy = true};
  c.in.apply(of, changes);
  return {nullptr, {}};
}

answer post_config(call& c) {
  auto changes = wanted_changes(c);
  changeable_guest(c);
  return upid(c.in.reconfigure(c.node(), c.vmid(), changes, c.who));
}

// -- snapshots ----------------------------------------------------------------

answer list_snapshots(call& c) {
  const auto& of = c.guest();
  json::array rows;
  for (const auto& kept : of.snapshots)
    rows.push_back(json::object{{"name", kept.name},
                                {"description", kept.description},
                                {"snaptime", kept.taken},
                                {"vmstate", 0}});
  json::object current{{"name", "current"},
                       {"description", "You are here!"},
                       {"digest", digest_of(of)},
                       {"running", of.running ? 1 : 0}};
  if (!of.snapshots.empty())
    current["parent"] = of.snapshots.back().name;
  rows.push_back(current);
  return {rows, {}};
}

answer take_snapshot(call& c) {
  auto name = c.value("snapname");
  if (name == "current" || name == "pending")
    die("unable to use snapshot name '" + name + "' (reserved name)");
  return upid(c.in.take_snapshot(c.node(), c.vmid(), name, c.value("description"), c.who));
}

answer roll_back(call& c) {
  return upid(c.in.roll_back(c.node(), c.vmid(), c.path.at("snapname"), c.who));
}

answer delete_snapshot(call& c) {
  return upid(c.in.delete_snapshot(c.node(), c.vmid(), c.path.at("snapname"), c.who));
}

void may_roll_back(const call& c) {
  if (!c.access.allows(c.who, c.vm_path(), "VM.Snapshot"))
    c.access.require(c.who, c.vm_path(), "VM.Snapshot.Rollback");
}

} // namespace

std::vector<route> config_routes() {
  using enum parameter_kind;
  const std::string guest = "/nodes/{node}/qemu/{vmid}";
  return {
      {"GET",
       guest + "/config",
       on_guest<"VM.Audit">,
       {{.name = "current", .kind = boolean}, {.name = "snapshot"}},
       get_config},
      {"PUT", guest + "/config", may_configure, config_parameters(), put_config},
      {"POST", guest + "/config", may_configure, config_parameters(), post_config},
      {"GET", guest + "/pending", on_guest<"VM.Audit">, {}, get_pending},
      {"GET", guest + "/snapshot", on_guest<"VM.Audit">, {}, list_snapshots},
      {"POST",
       guest + "/snapshot",
       on_guest<"VM.Snapshot">,
       {{.name = "snapname", .kind = config_id, .required = true},
        {.name = "description"},
        {.name = "vmstate", .kind = boolean}},
       take_snapshot},
      {"POST",
       guest + "/snapshot/{snapname}/rollback",
       may_roll_back,
       {{.name = "start", .kind = boolean}},
       roll_back},
      {"DELETE",
       guest + "/snapshot/{snapname}",
       on_guest<"VM.Snapshot">,
       {{.name = "force", .kind = boolean}},
       delete_snapshot},
  };
}

} // namespace berth::pve_simulator
