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
    after(broadcast_period * i / options.nodes, [this, name = made.name] { broadcast(name); });
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
    made.config["scsi0"] = "ceph:" + made.disks[0].name + ",size=32G";
  }
  for (auto& [name, of_node] : nodes)
    broadcast(name);
}

void cluster::advance() {
  auto now = clock.now();
  while (!due_.empty() && due_.begin()->first <= now) {
    auto work = std::move(due_.begin()->second);
    due_.erase(due_.begin());
    work();
  }
}

void cluster::after(double seconds, std::function<void()> work) {
  due_.emplace(clock.now() + seconds, std::move(work));
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
                 {"meta", "creation-qemu=10.1.2,ctime=1730000000"}};
  made.disks = {{"ceph", "vm-" + std::to_string(id) + "-disk-0", 32 * gib}};
  made.config["scsi0"] = "ceph:" + made.disks[0].name + ",size=32G";
  journal.add({.at = clock.now(), .what = "vm_created", .vmid = id, .node = on, .name = name});
  return vms.insert_or_assign(id, std::move(made)).first->second;
}

void cluster::move(std::uint32_t id, const std::string& to) {
  auto& moved = vms.at(id);
  moved.node = to;
  journal.add({.at = clock.now(),
               .what = "vm_moved",
               .vmid = id,
               .node = to,
               .name = moved.config["name"]});
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

// -- load ---------------------------------------------------------------------

/// A guest touches its memory while it boots, and keeps two thirds of it.
double cluster::used_ram(const vm& of) const {
  if (!of.running)
    return 0;
  auto ramp = std::min(1.0, (clock.now() - of.started_at) / 60);
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
      auto booting = clock.now() - guest.started_at < 30;
      used += number(guest.config, "cores", 1) * (booting ? 0.6 : 0.1) / of.cores;
    }
  return std::min(used, 1.0);
}

void cluster::broadcast(const std::string& name) {
  auto& of = nodes.at(name);
  if (of.online) {
    of.shown_cpu = used_cpu(of);
    of.shown_ram = used_ram(of);
    of.shown_at = clock.now();
    for (auto& [id, guest] : vms)
      if (guest.node == name && !guest.placeholder) {
        guest.shown = true;
        guest.shown_running = guest.running;
        guest.shown_name = guest.config["name"];
      }
  }
  if (clock.now() > 0.5 || due_.size() < nodes.size())
    after(broadcast_period, [this, name] { broadcast(name); });
}

// -- tasks --------------------------------------------------------------------

task& cluster::begin_task(const std::string& on, const std::string& type, const std::string& id,
                          const std::string& user) {
  task made{.node = on, .pid = next_pid_++, .started = clock.epoch(), .type = type, .id = id};
  made.pstart = static_cast<std::uint32_t>(clock.now() * 100) + 1'000'000;
  auto mark = user.find('!');
  made.user = user.substr(0, mark);
  if (mark != std::string::npos)
    made.token = user.substr(mark + 1);
  char numbers[40];
  std::snprintf(numbers, sizeof numbers, "%08X:%08X:%08X", made.pid, made.pstart,
                static_cast<std::uint32_t>(made.started));
  made.upid = "UPID:" + on + ":" + numbers + ":" + type + ":" + id + ":" + user + ":";
  task_order.push_back(made.upid);
  auto& kept = tasks.emplace(made.upid, std::move(made)).first->second;
  return kept;
}

void cluster::end_task(const std::string& upid, std::string exit_status) {
  auto& done = tasks.at(upid);
  if (!done.running)
    return;
  done.running = false;
  done.ended = clock.epoch();
  for (auto& [id, guest] : vms)
    if (guest.holder == upid)
      guest.holder.clear();
  if (exit_status == "OK")
    done.log.push_back("TASK OK");
  else if (exit_status.starts_with("WARNINGS: "))
    done.log.push_back("TASK " + exit_status);
  else if (exit_status != "unexpected status")
    done.log.push_back("TASK ERROR: " + exit_status);
  done.exit_status = std::move(exit_status);
  done.on_stop = nullptr;
}

bool cluster::take_file_lock(vm& of, const std::string& upid) {
  if (!of.holder.empty())
    return false;
  of.holder = upid;
  return true;
}

void cluster::fail_on_lock(const std::string& upid, std::uint32_t id) {
  tasks.at(upid).log.push_back("trying to acquire lock...");
  after(10, [this, upid, id] {
    end_task(upid, "can't lock file '/var/lock/qemu-server/lock-" + std::to_string(id)
                       + ".conf' - got timeout");
  });
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
