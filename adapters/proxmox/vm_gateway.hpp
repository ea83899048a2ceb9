#pragma once

#include "actors/messages.hpp"
#include "adapters/proxmox/cluster_watch.hpp"
#include "adapters/proxmox/slots.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace berth::proxmox {

/// What the hypervisor port promises, in terms of Proxmox's API. Lives on the io thread; the actor
/// only starts these coroutines, keeps it alive until they end, and hears of their ends.
class vm_gateway : public std::enable_shared_from_this<vm_gateway> {
public:
  vm_gateway(net::asio::io_context& io, proxmox_settings settings, surroundings around);

  net::awaitable<pve_result<domain::vm_sighting>> look(actors::look_at_vm wanted);
  net::awaitable<pve_result<actors::order_accepted>> carry_out(domain::vm_order order);
  net::awaitable<pve_result<domain::node_sample>> sample(domain::node_name node);
  net::awaitable<pve_result<domain::vm_survey>> survey(actors::survey_vms wanted);
  net::awaitable<pve_result<domain::volume_list>> survey(actors::list_volumes wanted);
  net::awaitable<pve_result<actors::template_facts>> inspect(actors::inspect_template wanted);
  net::awaitable<pve_result<actors::node_facts>> inspect(actors::inspect_node wanted);
  net::awaitable<pve_result<actors::guest_password_set>>
  set_guest_password(actors::set_guest_password wanted);

  net::asio::io_context& io() { return io_; }

private:
  /// A VM whose identity has just been read on the wire.
  struct identified {
    std::string node;
    pve_vm_config config;
  };

  net::awaitable<void> add_task(domain::vm_sighting& to, const actors::look_at_vm& wanted,
                                const cluster_snapshot& seen);
  net::awaitable<void> add_details(domain::vm_sighting& to, const actors::look_at_vm& wanted,
                                   const pve_vm& row);
  net::awaitable<pve_result<std::string>> locate(std::uint32_t vmid, bool afresh);
  net::awaitable<pve_result<identified>> identify(std::uint32_t vmid,
                                                  const domain::session_id& marked);
  net::awaitable<pve_result<std::string>> perform(const domain::clone_vm& order);
  net::awaitable<pve_result<std::string>> perform(const domain::configure_vm& order);
  net::awaitable<pve_result<std::string>> perform(const domain::start_vm& order);
  net::awaitable<pve_result<std::string>> perform(const domain::shut_down_vm& order);
  net::awaitable<pve_result<std::string>> perform(const domain::stop_vm& order);
  net::awaitable<pve_result<std::string>> perform(const domain::delete_vm& order);
  /// Performs a stop or a deletion in its turn.
  template <class Order>
  net::awaitable<pve_result<std::string>> take_down(Order order);
  /// Gives the slot back at once when the call failed, otherwise when its task is done.
  void release_after(const pve_result<std::string>& call, slots& held, const std::string& node);
  static net::awaitable<void> release_when_done(std::shared_ptr<vm_gateway> of, slots& held,
                                                std::string node, std::string upid);

  net::asio::io_context& io_;
  proxmox_settings settings_;
  surroundings around_;
  pve_api api_;
  cluster_watch watch_;
  slots clones_;    ///< storage locks time out when too many clones wait for them
  slots teardowns_; ///< or too many deletions, as when many deadlines passed while Berth was off
  slots details_;   ///< Proxmox serves a node's slow calls with three workers
  std::map<std::uint32_t, std::string> macs_; ///< of VMs whose address is awaited
};

} // namespace berth::proxmox
