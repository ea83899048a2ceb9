#pragma once

#include "adapters/proxmox/pve_api.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace berth::proxmox {

/// What somebody wants to know of the next look.
struct look_interest {
  std::uint32_t vmid = 0; ///< 0: no VM, the nodes will do
  std::uint32_t cloned_from =
      0;              ///< the template's VMID, should a clone have been sent whose answer was lost
  std::string upid;   ///< the task to report on; empty: none
  bool whole = false; ///< the absence of any VM matters
};

/// One look at the whole cluster, shared by everybody who waited for it.
struct cluster_snapshot {
  pve_resources resources;
  /// Quorate and nothing hidden: what is absent here does not exist. Only asked when it matters.
  bool complete = false;
  std::map<std::string, pve_task> tasks; ///< by UPID
  std::set<std::uint32_t> being_cloned;  ///< VMIDs that a running clone names in its log

  bool is_online(const std::string& node) const;
};
using snapshot_ptr = std::shared_ptr<const cluster_snapshot>;

/// Looks at the cluster at most once a period, for all sessions and monitors together: what a
/// thousand waiting sessions cost is what one costs. Runs on the io thread.
class cluster_watch {
public:
  /// `api` and `time` outlive it.
  cluster_watch(net::asio::io_context& io, pve_api& api, net::timekeeper& time,
                std::chrono::milliseconds period);

  /// A look that begins after this call. Fails with `cluster_unavailable` alone.
  net::awaitable<pve_result<snapshot_ptr>> next(look_interest interest);

  /// Tells whose clone a task is, so that its log need not be read.
  void note_clone(const std::string& upid, std::uint32_t vmid);

  /// The newest look; null before the first.
  snapshot_ptr last() const { return last_; }

private:
  using time_point = net::timekeeper::time_point;

  /// A look that others may still join.
  struct round {
    explicit round(net::asio::io_context& io) : done(io, time_point::max()) {}
    std::vector<look_interest> interests;
    net::asio::steady_timer done;
    pve_result<snapshot_ptr> result;
  };

  net::awaitable<void> run(std::shared_ptr<round> joined);
  net::awaitable<pve_result<snapshot_ptr>> look(const std::vector<look_interest>& interests);
  net::awaitable<void> add_tasks(cluster_snapshot& to, const std::vector<look_interest>& interests);
  net::awaitable<void> add_lost_clones(cluster_snapshot& to,
                                       const std::vector<look_interest>& interests);
  net::awaitable<bool> is_complete();
  /// 0 when its log does not tell; nothing when it does not tell yet.
  net::awaitable<std::optional<std::uint32_t>> vmid_made_by(const pve_task& clone,
                                                            const std::string& node);

  net::asio::io_context& io_;
  pve_api& api_;
  net::timekeeper& time_;
  std::chrono::milliseconds period_;
  std::optional<time_point> last_began_;
  std::shared_ptr<round> joinable_;
  snapshot_ptr last_;
  std::map<std::string, std::uint32_t> made_by_; ///< UPID of a clone -> the VMID its log names
};

/// The node that runs the task, which is the second part of its UPID.
std::string node_of_upid(const std::string& upid);

} // namespace berth::proxmox
