#include "tools/pve_simulator/cluster.hpp"

#include <utility>

/// What tasks do to VMs, with the durations of a small cluster on fast storage.
namespace berth::pve_simulator {

namespace {

constexpr double mib = 1024.0 * 1024.0;
constexpr double linked_clone_seconds = 2;
constexpr double full_clone_bytes_per_second = 600 * mib;
constexpr double start_seconds = 2;
constexpr double stop_seconds = 1.5;
constexpr double shutdown_seconds = 6;
constexpr double destroy_seconds = 1.5;
constexpr double agent_seconds = 12; ///< plus up to eight, by VMID
constexpr double address_seconds = 3;

std::string missing_config(const std::string& node, std::uint32_t id) {
  return "Configuration file 'nodes/" + node + "/qemu-server/" + std::to_string(id)
         + ".conf' does not exist";
}

/// The copy of a volume that belongs to `id`.
volume volume_for(std::uint32_t id, const volume& from, const std::string& storage) {
  return {storage.empty() ? from.storage : storage,
          "vm-" + std::to_string(id) + "-disk-" + from.name.substr(from.name.size() - 1),
          from.size};
}

} // namespace

std::string cluster::clone(const clone_request& wanted, const std::string& user) {
  auto& work = begin_task(wanted.node, "qmclone", std::to_string(wanted.source), user);
  auto upid = work.upid;
  work.log.push_back("creating a clone of VM " + std::to_string(wanted.source) + " with ID "
                     + std::to_string(wanted.id));
  if (auto taken = vms.find(wanted.id); taken != vms.end()) {
    // The file system of the cluster refuses a second file of this name on any node.
    end_task(upid, taken->second.node == wanted.node
                       ? "unable to create VM " + std::to_string(wanted.id)
                             + ": config file already exists"
                       : "close (rename) atomic file '/etc/pve/nodes/" + wanted.node
                             + "/qemu-server/" + std::to_string(wanted.id)
                             + ".conf' failed: File exists");
    return upid;
  }
  if (auto failing = take_fault("fail_task", wanted.node, wanted.id)) {
    after(1, [this, upid, why = failing->reason] { end_task(upid, "clone failed: " + why); });
    return upid;
  }
  vm made{
      .id = wanted.id, .node = wanted.node, .lock = "clone", .holder = upid, .placeholder = true};
  made.config["description"] = " qmclone temporary file";
  vms.emplace(wanted.id, std::move(made));
  journal.add({.at = clock.now(),
               .what = "vm_created",
               .vmid = wanted.id,
               .node = wanted.node,
               .name = wanted.name});
  if (take_fault("stuck_clone", wanted.node, wanted.id)) {
    end_task(upid, "unexpected status");
    return upid;
  }
  work.on_stop = [this, id = wanted.id, upid] { undo_clone(id, upid, "interrupted by signal"); };
  const auto& source = vms.at(wanted.source);
  double size = 0;
  for (const auto& disk : source.disks)
    size += disk.size;
  auto seconds = wanted.full ? size / full_clone_bytes_per_second : linked_clone_seconds;
  after(seconds * 0.6, [this, wanted, upid] {
    auto found = vms.find(wanted.id);
    if (!tasks.at(upid).running || found == vms.end())
      return;
    auto& made = found->second;
    const auto& source = vms.at(wanted.source);
    made.config = source.config;
    made.config.erase("template");
    made.config["name"] = wanted.name;
    if (!wanted.description.empty())
      made.config["description"] = wanted.description;
    made.config["net0"] = "virtio=" + fresh_mac() + ",bridge=vmbr0";
    made.config["smbios1"] = "uuid=" + fresh_uuid();
    for (const auto& disk : source.disks)
      made.disks.push_back(volume_for(wanted.id, disk, wanted.storage));
    if (!made.disks.empty())
      made.config["scsi0"] = made.disks[0].storage + ":" + made.disks[0].name + ",size=32G";
    made.placeholder = false;
    tasks.at(upid).log.push_back(std::string{"create "} + (wanted.full ? "full" : "linked")
                                 + " clone of drive scsi0 (" + source.disks[0].storage + ":"
                                 + source.disks[0].name + ")");
  });
  after(seconds, [this, wanted, upid] { finish_clone(wanted, upid); });
  return upid;
}

void cluster::finish_clone(const clone_request& wanted, const std::string& upid) {
  auto found = vms.find(wanted.id);
  if (!tasks.at(upid).running || found == vms.end())
    return;
  found->second.lock.clear();
  if (!wanted.target.empty())
    found->second.node = wanted.target;
  found->second.pool = wanted.pool;
  end_task(upid, take_fault("task_warnings", wanted.node, wanted.id) ? "WARNINGS: 1" : "OK");
}

void cluster::undo_clone(std::uint32_t id, const std::string& upid, const std::string& why) {
  vms.erase(id);
  journal.add({.at = clock.now(), .what = "vm_destroyed", .vmid = id});
  end_task(upid, "clone failed: " + why);
}

std::string cluster::start(const std::string& on, std::uint32_t id, const std::string& user) {
  auto& work = begin_task(on, "qmstart", std::to_string(id), user);
  auto upid = work.upid;
  auto* guest = find(on, id);
  if (!guest)
    end_task(upid, missing_config(on, id));
  else if (guest->is_template)
    end_task(upid, "you can't start a vm if it's a template");
  else if (!take_file_lock(*guest, upid))
    fail_on_lock(upid, id);
  else if (!guest->lock.empty())
    end_task(upid, "VM is locked (" + guest->lock + ")");
  else if (guest->running)
    end_task(upid, "VM " + std::to_string(id) + " already running");
  else if (auto failing = take_fault("fail_task", on, id))
    after(1, [this, upid, why = failing->reason] { end_task(upid, why); });
  else
    after(start_seconds, [this, on, id, upid] {
      auto* started = find(on, id);
      if (!started)
        return end_task(upid, missing_config(on, id));
      started->running = true;
      started->started_at = clock.now();
      started->agent_at = clock.now() + agent_seconds + id % 8;
      started->address_at = started->agent_at + address_seconds;
      journal.add({.at = clock.now(),
                   .what = "vm_started",
                   .vmid = id,
                   .node = on,
                   .name = started->config["name"]});
      end_task(upid, take_fault("task_warnings", on, id) ? "WARNINGS: 1" : "OK");
    });
  return upid;
}

void cluster::power_off(std::uint32_t id, const std::string& upid, double seconds) {
  after(seconds, [this, id, upid] {
    if (auto found = vms.find(id); found != vms.end() && found->second.running) {
      found->second.running = false;
      journal.add({.at = clock.now(),
                   .what = "vm_stopped",
                   .vmid = id,
                   .node = found->second.node,
                   .name = found->second.config["name"]});
    }
    end_task(upid, "OK");
  });
}

std::string cluster::stop(const std::string& on, std::uint32_t id, const std::string& user) {
  auto& work = begin_task(on, "qmstop", std::to_string(id), user);
  auto upid = work.upid;
  auto* guest = find(on, id);
  if (!guest)
    end_task(upid, "unable to find configuration file for VM " + std::to_string(id) + " on node '"
                       + on + "'");
  else if (!take_file_lock(*guest, upid))
    fail_on_lock(upid, id);
  else if (!guest->lock.empty())
    end_task(upid, "VM is locked (" + guest->lock + ")");
  else if (auto failing = take_fault("fail_task", on, id))
    after(1, [this, upid, why = failing->reason] { end_task(upid, why); });
  else if (!guest->running)
    end_task(upid, "OK");
  else
    power_off(id, upid, stop_seconds);
  return upid;
}

std::string cluster::shut_down(const std::string& on, std::uint32_t id, bool force,
                               const std::string& user) {
  auto& work = begin_task(on, "qmshutdown", std::to_string(id), user);
  auto upid = work.upid;
  auto* guest = find(on, id);
  if (!guest)
    end_task(upid, missing_config(on, id));
  else if (!take_file_lock(*guest, upid))
    fail_on_lock(upid, id);
  else if (!guest->lock.empty())
    end_task(upid, "VM is locked (" + guest->lock + ")");
  else if (!guest->running)
    end_task(upid, "OK");
  else if (take_fault("shutdown_ignored", on, id)) {
    if (force)
      power_off(id, upid, 60);
    else
      after(60, [this, upid] { end_task(upid, "VM quit/powerdown failed - got timeout"); });
  } else
    power_off(id, upid, shutdown_seconds);
  return upid;
}

std::string cluster::destroy(const std::string& on, std::uint32_t id, const std::string& user) {
  auto& work = begin_task(on, "qmdestroy", std::to_string(id), user);
  auto upid = work.upid;
  auto* guest = find(on, id);
  if (!guest)
    end_task(upid, missing_config(on, id));
  else if (!take_file_lock(*guest, upid))
    fail_on_lock(upid, id);
  else if (!guest->lock.empty())
    end_task(upid, "VM is locked (" + guest->lock + ")");
  else if (auto failing = take_fault("fail_task", on, id))
    after(1, [this, upid, why = failing->reason] { end_task(upid, why); });
  else {
    guest->lock = "destroyed";
    work.log.push_back("purging VM " + std::to_string(id) + " from related configurations..");
    after(destroy_seconds, [this, on, id, upid] {
      auto* gone = find(on, id);
      if (!gone)
        return end_task(upid, missing_config(on, id));
      bool leaks = take_fault("leak_disk", on, id).has_value();
      if (leaks)
        for (const auto& disk : gone->disks)
          leaked.push_back(disk);
      journal.add({.at = clock.now(),
                   .what = "vm_destroyed",
                   .vmid = id,
                   .node = on,
                   .name = gone->config["name"]});
      vms.erase(id);
      end_task(upid, leaks ? "WARNINGS: 1" : "OK");
    });
  }
  return upid;
}

} // namespace berth::pve_simulator
