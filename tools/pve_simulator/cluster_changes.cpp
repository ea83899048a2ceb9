#include "tools/pve_simulator/cluster.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>

/// What changes a VM while it stays: configuration, snapshots, disks, place.
namespace berth::pve_simulator {

namespace {

constexpr double mib = 1024.0 * 1024.0;
constexpr double change_seconds = 1;
constexpr double migrate_seconds = 5;

/// Bytes; the unit's default is a byte, as in Proxmox.
double bytes_of(const std::string& size) {
  char* unit = nullptr;
  auto number = std::strtod(size.c_str(), &unit);
  switch (*unit) {
  case 'K':
    return number * 1024;
  case 'M':
    return number * mib;
  case 'G':
    return number * mib * 1024;
  case 'T':
    return number * mib * mib;
  default:
    return number;
  }
}

bool waits_for_stop(const std::string& key) {
  static const std::set<std::string> cold{"cores", "sockets", "memory", "cpu",    "machine",
                                          "bios",  "vga",     "scsihw", "ostype", "smbios1"};
  return cold.contains(key);
}

std::string locked(const vm& of) {
  return "VM is locked (" + of.lock + ")";
}

} // namespace

void cluster::apply(vm& to, const config_changes& changes) {
  for (const auto& [key, value] : changes) {
    if (to.running && waits_for_stop(key))
      to.pending[key] = value;
    else if (value)
      to.config[key] = *value;
    else
      to.config.erase(key);
  }
  witness("vm_configured", to);
}

std::string cluster::reconfigure(const std::string& on, std::uint32_t id,
                                 const config_changes& changes, const std::string& user) {
  return run_locked({"qmconfig", on, id, user}, [this, changes](vm& of, const std::string& upid) {
    if (!of.lock.empty())
      return end_task(upid, locked(of));
    auto line = "update VM " + std::to_string(of.id) + ":";
    for (const auto& [key, value] : changes)
      line += value ? " -" + key + " " + *value : " -delete " + key;
    tasks.at(upid).log.push_back(line);
    apply(of, changes);
    end_task(upid, "OK");
  });
}

std::string cluster::take_snapshot(const std::string& on, std::uint32_t id, const std::string& name,
                                   const std::string& description, const std::string& user) {
  return run_locked({"qmsnapshot", on, id, user}, [=, this](vm& of, const std::string& upid) {
    if (!of.lock.empty())
      return end_task(upid, locked(of));
    if (of.is_template)
      return end_task(upid, "you can't take a snapshot if it's a template");
    if (std::ranges::find(of.snapshots, name, &snapshot::name) != of.snapshots.end())
      return end_task(upid, "snapshot name '" + name + "' already used");
    of.lock = "snapshot";
    continue_task(upid, of.id, change_seconds, [=, this](vm& kept) {
      kept.lock.clear();
      kept.snapshots.push_back({name, description, date(), kept.config});
      end_task(upid, "OK");
    });
  });
}

std::string cluster::roll_back(const std::string& on, std::uint32_t id, const std::string& name,
                               const std::string& user) {
  return run_locked({"qmrollback", on, id, user}, [=, this](vm& of, const std::string& upid) {
    if (!of.lock.empty())
      return end_task(upid, locked(of));
    if (std::ranges::find(of.snapshots, name, &snapshot::name) == of.snapshots.end())
      return end_task(upid, "snapshot '" + name + "' does not exist");
    power_off(of, upid);
    of.lock = "rollback";
    continue_task(upid, of.id, change_seconds, [=, this](vm& back) {
      back.lock.clear();
      back.config = std::ranges::find(back.snapshots, name, &snapshot::name)->config;
      end_task(upid, "OK");
    });
  });
}

std::string cluster::delete_snapshot(const std::string& on, std::uint32_t id,
                                     const std::string& name, const std::string& user) {
  return run_locked({"qmdelsnapshot", on, id, user}, [=, this](vm& of, const std::string& upid) {
    if (!of.lock.empty())
      return end_task(upid, locked(of));
    auto found = std::ranges::find(of.snapshots, name, &snapshot::name);
    if (found == of.snapshots.end())
      return end_task(upid, "snapshot '" + name + "' does not exist");
    of.snapshots.erase(found);
    end_task(upid, "OK");
  });
}

std::string cluster::resize(const std::string& on, std::uint32_t id, const std::string& disk,
                            const std::string& size, const std::string& user) {
  return run_locked({"resize", on, id, user}, [=, this](vm& of, const std::string& upid) {
    if (!of.lock.empty())
      return end_task(upid, locked(of));
    auto line = of.config.find(disk);
    auto grown = std::ranges::find_if(of.disks, [&](const volume& one) {
      return line != of.config.end() && line->second.starts_with(one.volid());
    });
    if (grown == of.disks.end())
      return end_task(upid, "disk '" + disk + "' does not exist");
    auto wanted = bytes_of(size.starts_with('+') ? size.substr(1) : size)
                  + (size.starts_with('+') ? grown->size : 0);
    if (wanted < grown->size)
      return end_task(upid, "shrinking disks is not supported");
    grown->size = wanted;
    line->second = drive_line(*grown);
    end_task(upid, "OK");
  });
}

std::string cluster::migrate(const std::string& on, std::uint32_t id, const std::string& target,
                             const std::string& user) {
  return run_locked({"qmigrate", on, id, user}, [=, this](vm& of, const std::string& upid) {
    if (!of.lock.empty())
      return end_task(upid, locked(of));
    of.lock = "migrate";
    continue_task(upid, of.id, migrate_seconds, [=, this](vm& moved) {
      moved.lock.clear();
      move(moved.id, target);
      end_task(upid, "OK");
    });
  });
}

} // namespace berth::pve_simulator
