#include "adapters/proxmox/cluster_survey.hpp"

#include "adapters/proxmox/vm_marks.hpp"

#include <set>
#include <utility>

namespace berth::proxmox {

namespace {

net::awaitable<void> identify(domain::surveyed_vm& vm, const pve_vm& row, pve_api& api,
                              slots& details) {
  vm.marked = marked_in(row.tags, row.name);
  vm.identified = vm.marked.has_value();
  // While a clone is under way there is nothing to read yet.
  if (vm.identified || !vm.node_online || vm.lock == domain::vm_lock::clone)
    co_return;
  co_await details.acquire(row.node);
  auto read = co_await api.vm_config(row.node, row.vmid);
  details.release(row.node);
  const auto* config = std::get_if<pve_vm_config>(&read);
  if (!config)
    co_return;
  vm.identified = true;
  vm.marked = marked_in(config->tags, config->name, config->description);
}

/// One storage of one node; says whether it could be read.
net::awaitable<bool> add_images(domain::volume_list& to, const std::string& node,
                                const std::string& storage, const actors::list_volumes& wanted,
                                pve_api& api, slots& details) {
  co_await details.acquire(node);
  auto listed = co_await api.images(node, storage);
  details.release(node);
  const auto* images = std::get_if<std::vector<pve_volume>>(&listed);
  if (!images)
    co_return false;
  for (const auto& image : *images)
    if (image.vmid >= wanted.first.value && image.vmid <= wanted.last.value)
      to.volumes.push_back(
          {image.volid, storage, {node}, {image.vmid}, static_cast<std::uint64_t>(image.size)});
  co_return true;
}

} // namespace

// GCC 12 destroys braced arguments of awaited calls twice: every such argument below has a name.
net::awaitable<pve_result<domain::vm_survey>> survey(pve_api& api, cluster_watch& watch,
                                                     slots& details, actors::survey_vms wanted) {
  look_interest interest{.whole = true};
  auto looked = co_await watch.next(interest);
  if (auto* fault = std::get_if<pve_fault>(&looked))
    co_return *fault;
  auto seen = std::get<snapshot_ptr>(looked);
  domain::vm_survey found;
  found.complete = seen->complete;
  if (found.complete) {
    auto sees = co_await api.sees_every_vm();
    const auto* sees_all = std::get_if<bool>(&sees);
    found.complete = sees_all && *sees_all;
  }
  if (!found.complete)
    found.why_not = "the cluster has no quorum, or does not show every VM to this token";
  const auto& vms = seen->resources.vms;
  auto end = vms.upper_bound(wanted.last.value);
  for (auto row = vms.lower_bound(wanted.first.value); row != end; ++row) {
    const auto& listed = row->second;
    domain::surveyed_vm vm{.vm = {listed.vmid},
                           .node = {listed.node},
                           .node_online = seen->is_online(listed.node),
                           .lock = lock_of(listed.lock),
                           .power = power_of(listed.status),
                           .name = listed.name};
    co_await identify(vm, listed, api, details);
    found.vms.push_back(std::move(vm));
  }
  co_return found;
}

net::awaitable<pve_result<domain::volume_list>>
survey(pve_api& api, cluster_watch& watch, slots& details, actors::list_volumes wanted) {
  look_interest interest;
  auto looked = co_await watch.next(interest);
  if (auto* fault = std::get_if<pve_fault>(&looked))
    co_return *fault;
  auto seen = std::get<snapshot_ptr>(looked);
  domain::volume_list found;
  std::set<std::string> read_before; // Shared ones.
  for (const auto& [node, state] : seen->resources.nodes) {
    if (!state.online) {
      found.unread.push_back("node " + node);
      continue;
    }
    auto listed = co_await api.storages(node);
    const auto* storages = std::get_if<std::vector<pve_storage>>(&listed);
    if (!storages) {
      found.unread.push_back("node " + node);
      continue;
    }
    for (const auto& storage : *storages) {
      if (storage.shared && read_before.contains(storage.name))
        continue;
      bool is_read = storage.active;
      if (is_read)
        is_read = co_await add_images(found, node, storage.name, wanted, api, details);
      if (!is_read)
        found.unread.push_back("storage " + storage.name + " on node " + node);
      else if (storage.shared)
        read_before.insert(storage.name);
    }
  }
  co_return found;
}

} // namespace berth::proxmox
