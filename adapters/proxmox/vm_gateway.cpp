#include "adapters/proxmox/vm_gateway.hpp"

#include "adapters/proxmox/cluster_survey.hpp"
#include "adapters/proxmox/guest_address.hpp"
#include "adapters/proxmox/vm_marks.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <chrono>

namespace berth::proxmox {

namespace {

using actors::errc;

constexpr std::size_t details_per_node = 2;
constexpr std::size_t teardowns_per_node = 4;
constexpr auto longest_task = std::chrono::minutes{30};
constexpr double mib = 1024.0 * 1024.0;

domain::fault_class class_of(errc code) {
  switch (code) {
  case errc::capacity:
    return domain::fault_class::capacity;
  case errc::permanent:
    return domain::fault_class::permanent;
  default:
    return domain::fault_class::transient;
  }
}

void report(domain::vm_sighting& to, const pve_task& task) {
  if (task.running)
    to.task = domain::task_state::running;
  else if (task_succeeded(task.exit_status))
    to.task = domain::task_state::succeeded;
  else if (task_vanished(task.exit_status))
    to.task = domain::task_state::unknown;
  else {
    auto fault = classify_task(task.exit_status);
    to.task = domain::task_state::failed;
    to.task_error = fault.text;
    to.task_fault = class_of(fault.code);
  }
}

} // namespace

vm_gateway::vm_gateway(net::asio::io_context& io, proxmox_settings settings, surroundings around)
    : io_(io), settings_(std::move(settings)), around_(std::move(around)), api_(settings_, around_),
      watch_(io, api_, *around_.time, settings_.poll_period), clones_(io, settings_.clones_at_once),
      teardowns_(io, teardowns_per_node), details_(io, details_per_node) {}

// -- looking ------------------------------------------------------------------

net::awaitable<void> vm_gateway::add_task(domain::vm_sighting& to, const actors::look_at_vm& wanted,
                                          const cluster_snapshot& seen) {
  if (wanted.upid.empty()) {
    if (seen.being_cloned.contains(wanted.vm.value))
      to.task = domain::task_state::running;
    co_return;
  }
  if (auto found = seen.tasks.find(wanted.upid); found != seen.tasks.end()) {
    report(to, found->second);
    co_return;
  }
  to.task = domain::task_state::unknown;
  if (!seen.is_online(node_of_upid(wanted.upid)))
    co_return;
  auto asked = co_await api_.task_status(node_of_upid(wanted.upid), wanted.upid);
  if (const auto* task = std::get_if<pve_task>(&asked))
    report(to, *task);
  else if (std::get<pve_fault>(asked).code != errc::permanent)
    to.task = domain::task_state::running; // Only the question failed; the task may well go on.
}

net::awaitable<void> vm_gateway::add_details(domain::vm_sighting& to,
                                             const actors::look_at_vm& wanted, const pve_vm& row) {
  bool marks_open = to.marks != domain::vm_marks::configured && to.lock != domain::vm_lock::clone;
  bool mac_open = wanted.want_address && !macs_.contains(row.vmid);
  if (!marks_open && !wanted.want_power && !wanted.want_address)
    co_return;
  co_await details_.acquire(row.node);
  if (marks_open || mac_open) {
    auto read = co_await api_.vm_config(row.node, row.vmid);
    if (const auto* config = std::get_if<pve_vm_config>(&read)) {
      to.marks = marks_in(*config, wanted.marked);
      if (auto mac = mac_of(config->net0); mac_open && !mac.empty())
        macs_[row.vmid] = std::move(mac);
    }
  }
  if (wanted.want_power) {
    auto state = co_await api_.power_state(row.node, row.vmid);
    if (const auto* text = std::get_if<std::string>(&state))
      to.power = power_of(*text);
  }
  if (auto known = macs_.find(row.vmid); wanted.want_address && known != macs_.end()) {
    // A copy: another look at the same VM may forget it before the guest answers.
    auto mac = known->second;
    auto asked = co_await api_.agent_address(row.node, row.vmid, mac);
    if (auto* address = std::get_if<std::optional<std::string>>(&asked))
      to.address = std::move(*address);
  }
  details_.release(row.node);
  if (!to.address)
    co_return;
  if (wanted.want_port != 0)
    to.desktop_answers = co_await around_.probe(*to.address, wanted.want_port);
  if (to.desktop_answers || wanted.want_port == 0)
    macs_.erase(row.vmid);
}

// GCC 12 destroys braced arguments of awaited calls twice: every such argument below has a name.
net::awaitable<pve_result<domain::vm_sighting>> vm_gateway::look(actors::look_at_vm wanted) {
  look_interest interest{wanted.vm.value, wanted.cloned_from.value, wanted.upid};
  auto looked = co_await watch_.next(interest);
  if (auto* fault = std::get_if<pve_fault>(&looked))
    co_return *fault;
  auto seen = std::get<snapshot_ptr>(looked);
  domain::vm_sighting sighting{.complete = seen->complete};
  co_await add_task(sighting, wanted, *seen);
  auto row = seen->resources.vms.find(wanted.vm.value);
  if (row == seen->resources.vms.end()) {
    macs_.erase(wanted.vm.value);
    // Its task may go on making it, on a node that nobody can ask.
    if (!wanted.upid.empty() && sighting.task == domain::task_state::unknown)
      sighting.node_online = seen->is_online(node_of_upid(wanted.upid));
    co_return sighting;
  }
  sighting.present = true;
  sighting.node = {row->second.node};
  sighting.node_online = seen->is_online(row->second.node);
  sighting.lock = lock_of(row->second.lock);
  sighting.power = power_of(row->second.status);
  if (has_mark(row->second.tags, wanted.marked))
    sighting.marks = domain::vm_marks::configured;
  if (sighting.node_online)
    co_await add_details(sighting, wanted, row->second);
  co_return sighting;
}

net::awaitable<pve_result<domain::node_sample>> vm_gateway::sample(domain::node_name node) {
  look_interest interest;
  auto looked = co_await watch_.next(interest);
  if (auto* fault = std::get_if<pve_fault>(&looked))
    co_return *fault;
  const auto& nodes = std::get<snapshot_ptr>(looked)->resources.nodes;
  domain::node_sample sample{.node = node, .sampled_at = around_.now()};
  auto found = nodes.find(node.value);
  if (found == nodes.end() || !found->second.online)
    co_return sample;
  const auto& seen = found->second;
  sample.online = true;
  sample.cpu = seen.cpu.value_or(0);
  sample.cores = static_cast<std::uint32_t>(seen.cores);
  sample.ram_used_mb = static_cast<std::uint64_t>(static_cast<double>(seen.ram_used) / mib);
  sample.ram_total_mb = static_cast<std::uint64_t>(static_cast<double>(seen.ram_total) / mib);
  sample.uptime_seconds = static_cast<std::uint64_t>(seen.uptime);
  co_return sample;
}

// -- surveying ----------------------------------------------------------------

net::awaitable<pve_result<domain::vm_survey>> vm_gateway::survey(actors::survey_vms wanted) {
  co_return co_await proxmox::survey(api_, watch_, details_, wanted);
}

net::awaitable<pve_result<domain::volume_list>> vm_gateway::survey(actors::list_volumes wanted) {
  co_return co_await proxmox::survey(api_, watch_, details_, wanted);
}

// -- inspecting ---------------------------------------------------------------

net::awaitable<pve_result<actors::template_facts>>
vm_gateway::inspect(actors::inspect_template wanted) {
  auto unavailable = [](const pve_fault& fault) {
    return pve_fault{errc::cluster_unavailable, fault.text};
  };
  auto listed = co_await api_.cluster_resources();
  if (auto* fault = std::get_if<pve_fault>(&listed))
    co_return unavailable(*fault);
  const auto& vms = std::get<pve_resources>(listed).vms;
  auto found = vms.find(wanted.source.value);
  if (found == vms.end())
    co_return actors::template_facts{};
  actors::template_facts facts{
      .exists = true, .is_template = found->second.is_template, .node = {found->second.node}};
  if (!facts.is_template)
    co_return facts;
  auto read = co_await api_.vm_config(found->second.node, wanted.source.value);
  if (auto* fault = std::get_if<pve_fault>(&read))
    co_return unavailable(*fault);
  const auto& hardware = std::get<pve_vm_config>(read).hardware;
  facts.cpu_cores = hardware.cpu_cores;
  facts.ram_mb = hardware.ram_mb;
  facts.disk_gb = hardware.disk_gb;
  co_return facts;
}

net::awaitable<pve_result<actors::node_facts>> vm_gateway::inspect(actors::inspect_node wanted) {
  auto listed = co_await api_.cluster_resources();
  if (auto* fault = std::get_if<pve_fault>(&listed))
    co_return pve_fault{errc::cluster_unavailable, fault->text};
  const auto& nodes = std::get<pve_resources>(listed).nodes;
  auto found = nodes.find(wanted.node.value);
  bool exists = found != nodes.end();
  co_return actors::node_facts{.exists = exists, .online = exists && found->second.online};
}

// -- acting -------------------------------------------------------------------

net::awaitable<pve_result<std::string>> vm_gateway::locate(std::uint32_t vmid, bool afresh) {
  if (auto seen = watch_.last(); seen && !afresh)
    if (auto found = seen->resources.vms.find(vmid); found != seen->resources.vms.end())
      co_return found->second.node;
  auto listed = co_await api_.cluster_resources();
  if (auto* fault = std::get_if<pve_fault>(&listed))
    co_return *fault;
  const auto& vms = std::get<pve_resources>(listed).vms;
  auto found = vms.find(vmid);
  if (found == vms.end())
    co_return pve_fault{errc::unknown, "VM " + std::to_string(vmid) + " is not there"};
  co_return found->second.node;
}

net::awaitable<pve_result<vm_gateway::identified>>
vm_gateway::identify(std::uint32_t vmid, const domain::session_id& marked) {
  for (bool afresh : {false, true}) {
    auto located = co_await locate(vmid, afresh);
    if (auto* fault = std::get_if<pve_fault>(&located))
      co_return *fault;
    const auto& node = std::get<std::string>(located);
    auto read = co_await api_.vm_config(node, vmid);
    if (auto* config = std::get_if<pve_vm_config>(&read)) {
      auto marks = marks_in(*config, marked);
      if (marks == domain::vm_marks::none)
        co_return pve_fault{errc::transient,
                            "VM " + std::to_string(vmid) + " is still being cloned"};
      if (marks == domain::vm_marks::foreign)
        co_return pve_fault{errc::not_ours, "VM " + std::to_string(vmid) + " is named '"
                                                + config->name + "', which is not session "
                                                + domain::to_string(marked)};
      co_return identified{node, std::move(*config)};
    }
    auto& fault = std::get<pve_fault>(read);
    if (afresh || !says_missing_vm(fault.text))
      co_return fault;
  }
  co_return pve_fault{errc::unknown, "VM " + std::to_string(vmid) + " is not there"};
}

void vm_gateway::release_after(const pve_result<std::string>& call, slots& held,
                               const std::string& node) {
  if (const auto* upid = std::get_if<std::string>(&call))
    net::asio::co_spawn(io_, release_when_done(shared_from_this(), held, node, *upid),
                        net::asio::detached);
  else
    held.release(node);
}

net::awaitable<void> vm_gateway::release_when_done(std::shared_ptr<vm_gateway> of, slots& held,
                                                   std::string node, std::string upid) {
  look_interest interest{.upid = upid};
  auto give_up = of->around_.time->now() + longest_task;
  for (;;) {
    auto looked = co_await of->watch_.next(interest);
    const auto* seen = std::get_if<snapshot_ptr>(&looked);
    auto task = seen ? (*seen)->tasks.find(upid) : decltype((*seen)->tasks.find(upid)){};
    bool finished = seen && task != (*seen)->tasks.end() && !task->second.running;
    if (finished || of->around_.time->now() > give_up)
      break;
    if (!seen)
      co_await of->around_.time->wait_until(of->around_.time->now() + of->settings_.poll_period);
  }
  held.release(node);
}

net::awaitable<pve_result<std::string>> vm_gateway::perform(const domain::clone_vm& order) {
  auto located = co_await locate(order.source.value, false);
  if (auto* fault = std::get_if<pve_fault>(&located)) {
    if (fault->code == errc::unknown)
      co_return pve_fault{errc::permanent, "the template VM " + std::to_string(order.source.value)
                                               + " does not exist in Proxmox"};
    co_return *fault;
  }
  auto node = std::get<std::string>(located);
  co_await clones_.acquire(node);
  clone_options options{.newid = order.vm.value,
                        .name = mark_of(order.marked),
                        .description = description_of(order.marked),
                        .target = order.target.value,
                        .pool = settings_.pool,
                        .storage = settings_.storage,
                        .full = settings_.full_clone};
  auto result = co_await api_.clone_template(node, order.source.value, options);
  if (const auto* upid = std::get_if<std::string>(&result))
    watch_.note_clone(*upid, order.vm.value);
  release_after(result, clones_, node);
  co_return result;
}

net::awaitable<pve_result<std::string>> vm_gateway::perform(const domain::configure_vm& order) {
  auto found = co_await identify(order.vm.value, order.marked);
  if (auto* fault = std::get_if<pve_fault>(&found))
    co_return *fault;
  const auto& node = std::get<identified>(found).node;
  const auto& config = std::get<identified>(found).config;
  form changes{{"sockets", "1"}, // Cores are per socket.
               {"cores", std::to_string(order.cpu_cores)},
               {"memory", std::to_string(order.ram_mb)},
               {"tags", "berth;" + mark_of(order.marked)},
               {"protection", "0"},
               {"onboot", "0"}};
  if (!config.digest.empty())
    changes.emplace_back("digest", config.digest);
  co_return co_await api_.configure(node, order.vm.value, changes);
}

net::awaitable<pve_result<std::string>> vm_gateway::perform(const domain::start_vm& order) {
  auto found = co_await identify(order.vm.value, order.marked);
  if (auto* fault = std::get_if<pve_fault>(&found))
    co_return *fault;
  co_return co_await api_.start_vm(std::get<identified>(found).node, order.vm.value);
}

net::awaitable<pve_result<std::string>> vm_gateway::perform(const domain::shut_down_vm& order) {
  auto found = co_await identify(order.vm.value, order.marked);
  if (auto* fault = std::get_if<pve_fault>(&found))
    co_return *fault;
  co_return co_await api_.shut_down_vm(std::get<identified>(found).node, order.vm.value);
}

net::awaitable<pve_result<std::string>> vm_gateway::perform(const domain::stop_vm& order) {
  auto found = co_await identify(order.vm.value, order.marked);
  if (auto* fault = std::get_if<pve_fault>(&found))
    co_return *fault;
  co_return co_await api_.stop_vm(std::get<identified>(found).node, order.vm.value);
}

net::awaitable<pve_result<std::string>> vm_gateway::perform(const domain::delete_vm& order) {
  auto found = co_await identify(order.vm.value, order.marked);
  if (auto* fault = std::get_if<pve_fault>(&found))
    co_return *fault;
  const auto& node = std::get<identified>(found).node;
  const auto& config = std::get<identified>(found).config;
  // A clone that was never configured still has its template's protection.
  if (config.is_protected) {
    form unprotected{{"protection", "0"}};
    auto freed = co_await api_.configure(node, order.vm.value, unprotected);
    if (std::holds_alternative<pve_fault>(freed))
      co_return freed;
  }
  co_return co_await api_.delete_vm(node, order.vm.value);
}

template <class Order>
net::awaitable<pve_result<std::string>> vm_gateway::take_down(Order order) {
  auto located = co_await locate(order.vm.value, false);
  if (auto* fault = std::get_if<pve_fault>(&located))
    co_return *fault;
  auto node = std::get<std::string>(located);
  co_await teardowns_.acquire(node);
  auto result = co_await perform(order);
  release_after(result, teardowns_, node);
  co_return result;
}

net::awaitable<pve_result<actors::guest_password_set>>
vm_gateway::set_guest_password(actors::set_guest_password wanted) {
  auto found = co_await identify(wanted.vm.value, wanted.marked);
  if (auto* fault = std::get_if<pve_fault>(&found))
    co_return *fault;
  const auto& node = std::get<identified>(found).node;
  co_await details_.acquire(node);
  auto done = co_await api_.set_guest_password(node, wanted.vm.value, wanted.user, wanted.password);
  details_.release(node);
  if (auto* fault = std::get_if<pve_fault>(&done))
    co_return *fault;
  co_return actors::guest_password_set{};
}

net::awaitable<pve_result<actors::order_accepted>> vm_gateway::carry_out(domain::vm_order order) {
  // By hand: a visitor that is itself a coroutine would outlive its alternatives.
  pve_result<std::string> result;
  if (const auto* clone = std::get_if<domain::clone_vm>(&order))
    result = co_await perform(*clone);
  else if (const auto* configure = std::get_if<domain::configure_vm>(&order))
    result = co_await perform(*configure);
  else if (const auto* start = std::get_if<domain::start_vm>(&order))
    result = co_await perform(*start);
  else if (const auto* shut_down = std::get_if<domain::shut_down_vm>(&order))
    result = co_await perform(*shut_down);
  else if (const auto* stop = std::get_if<domain::stop_vm>(&order))
    result = co_await take_down(*stop);
  else
    result = co_await take_down(std::get<domain::delete_vm>(order));
  if (auto* upid = std::get_if<std::string>(&result))
    co_return actors::order_accepted{std::move(*upid)};
  auto& fault = std::get<pve_fault>(result);
  if (fault.code == errc::unknown) // The VM is gone: the next look will say what that means.
    co_return actors::order_accepted{};
  co_return fault;
}

} // namespace berth::proxmox
