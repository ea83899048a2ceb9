#include "tools/simulation/world/nemesis.hpp"

#include "tools/simulation/world/world_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

namespace berth::simulation {

namespace {

using namespace std::chrono_literals;

constexpr double share_of_kinds = 0.4; ///< that a world meets

bool is_ours(std::uint32_t vmid) {
  return vmid >= world_vmids.first.value && vmid <= world_vmids.last.value;
}

bool is_of_a_session(const pve_simulator::vm& vm) {
  auto name = vm.config.find("name");
  return is_ours(vm.id) && name != vm.config.end() && name->second.starts_with("berth-");
}

} // namespace

const std::vector<nemesis::trouble>& nemesis::kinds() {
  static const std::vector<trouble> all{
      {"weather", 8min, &nemesis::change_weather},
      {"network cut", 40min, &nemesis::cut_network},
      {"token refused", 40min, &nemesis::refuse_token},
      {"VMs hidden", 40min, &nemesis::hide_vms},
      {"configurations hidden", 30min, &nemesis::hide_configs},
      {"task fails for now", 5min, &nemesis::fail_task_for_now},
      {"task fails for good", 15min, &nemesis::fail_task_for_good},
      {"storage full", 15min, &nemesis::fill_storage},
      {"task warns", 10min, &nemesis::warn_of_task},
      {"clone dies", 10min, &nemesis::strand_clone},
      {"guest silent", 10min, &nemesis::silence_guest},
      {"no address", 10min, &nemesis::keep_address_back},
      {"guest without agent", 15min, &nemesis::cripple_guest},
      {"shutdown ignored", 10min, &nemesis::ignore_shutdown},
      {"node fails", 30min, &nemesis::fail_node},
      {"quorum lost", 40min, &nemesis::lose_quorum},
      {"template removed", 60min, &nemesis::remove_template},
      {"VM deleted by hand", 15min, &nemesis::delete_vm},
      {"kept VMs stolen", 20min, &nemesis::steal_kept_vms},
      {"VM renamed by hand", 20min, &nemesis::rename_vm},
      {"VM moved", 8min, &nemesis::move_vm},
      {"VM stopped by hand", 15min, &nemesis::stop_vm},
      {"VM locked", 12min, &nemesis::lock_vm},
      {"deletion dies", 15min, &nemesis::strand_deletion},
      {"VMID occupied", 20min, &nemesis::occupy_vmid},
      {"process killed", 10min, &nemesis::kill_process},
      {"power lost", 20min, &nemesis::lose_power},
      {"power lost while writing", 20min, &nemesis::lose_power_while_writing},
      {"process paused", 20min, &nemesis::pause_process},
      {"session forked", 10min, &nemesis::fork_session},
      {"node drained", 20min, &nemesis::drain_node},
      {"disk fails", 20min, &nemesis::fail_disk},
      {"disk full", 40min, &nemesis::fill_disk},
      {"clock set", 40min, &nemesis::set_clock},
      {"class begins", 15min, &nemesis::begin_class},
  };
  return all;
}

nemesis::nemesis(dice from, nemesis_reach reach) : dice_{std::move(from)}, to_{std::move(reach)} {}

void nemesis::begin() {
  active_ = true;
  ++storm_;
  for (const auto& kind : kinds())
    if (dice_.chance(share_of_kinds))
      expect(kind, 0.5 + 1.5 * dice_.share());
}

void nemesis::expect(const trouble& kind, double rate) {
  auto mean = std::chrono::duration_cast<std::chrono::milliseconds>(kind.mean / rate);
  to_.clock.after(dice_.wait_for(mean), [this, &kind, rate] {
    if (!active_)
      return;
    ++troubles_[kind.name];
    to_.notes.note(fmt::format("trouble: {}", kind.name));
    (this->*kind.strike)();
    expect(kind, rate);
  });
}

void nemesis::for_a_while(std::chrono::milliseconds least, std::chrono::milliseconds most,
                          std::function<void()> undo) {
  to_.clock.after(dice_.between(least, most), [this, undo = std::move(undo), storm = storm_] {
    if (active_ && storm == storm_)
      undo();
  });
}

pve_simulator::vm* nemesis::any_of_ours() {
  to_.cluster.advance();
  std::vector<pve_simulator::vm*> ours;
  for (auto& [id, vm] : to_.cluster.vms)
    if (is_of_a_session(vm))
      ours.push_back(&vm);
  return ours.empty() ? nullptr : dice_.any(ours);
}

std::string nemesis::any_node() {
  auto at = to_.cluster.nodes.begin();
  std::advance(at, static_cast<std::ptrdiff_t>(dice_.below(to_.cluster.nodes.size())));
  return at->first;
}

// -- the way to Proxmox -------------------------------------------------------

void nemesis::change_weather() {
  auto& now = to_.net.now.probability;
  now.clear();
  for (std::size_t i = 0; i < wire_faults; ++i)
    if (dice_.chance(0.4))
      now[static_cast<wire_fault>(i)] = 0.15 * dice_.share();
  for_a_while(1min, 15min, [this] { to_.net.now.probability.clear(); });
}
void nemesis::cut_network() {
  to_.net.now.cut = true;
  for_a_while(10s, 20min, [this] { to_.net.now.cut = false; });
}
void nemesis::refuse_token() {
  to_.net.now.unauthorized = true;
  for_a_while(10s, 15min, [this] { to_.net.now.unauthorized = false; });
}
void nemesis::hide_vms() {
  auto less = pve_simulator::broker_privileges();
  less["/vms"].erase("VM.Audit");
  to_.access.add_token(world_token, world_token_secret, std::move(less));
  for_a_while(30s, 15min, [this] {
    to_.access.add_token(world_token, world_token_secret, pve_simulator::broker_privileges());
  });
}

void nemesis::hide_configs() {
  to_.net.now.unreadable = true;
  for_a_while(30s, 15min, [this] { to_.net.now.unreadable = false; });
}

// -- the cluster --------------------------------------------------------------

void nemesis::fail(const char* kind, std::string reason) {
  to_.cluster.faults.push_back({.kind = kind, .reason = std::move(reason)});
}
void nemesis::fail_task_for_now() {
  fail("fail_task", "can't lock file '/var/lock/qemu-server/lock-9000.conf' - got timeout");
}
void nemesis::fail_task_for_good() {
  fail("fail_task", "volume 'ceph:base-9000-disk-0' does not exist");
}
void nemesis::fill_storage() {
  fail("fail_task", "unable to create image: no space left on device");
}
void nemesis::warn_of_task() {
  fail("task_warnings");
}
void nemesis::strand_clone() {
  fail("stuck_clone");
}
void nemesis::silence_guest() {
  to_.cluster.faults.push_back({.kind = "agent_silent", .count = 40});
}
void nemesis::keep_address_back() {
  to_.cluster.faults.push_back({.kind = "no_address", .count = 40});
}
void nemesis::cripple_guest() {
  constexpr double never = 1e12;
  if (auto* vm = any_of_ours())
    vm->agent_at = vm->address_at = never;
}
void nemesis::ignore_shutdown() {
  fail("shutdown_ignored");
}
void nemesis::fail_node() {
  auto node = any_node();
  to_.cluster.set_online(node, false);
  for_a_while(20s, 40min, [this, node] { to_.cluster.set_online(node, true); });
}
void nemesis::lose_quorum() {
  to_.cluster.quorate = false;
  for_a_while(20s, 15min, [this] { to_.cluster.quorate = true; });
}
void nemesis::remove_template() {
  auto id = static_cast<std::uint32_t>(9000 + dice_.below(3));
  auto found = to_.cluster.vms.find(id);
  if (found == to_.cluster.vms.end() || !found->second.readers.empty())
    return;
  auto saved = std::make_shared<pve_simulator::vm>(found->second);
  to_.cluster.vms.erase(found);
  // Also after the storm: an admin notices.
  to_.clock.after(dice_.between(30s, 10min),
                  [this, saved] { to_.cluster.vms.emplace(saved->id, *saved); });
}

// -- people who know nothing of the broker ------------------------------------

void nemesis::delete_vm() {
  auto* vm = any_of_ours();
  if (vm && vm->lock.empty() && vm->holder.empty())
    to_.cluster.remove_vm(vm->id);
}
void nemesis::steal_kept_vms() {
  steals_kept_ = true;
  for_a_while(1min, 15min, [this] { steals_kept_ = false; });
}
/// Kept VMs go at the very moment in which their owner wants them back.
void nemesis::tick() {
  if (!steals_kept_)
    return;
  for (const auto& [id, vm] : to_.logged.vms()) {
    const auto* session = to_.logged.find(vm.session);
    bool is_resumed = vm.ever_active && vm.intents.empty() && session->vm == id && !session->active
                      && !session->over;
    if (auto found = to_.cluster.vms.find(id.value);
        is_resumed && found != to_.cluster.vms.end() && found->second.holder.empty())
      to_.cluster.remove_vm(id.value);
  }
}
void nemesis::rename_vm() {
  auto* vm = any_of_ours();
  if (!vm || !vm->lock.empty())
    return;
  vm->config["name"] = "precious";
  vm->config.erase("description");
  vm->config.erase("tags");
  to_.rules.belongs_to_others(vm->id);
}
void nemesis::move_vm() {
  auto* vm = any_of_ours();
  auto to = any_node();
  if (vm && vm->lock.empty() && vm->holder.empty() && to_.cluster.nodes.at(to).online)
    to_.cluster.move(vm->id, to);
}
void nemesis::stop_vm() {
  if (auto* vm = any_of_ours(); vm && vm->running)
    to_.cluster.stop(vm->node, vm->id, "root@pam");
}
void nemesis::lock_vm() {
  auto* vm = any_of_ours();
  if (!vm || !vm->lock.empty())
    return;
  vm->lock = "backup";
  for_a_while(10s, 10min, [this, id = vm->id] {
    if (auto found = to_.cluster.vms.find(id); found != to_.cluster.vms.end())
      found->second.lock.clear();
  });
}
void nemesis::strand_deletion() {
  auto* vm = any_of_ours();
  if (vm && vm->lock.empty() && !vm->running)
    vm->lock = "destroyed";
}
void nemesis::occupy_vmid() {
  auto next = world_vmids.first.value;
  for (const auto& [id, vm] : to_.logged.vms())
    next = std::max(next, id.value + 1);
  next += static_cast<std::uint32_t>(dice_.below(3));
  if (to_.cluster.vms.contains(next))
    return;
  to_.cluster.add_vm(next, any_node(), "precious", 2048, 2);
  to_.rules.belongs_to_others(next);
}

// -- the broker's machine -----------------------------------------------------

void nemesis::kill_process() {
  to_.process.end(crash::killed);
}
void nemesis::lose_power() {
  to_.process.end(crash::power_lost);
}
void nemesis::lose_power_while_writing() {
  auto left = std::make_shared<std::uint64_t>(1 + dice_.below(30));
  to_.disk.set_hook([this, left](const disk_operation&) {
    if (*left == 0 || --*left > 0)
      return disk_verdict::proceed;
    to_.disk.lose_power([this] { return dice_.bits(); });
    return disk_verdict::io_error;
  });
}
void nemesis::pause_process() {
  to_.process.pause(dice_.between(1s, 3min));
}
void nemesis::fork_session() {
  std::vector<domain::session_id> open;
  for (const auto& [id, session] : to_.logged.sessions())
    if (!session.closed)
      open.push_back(id);
  if (!open.empty())
    to_.process.fork_session(dice_.any(open));
}
void nemesis::drain_node() {
  auto node = any_node();
  to_.process.drain(node, true);
  to_.clock.after(dice_.between(1min, 15min), [this, node] { to_.process.drain(node, false); });
}
void nemesis::fail_disk() {
  auto left = std::make_shared<std::uint64_t>(1 + dice_.below(30));
  to_.disk.set_hook([left](const disk_operation&) {
    return *left == 0 || --*left > 0 ? disk_verdict::proceed : disk_verdict::io_error;
  });
}
void nemesis::fill_disk() {
  to_.disk.set_hook([](const disk_operation& what) {
    return what.call == disk_call::write ? disk_verdict::no_space : disk_verdict::proceed;
  });
  for_a_while(10s, 10min, [this] { to_.disk.set_hook({}); });
}
void nemesis::set_clock() {
  to_.clock.skew += dice_.between(0ms, 4min) - domain::duration{2min};
}

void nemesis::begin_class() {
  to_.process.rush();
}

// -- the end of trouble -------------------------------------------------------

void nemesis::end() {
  active_ = false;
  steals_kept_ = false;
  to_.net.now = {};
  to_.access.add_token(world_token, world_token_secret, pve_simulator::broker_privileges());
  to_.cluster.faults.clear();
  to_.cluster.quorate = true;
  for (const auto& [name, node] : to_.cluster.nodes)
    if (!node.online)
      to_.cluster.set_online(name, true);
  to_.disk.set_hook({});
}

void nemesis::mend_by_hand() {
  std::set<std::uint32_t> at_work;
  for (const auto& [upid, task] : to_.cluster.tasks)
    if (task.running && !task.id.empty())
      at_work.insert(static_cast<std::uint32_t>(std::stoul(task.id)));
  std::vector<std::uint32_t> nameless;
  for (auto& [id, vm] : to_.cluster.vms) {
    if (!is_ours(id) || at_work.contains(id))
      continue;
    vm.lock.clear();
    if (vm.placeholder)
      nameless.push_back(id);
  }
  // A clone that died before it wrote a name is nobody's that could be proven: people delete it.
  for (auto id : nameless)
    to_.cluster.remove_vm(id);
}

} // namespace berth::simulation
