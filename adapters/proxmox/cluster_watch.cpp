#include "adapters/proxmox/cluster_watch.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>

#include <algorithm>
#include <charconv>

namespace berth::proxmox {

namespace {

/// Part `index` of `UPID:node:pid:pstart:starttime:type:id:user:`.
std::string part_of(const std::string& upid, int index) {
  std::size_t begin = 0;
  for (int i = 0; i < index && begin != std::string::npos; ++i) {
    begin = upid.find(':', begin);
    begin = begin == std::string::npos ? begin : begin + 1;
  }
  if (begin == std::string::npos)
    return {};
  return upid.substr(begin, upid.find(':', begin) - begin);
}

std::int64_t start_of(const std::string& upid) {
  auto text = part_of(upid, 4);
  std::int64_t seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds, 16);
  return seconds;
}

const pve_vm* find(const pve_resources& in, std::uint32_t vmid) {
  auto found = in.vms.find(vmid);
  return found == in.vms.end() ? nullptr : &found->second;
}

} // namespace

bool cluster_snapshot::is_online(const std::string& node) const {
  auto found = resources.nodes.find(node);
  return found != resources.nodes.end() && found->second.online;
}

std::string node_of_upid(const std::string& upid) {
  return part_of(upid, 1);
}

cluster_watch::cluster_watch(net::asio::io_context& io, pve_api& api, net::timekeeper& time,
                             std::chrono::milliseconds period)
    : io_(io), api_(api), time_(time), period_(period) {}

net::awaitable<pve_result<snapshot_ptr>> cluster_watch::next(look_interest interest) {
  if (!joinable_) {
    joinable_ = std::make_shared<round>(io_);
    net::asio::co_spawn(io_, run(joinable_), net::asio::detached);
  }
  auto joined = joinable_;
  joined->interests.push_back(std::move(interest));
  net::error_code cancelled;
  co_await joined->done.async_wait(net::asio::redirect_error(net::asio::use_awaitable, cancelled));
  co_return joined->result;
}

net::awaitable<void> cluster_watch::run(std::shared_ptr<round> joined) {
  co_await time_.wait_until(last_began_ ? *last_began_ + period_ : time_.now());
  joinable_.reset(); // Whoever comes now waits for the next one: this look may miss what they did.
  last_began_ = time_.now();
  joined->result = co_await look(joined->interests);
  if (const auto* seen = std::get_if<snapshot_ptr>(&joined->result))
    last_ = *seen;
  joined->done.cancel();
}

net::awaitable<pve_result<snapshot_ptr>>
cluster_watch::look(const std::vector<look_interest>& interests) {
  auto seen = std::make_shared<cluster_snapshot>();
  auto resources = co_await api_.cluster_resources();
  if (auto* fault = std::get_if<pve_fault>(&resources)) {
    fault->code = actors::errc::cluster_unavailable; // Without the list nothing can be said.
    co_return *fault;
  }
  seen->resources = std::move(std::get<pve_resources>(resources));
  bool absence_matters = std::ranges::any_of(interests, [&](const look_interest& interest) {
    return interest.whole || (interest.vmid != 0 && !find(seen->resources, interest.vmid));
  });
  if (absence_matters)
    seen->complete = co_await is_complete();
  co_await add_tasks(*seen, interests);
  co_await add_lost_clones(*seen, interests);
  co_return snapshot_ptr{seen};
}

net::awaitable<bool> cluster_watch::is_complete() {
  auto quorate = co_await api_.cluster_status();
  const auto* has_quorum = std::get_if<bool>(&quorate);
  if (!has_quorum || !*has_quorum)
    co_return false;
  auto sees = co_await api_.sees_every_vm();
  const auto* sees_all = std::get_if<bool>(&sees);
  co_return sees_all && *sees_all;
}

/// One list per node that has a task somebody asks for.
net::awaitable<void> cluster_watch::add_tasks(cluster_snapshot& to,
                                              const std::vector<look_interest>& interests) {
  std::map<std::string, std::int64_t> since;
  for (const auto& interest : interests)
    if (!interest.upid.empty() && to.is_online(node_of_upid(interest.upid))) {
      auto [found, fresh] = since.emplace(node_of_upid(interest.upid), start_of(interest.upid));
      if (!fresh)
        found->second = std::min(found->second, start_of(interest.upid));
    }
  for (const auto& [node, earliest] : since) {
    auto listed = co_await api_.node_tasks(node, earliest - 1);
    if (auto* tasks = std::get_if<std::vector<pve_task>>(&listed))
      for (auto& task : *tasks)
        to.tasks.emplace(task.upid, std::move(task));
  }
}

/// A clone's task carries the template's VMID; only its log names the VM it makes.
net::awaitable<void> cluster_watch::add_lost_clones(cluster_snapshot& to,
                                                    const std::vector<look_interest>& interests) {
  std::map<std::uint32_t, std::set<std::uint32_t>> missed; // by template
  for (const auto& interest : interests) {
    const auto* vm = find(to.resources, interest.vmid);
    if (interest.upid.empty() && interest.cloned_from != 0 && (!vm || vm->lock == "clone"))
      missed[interest.cloned_from].insert(interest.vmid);
  }
  for (const auto& [source, vmids] : missed) {
    const auto* vm = find(to.resources, source);
    if (!vm || !to.is_online(vm->node))
      continue;
    auto listed = co_await api_.running_clones(vm->node, source);
    const auto* tasks = std::get_if<std::vector<pve_task>>(&listed);
    if (!tasks)
      continue;
    for (const auto& task : *tasks) {
      if (auto made = co_await vmid_made_by(task, vm->node))
        to.being_cloned.insert(*made);
      else // It has not said yet what it makes: any of them.
        to.being_cloned.insert(vmids.begin(), vmids.end());
    }
  }
}

void cluster_watch::note_clone(const std::string& upid, std::uint32_t vmid) {
  constexpr std::size_t remembered = 1000;
  if (made_by_.size() > remembered)
    made_by_.clear();
  made_by_[upid] = vmid;
}

net::awaitable<std::optional<std::uint32_t>> cluster_watch::vmid_made_by(const pve_task& clone,
                                                                         const std::string& node) {
  if (auto known = made_by_.find(clone.upid); known != made_by_.end())
    co_return known->second;
  auto line = co_await api_.task_first_line(node, clone.upid);
  const auto* text = std::get_if<std::string>(&line);
  if (!text || *text == "no content" || text->starts_with("trying to acquire lock"))
    co_return std::nullopt;
  // Before qemu-server 9.1.6 the line names nothing: such a clone counts as nobody's, because a
  // second one with the same VMID is refused.
  constexpr std::string_view before = "with ID ";
  std::uint32_t vmid = 0;
  if (auto at = text->find(before); at != std::string::npos)
    std::from_chars(text->data() + at + before.size(), text->data() + text->size(), vmid);
  note_clone(clone.upid, vmid);
  co_return vmid;
}

} // namespace berth::proxmox
