#pragma once

#include "adapters/proxmox/circuit.hpp"
#include "adapters/proxmox/proxmox_settings.hpp"
#include "adapters/proxmox/pve_answer.hpp"
#include "adapters/proxmox/pve_fault.hpp"
#include "adapters/proxmox/pve_form.hpp"
#include "adapters/proxmox/surroundings.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace berth::proxmox {

struct clone_options {
  std::uint32_t newid = 0;
  std::string name;
  std::string description;
  std::string target;  ///< empty: where the template is
  std::string pool;    ///< empty: none
  std::string storage; ///< empty: the template's
  bool full = false;
};

/// Proxmox's API, typed: one function per call. All of it runs on the io thread.
class pve_api {
public:
  pve_api(const proxmox_settings& settings, surroundings around);

  net::awaitable<pve_result<pve_resources>> cluster_resources();
  /// Whether the cluster is quorate.
  net::awaitable<pve_result<bool>> cluster_status();
  /// Whether the token sees every VM: without VM.Audit on /vms an empty list proves nothing.
  net::awaitable<pve_result<bool>> sees_every_vm();
  net::awaitable<pve_result<std::vector<pve_node>>> nodes();
  net::awaitable<pve_result<pve_node>> node_status(const std::string& node);
  net::awaitable<pve_result<std::string>>
  clone_template(const std::string& node, std::uint32_t source, const clone_options& options);
  net::awaitable<pve_result<pve_vm_config>> vm_config(const std::string& node, std::uint32_t vmid);
  net::awaitable<pve_result<std::string>> configure(const std::string& node, std::uint32_t vmid,
                                                    const form& changes);
  net::awaitable<pve_result<std::string>> start_vm(const std::string& node, std::uint32_t vmid);
  net::awaitable<pve_result<std::string>> stop_vm(const std::string& node, std::uint32_t vmid);
  net::awaitable<pve_result<std::string>> shut_down_vm(const std::string& node, std::uint32_t vmid);
  net::awaitable<pve_result<std::string>> delete_vm(const std::string& node, std::uint32_t vmid);
  /// running or stopped, as the node says now.
  net::awaitable<pve_result<std::string>> power_state(const std::string& node, std::uint32_t vmid);
  /// Running and finished tasks of the node that began at `since` (Unix seconds) or later.
  net::awaitable<pve_result<std::vector<pve_task>>> node_tasks(const std::string& node,
                                                               std::int64_t since);
  /// Clones of `source` that run on the node.
  net::awaitable<pve_result<std::vector<pve_task>>> running_clones(const std::string& node,
                                                                   std::uint32_t source);
  net::awaitable<pve_result<pve_task>> task_status(const std::string& node,
                                                   const std::string& upid);
  net::awaitable<pve_result<std::string>> task_first_line(const std::string& node,
                                                          const std::string& upid);
  /// The node's enabled storages for disk images, as far as the token may see them.
  net::awaitable<pve_result<std::vector<pve_storage>>> storages(const std::string& node);
  net::awaitable<pve_result<std::vector<pve_volume>>> images(const std::string& node,
                                                             const std::string& storage);
  /// The guest's address on the card with this MAC; nothing while it has none.
  net::awaitable<pve_result<std::optional<std::string>>>
  agent_address(const std::string& node, std::uint32_t vmid, const std::string& mac);
  /// Gives an account of the guest a password: 5 to 1,024 characters. A token without the privilege
  /// is `permanent` here: no other call needs it.
  net::awaitable<pve_result<std::monostate>> set_guest_password(const std::string& node,
                                                                std::uint32_t vmid,
                                                                const std::string& user,
                                                                const domain::secret& password);

private:
  /// Whether a refused permission means that Berth can do nothing at all.
  enum class privilege : bool { everywhere, of_this_call };

  /// The body of a success. `path` is what the debug log shows; it holds no parameters.
  net::awaitable<pve_result<std::string>> call(std::string method, std::string path,
                                               form parameters = {},
                                               privilege needed = privilege::everywhere);
  net::awaitable<pve_result<std::vector<pve_task>>> list_tasks(std::string path, form parameters);
  /// For calls that change something and give a UPID, or nothing.
  net::awaitable<pve_result<std::string>> call_for_text(std::string method, std::string path,
                                                        form parameters = {});

  std::string token_id_;
  domain::secret token_secret_;
  surroundings around_;
  circuit circuit_;
};

} // namespace berth::proxmox
