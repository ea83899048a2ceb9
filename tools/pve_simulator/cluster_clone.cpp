#include "tools/pve_simulator/cluster.hpp"

#include <algorithm>
#include <utility>

/// How VMs come and go, with the durations of a small cluster on fast storage.
namespace berth::pve_simulator {

namespace {

constexpr double mib = 1024.0 * 1024.0;
constexpr double linked_clone_seconds = 2;
constexpr double full_clone_bytes_per_second = 600 * mib;
constexpr double destroy_seconds = 1.5;
constexpr double source_lock_patience = 1;

/// The copy of a volume that belongs to `id`.
volume copy_of(const volume& from, const cluster::clone_request& wanted) {
  volume made{wanted.storage.empty() ? from.storage : wanted.storage,
              "vm-" + std::to_string(wanted.id) + "-disk-" + from.name.substr(from.name.size() - 1),
              from.size};
  if (!wanted.full)
    made.parent = from.name;
  return made;
}

std::string with_fresh_mac(const std::string& net, const std::string& mac) {
  auto equals = net.find('=');
  return net.substr(0, equals + 1) + mac + net.substr(std::min(net.find(','), net.size()));
}

} // namespace

std::string cluster::clone(const clone_request& wanted, const std::string& user) {
  auto& work = begin_task(wanted.node, "qmclone", std::to_string(wanted.source), user);
  work.log.push_back("creating a clone of VM " + std::to_string(wanted.source) + " with ID "
                     + std::to_string(wanted.id));
  auto upid = work.upid;
  auto& source = vms.at(wanted.source);
  if (source.holder.empty()) {
    source.readers.insert(upid);
    begin_clone(wanted, upid);
  } else {
    work.log.push_back("trying to acquire lock...");
    continue_task(upid, wanted.source, source_lock_patience, [this, wanted, upid](vm& from) {
      if (!from.holder.empty())
        return end_task(upid, "can't lock file '/var/lock/qemu-server/lock-"
                                  + std::to_string(from.id) + ".conf' - got timeout");
      tasks.at(upid).log.push_back(" OK");
      from.readers.insert(upid);
      begin_clone(wanted, upid);
    });
  }
  return upid;
}

void cluster::begin_clone(const clone_request& wanted, const std::string& upid) {
  auto id = std::to_string(wanted.id);
  // The cluster's file system refuses a second configuration of this name on any node.
  if (auto taken = vms.find(wanted.id); taken != vms.end())
    return end_task(upid, taken->second.node == wanted.node
                              ? "unable to create VM " + id + ": config file already exists"
                              : "close (rename) atomic file '/etc/pve/nodes/" + wanted.node
                                    + "/qemu-server/" + id + ".conf' failed: File exists");
  const auto& from = vms.at(wanted.source).disks;
  if (!from.empty())
    tasks.at(upid).log.push_back(std::string{"create "} + (wanted.full ? "full" : "linked")
                                 + " clone of drive scsi0 (" + from[0].volid() + ")");
  if (auto failing = take_fault("fail_task", wanted.node, wanted.id)) {
    after(1, [this, upid, why = failing->reason] { end_task(upid, "clone failed: " + why); });
    return;
  }
  vm made{
      .id = wanted.id, .node = wanted.node, .lock = "clone", .holder = upid, .placeholder = true};
  made.config["description"] = " qmclone temporary file";
  for (const auto& disk : from)
    made.disks.push_back(copy_of(disk, wanted));
  vms.emplace(wanted.id, made);
  made.config["name"] = wanted.name;
  witness("vm_created", made, upid);
  if (take_fault("stuck_clone", wanted.node, wanted.id))
    return end_task(upid, "unexpected status");
  tasks.at(upid).on_stop = [this, id = wanted.id, upid] {
    undo_clone(id, upid, "interrupted by signal");
  };
  double size = 0;
  for (const auto& disk : from)
    size += disk.size;
  auto seconds = wanted.full ? size / full_clone_bytes_per_second : linked_clone_seconds;
  continue_task(upid, wanted.id, seconds * 0.6,
                [this, wanted, upid](vm& filled) { fill_clone(wanted, filled, upid); });
  continue_task(upid, wanted.id, seconds,
                [this, wanted, upid](vm& filled) { finish_clone(wanted, filled, upid); });
}

void cluster::fill_clone(const clone_request& wanted, vm& made, const std::string& upid) {
  auto found = vms.find(wanted.source);
  if (found == vms.end())
    return undo_clone(wanted.id, upid, missing_config(wanted.node, wanted.source));
  const auto& source = found->second;
  made.config = source.config;
  made.config.erase("template");
  made.config["name"] = wanted.name;
  if (!wanted.description.empty())
    made.config["description"] = wanted.description;
  for (auto& [key, value] : made.config)
    if (key.starts_with("net"))
      value = with_fresh_mac(value, fresh_mac());
  made.config["smbios1"] = "uuid=" + fresh_uuid();
  if (made.config.contains("vmgenid"))
    made.config["vmgenid"] = fresh_uuid();
  for (std::size_t i = 0; i < made.disks.size(); ++i)
    made.config["scsi" + std::to_string(i)] = drive_line(made.disks[i]);
  made.placeholder = false;
}

void cluster::finish_clone(const clone_request& wanted, vm& made, const std::string& upid) {
  made.lock.clear();
  if (!wanted.target.empty()) {
    made.node = wanted.target;
    made.shown = false;
  }
  made.pool = wanted.pool;
  end_task(upid, take_fault("task_warnings", wanted.node, wanted.id) ? "WARNINGS: 1" : "OK");
}

void cluster::undo_clone(std::uint32_t id, const std::string& upid, const std::string& why) {
  if (auto made = vms.find(id); made != vms.end()) {
    witness("vm_destroyed", made->second, upid);
    vms.erase(made);
  }
  end_task(upid, "clone failed: " + why);
}

std::string cluster::destroy(const std::string& on, std::uint32_t id, const std::string& user) {
  return run_locked({"qmdestroy", on, id, user}, [this](vm& doomed, const std::string& upid) {
    if (!doomed.lock.empty())
      return end_task(upid, "VM is locked (" + doomed.lock + ")");
    if (doomed.running)
      return end_task(upid, "VM " + std::to_string(doomed.id) + " is running - destroy failed");
    for (const auto& disk : doomed.disks)
      for (const auto& [other_id, other] : vms)
        if (other_id != doomed.id
            && std::ranges::find(other.disks, disk.name, &volume::parent) != other.disks.end())
          return end_task(upid,
                          "base volume '" + disk.volid() + "' is still in use by linked cloned");
    if (!quorate)
      return end_task(upid, unwritable_config(doomed.node, doomed.id));
    doomed.lock = "destroyed";
    tasks.at(upid).log.push_back("purging VM " + std::to_string(doomed.id)
                                 + " from related configurations..");
    continue_task(upid, doomed.id, destroy_seconds, [this, upid](vm& gone) {
      bool leaks = take_fault("leak_disk", gone.node, gone.id).has_value();
      if (leaks) {
        for (const auto& disk : gone.disks)
          leaked.push_back({disk, gone.node});
        witness("volume_leaked", gone, upid);
      }
      bool warns = take_fault("task_warnings", gone.node, gone.id).has_value();
      witness("vm_destroyed", gone, upid);
      vms.erase(gone.id);
      end_task(upid, leaks || warns ? "WARNINGS: 1" : "OK");
    });
  });
}

} // namespace berth::pve_simulator
