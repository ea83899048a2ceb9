#include "tools/pve_simulator/cluster.hpp"

#include <string_view>
#include <utility>

/// Power, with the durations of a small cluster.
namespace berth::pve_simulator {

namespace {

constexpr double start_seconds = 2;
constexpr double stop_seconds = 1.5;
constexpr double shutdown_seconds = 5;
constexpr double agent_seconds = 15; ///< plus up to seven, by VMID
constexpr double address_seconds = 3;

std::string locked(const vm& of) {
  return "VM is locked (" + of.lock + ")";
}

/// The bridge of a network card's line; empty for any other line.
std::string bridge_of(const std::string& key, const std::string& value) {
  constexpr std::string_view marker = "bridge=";
  auto at = value.find(marker);
  if (!key.starts_with("net") || at == std::string::npos)
    return {};
  auto rest = value.substr(at + marker.size());
  return rest.substr(0, rest.find(','));
}

} // namespace

void cluster::power_on(vm& of, const std::string& upid) {
  of.running = true;
  of.paused = false;
  of.started_at = now_;
  of.agent_at = now_ + agent_seconds + of.id % 8;
  of.address_at = of.agent_at + address_seconds;
  witness("vm_started", of, upid);
}

void cluster::power_off(vm& of, const std::string& upid) {
  if (!of.running)
    return;
  of.running = false;
  of.paused = false;
  for (const auto& [key, value] : std::exchange(of.pending, {})) {
    if (value)
      of.config[key] = *value;
    else
      of.config.erase(key);
  }
  witness("vm_stopped", of, upid);
}

std::string cluster::start(const std::string& on, std::uint32_t id, const std::string& user) {
  return run_locked({"qmstart", on, id, user}, [this](vm& of, const std::string& upid) {
    if (of.is_template)
      return end_task(upid, "you can't start a vm if it's a template");
    if (!of.lock.empty())
      return end_task(upid, locked(of));
    if (of.running)
      return end_task(upid, "VM " + std::to_string(of.id) + " already running");
    for (const auto& [key, value] : of.config)
      if (auto bridge = bridge_of(key, value); !bridge.empty() && bridge != "vmbr0")
        return end_task(upid, "bridge '" + bridge + "' does not exist");
    continue_task(upid, of.id, start_seconds, [this, upid](vm& started) {
      power_on(started, upid);
      end_task(upid, take_fault("task_warnings", started.node, started.id) ? "WARNINGS: 1" : "OK");
    });
  });
}

std::string cluster::stop(const std::string& on, std::uint32_t id, const std::string& user) {
  return run_locked({"qmstop", on, id, user}, [this](vm& of, const std::string& upid) {
    if (!of.running)
      return end_task(upid, "OK");
    if (!of.lock.empty())
      return end_task(upid, locked(of));
    continue_task(upid, of.id, stop_seconds, [this, upid](vm& stopped) {
      power_off(stopped, upid);
      end_task(upid, "OK");
    });
  });
}

std::string cluster::shut_down(const std::string& on, std::uint32_t id, double timeout, bool force,
                               const std::string& user) {
  return run_locked({"qmshutdown", on, id, user}, [=, this](vm& of, const std::string& upid) {
    if (!of.running)
      return end_task(upid, "OK");
    if (!of.lock.empty())
      return end_task(upid, locked(of));
    bool ignored = take_fault("shutdown_ignored", of.node, of.id).has_value();
    bool in_time = !ignored && shutdown_seconds <= timeout;
    continue_task(upid, of.id, in_time ? shutdown_seconds : timeout, [=, this](vm& stopped) {
      if (!in_time && !force)
        return end_task(upid, "VM quit/powerdown failed - got timeout");
      if (!in_time)
        tasks.at(upid).log.push_back("VM still running - terminating now with SIGTERM");
      power_off(stopped, upid);
      end_task(upid, "OK");
    });
  });
}

std::string cluster::reboot(const std::string& on, std::uint32_t id, const std::string& user) {
  return run_locked({"qmreboot", on, id, user}, [this](vm& of, const std::string& upid) {
    continue_task(upid, of.id, shutdown_seconds + start_seconds, [this, upid](vm& again) {
      power_off(again, upid);
      power_on(again, upid);
      end_task(upid, "OK");
    });
  });
}

std::string cluster::reset(const std::string& on, std::uint32_t id, const std::string& user) {
  return run_locked({"qmreset", on, id, user}, [this](vm& of, const std::string& upid) {
    power_on(of, upid);
    end_task(upid, "OK");
  });
}

std::string cluster::pause(const std::string& on, std::uint32_t id, bool paused,
                           const std::string& user) {
  return run_locked({paused ? "qmpause" : "qmresume", on, id, user},
                    [this, paused](vm& of, const std::string& upid) {
                      of.paused = paused && of.running;
                      end_task(upid, "OK");
                    });
}

} // namespace berth::pve_simulator
