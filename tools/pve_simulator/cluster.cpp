#include "tools/pve_simulator/cluster.hpp"

#include <algorithm>
#include <cstdio>

namespace berth::pve_simulator {

namespace {

constexpr double mib = 1024.0 * 1024.0;
constexpr double gib = 1024.0 * mib;
constexpr double broadcast_period = 10;

double number(const vm_config& config, const std::string& key, double otherwise) {
  auto found = config.find(key);
  return found == config.end() ? otherwise : std::stod(found->second);
}

} // namespace

std::string missing_config(const std::string& node, std::uint32_t id) {
  return "Configuration file 'nodes/" + node + "/qemu-server/" + std::to_string(id)
         + ".conf' does not exist";
}

std::string unwritable_config(const std::string& node, std::uint32_t id) {
  return "unable to open file '/etc/pve/nodes/" + node + "/qemu-server/" + std::to_string(id)
         + ".conf.tmp.25496' - Permission denied";
}

std::string drive_line(const volume& disk) {
  auto mebibytes = static_cast<long>(disk.size / mib);
  return disk.volid() + ",size="
         + (mebibytes % 1024 == 0 ? std::to_string(mebibytes / 1024) + "G"
                                  : std::to_string(mebibytes) + "M");
}

cluster::cluster(const cluster_options& options, scaled_clock& of)
    : clock(of), random_(options.seed) {
  for (int i = 1; i <= options.nodes; ++i) {
    node made{.name = "pve-" + std::to_string(i),
              .cores = options.node_cores,
              .ram = options.node_ram_gib * gib,
              .disk = 100 * gib,
              .base_ram = 4 * gib};
    nodes.emplace(made.name, made);
    // Nodes broadcast in turn, not all at once.
    broadcast_in(broadcast_period * i / options.nodes, made.name);
  }
  storages.emplace("ceph", storage{"ceph", "rbd", true, 4096 * gib});
  storages.emplace("local-lvm", storage{"local-lvm", "lvmthin", false, 800 * gib});
  struct gold {
    std::uint32_t id;
    const char* name;
    const char* memory;
    const char* ostype;
    const char* tags;
  };
  for (const auto& image : {gold{9000, "win11-gold", "8192", "win11", "gold;win"},
                            gold{9001, "ubuntu-2204-gold", "4096", "l26", "gold;linux"},
                            gold{9002, "kali-gold", "4096", "l26", "gold;kali"}}) {
    auto& made = add_vm(image.id, "pve-1", image.name, std::stod(image.memory), 4);
    made.is_template = true;
    made.config["template"] = "1";
    made.config["tags"] = image.tags;
    made.config["ostype"] = image.ostype;
    made.disks = {{"ceph", "base-" + std::to_string(image.id) + "-disk-0", 32 * gib}};
    made.config["scsi0"] = drive_line(made.disks[0]);
  }
  for (const auto& [name, of] : nodes)
    broadcast(of);
}

void cluster::advance() {
  const auto present = clock.now();
  while (!due_.empty() && due_.begin()->first <= present) {
    auto next = due_.extract(due_.begin());
    now_ = std::max(now_, next.key());
    next.mapped()();
  }
  now_ = std::max(now_, present);
}

void cluster::after(double seconds, std::function<void()> work) {
  due_.emplace(now_ + seconds, std::move(work));
}

vm* cluster::find(const std::string& on, std::uint32_t id) {
  auto found = vms.find(id);
  return found == vms.end() || found->second.node != on ? nullptr : &found->second;
}

vm& cluster::add_vm(std::uint32_t id, const std::string& on, const std::string& name,
                    double ram_mib, int cores) {
  vm made{.id = id, .node = on};
  made.config = {{"name", name},
                 {"cores", std::to_string(cores)},
                 {"sockets", "1"},
                 {"memory", std::to_string(static_cast<long>(ram_mib))},
                 {"agent", "1"},
                 {"ostype", "l26"},
                 {"scsihw", "virtio-scsi-pci"},
                 {"boot", "order=scsi0"},
                 {"net0", "virtio=" + fresh_mac() + ",bridge=vmbr0"},
                 {"smbios1", "uuid=" + fresh_uuid()},
                 {"vmgenid", fresh_uuid()},
                 {"meta", "creation-qemu=10.1.2,ctime=1730000000"}};
  made.disks = {{"ceph", "vm-" + std::to_string(id) + "-disk-0", 32 * gib}};
  made.config["scsi0"] = drive_line(made.disks[0]);
  witness("vm_created", made);
  return vms.insert_or_assign(id, std::move(made)).first->second;
}

void cluster::remove_vm(std::uint32_t id) {
  witness("vm_destroyed", vms.at(id));
  vms.erase(id);
}

void cluster::move(std::uint32_t id, const std::string& to) {
  auto& moved = vms.at(id);
  moved.node = to;
  moved.shown = false;
  witness("vm_moved", moved);
}

std::optional<fault> cluster::take_fault(const std::string& kind, const std::string& on,
                                         std::uint32_t vmid) {
  auto found = std::ranges::find_if(faults, [&](const fault& f) {
    return f.kind == kind && (f.node.empty() || f.node == on) && (f.vmid == 0 || f.vmid == vmid);
  });
  if (found == faults.end())
    return std::nullopt;
  auto taken = *found;
  if (found->count > 0 && --found->count == 0)
    faults.erase(found);
  return taken;
}

void cluster::witness(const char* what, const vm& of, const std::string& upid) {
  auto name = of.config.find("name");
  journal.add({.at = now_,
               .what = what,
               .vmid = of.id,
               .node = of.node,
               .name = name == of.config.end() ? "" : name->second,
               .task = upid});
}

// -- load ---------------------------------------------------------------------

/// A guest touches its memory while it boots, and keeps two thirds of it.
double cluster::used_ram(const vm& of) const {
  if (!of.running)
    return 0;
  auto ramp = std::min(1.0, (now_ - of.started_at) / 60);
  return number(of.config, "memory", 512) * mib * 0.65 * ramp;
}

double cluster::used_ram(const node& of) const {
  double used = of.base_ram;
  for (const auto& [id, guest] : vms)
    if (guest.node == of.name)
      used += used_ram(guest);
  return std::min(used, of.ram);
}

double cluster::used_cpu(const node& of) const {
  double used = of.base_cpu;
  for (const auto& [id, guest] : vms)
    if (guest.node == of.name && guest.running) {
      auto booting = now_ - guest.started_at < 30;
      used += number(guest.config, "cores", 1) * (booting ? 0.6 : 0.1) / of.cores;
    }
  return std::min(used, 1.0);
}

void cluster::broadcast(const node& of) {
  auto& from = nodes.at(of.name);
  if (!from.online)
    return;
  from.shown_cpu = used_cpu(from);
  from.shown_ram = used_ram(from);
  from.shown_at = now_;
  for (auto& [id, guest] : vms)
    if (guest.node == from.name && !guest.placeholder) {
      guest.shown = true;
      guest.shown_running = guest.running;
      guest.shown_paused = guest.paused;
      guest.shown_name = guest.config["name"];
    }
}

void cluster::broadcast_in(double seconds, const std::string& name) {
  after(seconds, [this, name] {
    broadcast(nodes.at(name));
    broadcast_in(broadcast_period, name);
  });
}

void cluster::set_online(const std::string& name, bool online) {
  auto& of = nodes.at(name);
  if (of.online == online)
    return;
  of.online = online;
  if (online) {
    for (auto& [id, guest] : vms)
      if (guest.node == name && number(guest.config, "onboot", 0) > 0)
        power_on(guest, {});
    return;
  }
  for (const auto& upid : task_order)
    if (tasks.at(upid).node == name)
      end_task(upid, "unexpected status");
  for (auto& [id, guest] : vms)
    if (guest.node == name)
      power_off(guest, {});
}

// -- identity -----------------------------------------------------------------

std::string cluster::fresh_mac() {
  char text[20];
  auto bits = random_();
  std::snprintf(text, sizeof text, "BC:24:11:%02X:%02X:%02X", static_cast<unsigned>(bits & 0xff),
                static_cast<unsigned>(bits >> 8 & 0xff), static_cast<unsigned>(bits >> 16 & 0xff));
  return text;
}

std::string cluster::fresh_uuid() {
  char text[40];
  auto a = random_();
  auto b = random_();
  std::snprintf(text, sizeof text, "%08x-%04x-4%03x-%04x-%012llx",
                static_cast<unsigned>(a & 0xffffffff), static_cast<unsigned>(a >> 32 & 0xffff),
                static_cast<unsigned>(a >> 48 & 0xfff),
                static_cast<unsigned>(0x8000 | (a >> 52 & 0xfff)),
                static_cast<unsigned long long>(b & 0xffffffffffffULL));
  return text;
}

} // namespace berth::pve_simulator
