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

std::string node_of_upid(const std::string& upid) {
  return part_of(upid, 1);
}

cluster_watch::cluster_watch(net::asio::io_context& io, pve_api& api,
                             std::chrono::milliseconds period)
    : io_(io), api_(api), period_(period) {}

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
  net::asio::steady_timer begin{io_, std::max(clock::now(), last_began_ + period_)};
  co_await begin.async_wait(net::asio::use_awaitable);
  joinable_.reset(); // Whoever comes now waits for the next one: this look may miss what they did.
  last_began_ = clock::now();
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
    if (fault->code == actors::errc::cluster_unavailable)
      co_return *fault;
    co_return snapshot_ptr{seen}; // Nothing was seen, and nothing is known to be absent.
  }
  seen->resources = std::move(std::get<pve_resources>(resources));
  if (!sees_all_)
    if (auto sees = co_await api_.sees_every_vm(); std::holds_alternative<bool>(sees))
      sees_all_ = std::get<bool>(sees);
  bool absence_matters = std::ranges::any_of(interests, [&](const look_interest& interest) {
    return interest.vmid != 0 && !find(seen->resources, interest.vmid);
  });
  if (absence_matters && sees_all_)
    if (auto quorate = co_await api_.cluster_status(); std::holds_alternative<bool>(quorate))
      seen->complete = std::get<bool>(quorate);
  co_await add_tasks(*seen, interests);
  co_await add_lost_clones(*seen, interests);
  co_return snapshot_ptr{seen};
}

/// One list per node that has a task somebody asks for.
net::awaitable<void> cluster_watch::add_tasks(cluster_snapshot& to,
                                              const std::vector<look_interest>& interests) {
  std::map<std::string, std::int64_t> since;
  for (const auto& interest : interests)
    if (!interest.upid.empty()) {
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
  std::set<std::uint32_t> sources;
  for (const auto& interest : interests) {
    const auto* vm = find(to.resources, interest.vmid);
    if (interest.upid.empty() && interest.cloned_from != 0 && (!vm || vm->lock == "clone"))
      sources.insert(interest.cloned_from);
  }
  for (auto source : sources) {
    const auto* vm = find(to.resources, source);
    if (!vm)
      continue;
    auto listed = co_await api_.running_clones(vm->node, source);
    if (const auto* tasks = std::get_if<std::vector<pve_task>>(&listed))
      for (const auto& task : *tasks)
        if (auto made = co_await vmid_made_by(task, vm->node); made != 0)
          to.being_cloned.insert(made);
  }
}

net::awaitable<std::uint32_t> cluster_watch::vmid_made_by(const pve_task& clone,
                                                          const std::string& node) {
  if (auto known = made_by_.find(clone.upid); known != made_by_.end())
    co_return known->second;
  auto line = co_await api_.task_first_line(node, clone.upid);
  const auto* text = std::get_if<std::string>(&line);
  constexpr std::string_view before = "with ID ";
  auto at = text ? text->find(before) : std::string::npos;
  if (at == std::string::npos)
    co_return 0;
  std::uint32_t vmid = 0;
  std::from_chars(text->data() + at + before.size(), text->data() + text->size(), vmid);
  constexpr std::size_t remembered = 1000;
  if (made_by_.size() > remembered)
    made_by_.clear();
  made_by_[clone.upid] = vmid;
  co_return vmid;
}

} // namespace berth::proxmox
