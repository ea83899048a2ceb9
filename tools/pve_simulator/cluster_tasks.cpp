#include "tools/pve_simulator/cluster.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

/// Tasks as such: their identifiers, logs, locks and ends.
namespace berth::pve_simulator {

namespace {

constexpr double lock_poll_seconds = 0.1;
constexpr double failing_task_seconds = 1;

std::string upid_of(const task& of, const std::string& user) {
  char numbers[40];
  std::snprintf(numbers, sizeof numbers, "%08X:%08X:%08X", of.pid, of.pstart,
                static_cast<std::uint32_t>(of.started));
  return "UPID:" + of.node + ":" + numbers + ":" + of.type + ":" + of.id + ":" + user + ":";
}

std::string missing_for(const std::string& type, const std::string& node, std::uint32_t id) {
  if (type == "qmstop")
    return "unable to find configuration file for VM " + std::to_string(id) + " on node '" + node
           + "'";
  return missing_config(node, id);
}

} // namespace

task& cluster::begin_task(const std::string& on, const std::string& type, const std::string& id,
                          const std::string& user) {
  task made{.node = on, .pid = next_pid_++, .started = date(), .type = type, .id = id};
  made.pstart = static_cast<std::uint32_t>(now_ * 100) + 1'000'000;
  auto mark = user.find('!');
  made.user = user.substr(0, mark);
  if (mark != std::string::npos)
    made.token = user.substr(mark + 1);
  made.upid = upid_of(made, user);
  task_order.push_back(made.upid);
  auto key = made.upid;
  return tasks.emplace(std::move(key), std::move(made)).first->second;
}

void cluster::end_task(const std::string& upid, std::string exit_status) {
  auto& done = tasks.at(upid);
  if (!done.running)
    return;
  done.running = false;
  done.ended = date();
  for (auto& [id, guest] : vms) {
    if (guest.holder == upid)
      guest.holder.clear();
    guest.readers.erase(upid);
  }
  if (exit_status == "OK" || exit_status.starts_with("WARNINGS: "))
    done.log.push_back("TASK " + exit_status);
  else if (exit_status != "unexpected status")
    done.log.push_back("TASK ERROR: " + exit_status);
  done.exit_status = std::move(exit_status);
  done.on_stop = nullptr;
}

std::string cluster::run_locked(const guest_task& what, guest_work body) {
  auto upid = begin_task(what.node, what.type, std::to_string(what.id), what.user).upid;
  await_lock(what, upid, now_ + file_lock_patience, std::move(body));
  return upid;
}

void cluster::await_lock(const guest_task& what, const std::string& upid, double deadline,
                         guest_work body) {
  auto& work = tasks.at(upid);
  if (!work.running)
    return;
  auto* guest = find(what.node, what.id);
  if (!guest)
    return end_task(upid, missing_for(what.type, what.node, what.id));
  auto& waiters = guest->waiters;
  if (std::ranges::find(waiters, upid) == waiters.end())
    waiters.push_back(upid);
  std::erase_if(waiters, [&](const std::string& other) { return !tasks.at(other).running; });
  if (guest->holder.empty() && guest->readers.empty() && waiters.front() == upid) {
    waiters.erase(waiters.begin());
    if (!work.log.empty())
      work.log.push_back(" OK");
    guest->holder = upid;
    if (auto failing = take_fault("fail_task", what.node, what.id))
      after(failing_task_seconds, [this, upid, why = failing->reason] { end_task(upid, why); });
    else
      body(*guest, upid);
    return;
  }
  if (work.log.empty())
    work.log.push_back("trying to acquire lock...");
  if (now_ >= deadline)
    return end_task(upid, "can't lock file '/var/lock/qemu-server/lock-" + std::to_string(what.id)
                              + ".conf' - got timeout");
  after(lock_poll_seconds, [this, what, upid, deadline, body = std::move(body)]() mutable {
    await_lock(what, upid, deadline, std::move(body));
  });
}

void cluster::continue_task(const std::string& upid, std::uint32_t id, double seconds,
                            std::function<void(vm&)> step) {
  after(seconds, [this, upid, id, step = std::move(step)] {
    const auto& work = tasks.at(upid);
    if (!work.running)
      return;
    if (auto* guest = find(work.node, id))
      step(*guest);
    else
      end_task(upid, missing_config(work.node, id));
  });
}

} // namespace berth::pve_simulator
