#pragma once

#include "actors/errors.hpp"
#include "actors/messages.hpp"
#include "domain/session/vm_order.hpp"
#include "domain/session/vm_sighting.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <caf/error.hpp>
#include <caf/expected.hpp>

namespace berth::tests {

// -- what can go wrong with one order -----------------------------------------

/// Nothing is done, and the caller is told so.
struct refused {
  actors::errc code{};
  std::string text;
};
/// It is done, but the caller does not learn it: `outcome_unknown`.
struct answer_lost {};
/// It never arrives, which the caller does not learn either: `outcome_unknown`.
struct order_lost {};
/// It is taken, and its task fails without having changed anything.
struct task_fails {
  domain::fault_class fault{};
  std::string text;
};
/// It is taken, and its worker dies half-way: the lock stays, and the task is not known any more.
struct worker_dies {};
using fault = std::variant<refused, answer_lost, order_lost, task_fails, worker_dies>;

// -- the cluster --------------------------------------------------------------

struct fake_node {
  bool online = true;
  std::uint32_t cores = 32;
  std::uint64_t ram_total_mb = 262'144;
  std::uint64_t ram_used_mb = 26'214; ///< by others; our running VMs come on top
  double cpu = 0.1;
};

struct fake_vm {
  domain::vm_id vm;
  domain::node_name node;
  domain::session_id marked;
  domain::vm_marks marks{};
  domain::vm_lock lock{};
  domain::vm_power power = domain::vm_power::stopped;
  std::uint32_t cpu_cores = 0;
  std::uint32_t ram_mb = 0;
  std::optional<domain::time_point> running_since;
};

/// How long Proxmox takes.
struct cluster_pace {
  domain::duration look = std::chrono::seconds{5}; ///< between two looks
  domain::duration clone = std::chrono::seconds{10};
  domain::duration start = std::chrono::seconds{3};
  domain::duration shut_down = std::chrono::seconds{15};
  domain::duration stop = std::chrono::seconds{2};
  domain::duration erase = std::chrono::seconds{4};
  domain::duration boot = std::chrono::seconds{20}; ///< from running to having an address
};

/// A small Proxmox in memory, as the hypervisor port shows it. Tests change it as they like between
/// steps. What it does follows from its clock alone.
class fake_cluster {
public:
  explicit fake_cluster(std::function<domain::time_point()> now) : now_{std::move(now)} {}

  std::map<domain::node_name, fake_node> nodes; ///< empty: any node's name will do
  cluster_pace pace;
  bool available = true; ///< false: everything fails with `cluster_unavailable`
  bool complete = true;  ///< false: looks do not show every VM
  bool boots = true;     ///< false: guests never get an address
  bool desktops = true;  ///< false: nothing listens at the guests' ports
  std::map<domain::vm_id, actors::template_facts> templates; ///< empty: any VMID is a usual one
  domain::volume_list disks;               ///< what the storages hold: orders do not change it
  std::optional<refused> password_refusal; ///< what every guest answers to a new password

  /// The next order of this kind meets `happens`; several are met one after the other.
  template <class Order>
  void inject(fault happens) {
    faults_[index_of<Order>()].push_back(std::move(happens));
  }

  /// How many orders of this kind arrived, refused ones included.
  template <class Order>
  std::size_t count() const {
    return static_cast<std::size_t>(
        std::count_if(orders_.begin(), orders_.end(),
                      [](const auto& order) { return std::holds_alternative<Order>(order); }));
  }

  /// Every order that arrived, oldest first.
  const std::vector<domain::vm_order>& orders() const { return orders_; }

  /// Every password that a guest took, oldest first.
  const std::vector<actors::set_guest_password>& passwords() const { return passwords_; }

  /// How many lists of volumes were asked for.
  std::size_t volume_lists() const { return volume_lists_; }

  /// Every VM there is, by VMID.
  std::vector<fake_vm> vms();

  /// To be looked at and changed; null when there is no such VM.
  fake_vm* find(domain::vm_id vm);

  /// A VM that nobody ordered.
  void add(fake_vm vm);
  void move(domain::vm_id vm, const domain::node_name& to);
  void remove(domain::vm_id vm);

  // -- the port ---------------------------------------------------------------

  caf::expected<actors::order_accepted> carry_out(const domain::vm_order& order);
  caf::expected<domain::vm_sighting> look(const actors::look_at_vm& at);
  caf::expected<domain::node_sample> sample(const domain::node_name& node);
  caf::expected<domain::vm_survey> survey(const actors::survey_vms& wanted);
  caf::expected<domain::volume_list> survey(const actors::list_volumes& wanted);
  caf::expected<actors::template_facts> inspect(const actors::inspect_template& wanted) const;
  caf::expected<actors::node_facts> inspect(const actors::inspect_node& wanted) const;
  caf::expected<actors::guest_password_set>
  set_guest_password(const actors::set_guest_password& wanted);
  domain::time_point now() const { return now_(); }

private:
  struct task {
    std::string upid;
    domain::vm_order order;
    domain::time_point done_at;
    std::optional<fault> meets;
    domain::task_state state = domain::task_state::running;
  };

  template <class Order>
  static std::size_t index_of() {
    return domain::vm_order{Order{}}.index();
  }

  std::optional<fault> take_fault(const domain::vm_order& order);
  std::optional<caf::error> objection(const domain::vm_order& order);
  bool is_online(const domain::node_name& node) const;
  actors::order_accepted begin(const domain::vm_order& order, std::optional<fault> meets);
  void finish_due_tasks();
  void finish(task& done);
  domain::task_state state_of(const actors::look_at_vm& at, domain::vm_sighting& seen) const;

  std::function<domain::time_point()> now_;
  std::map<domain::vm_id, fake_vm> vms_;
  std::vector<task> tasks_;
  std::vector<domain::vm_order> orders_;
  std::vector<actors::set_guest_password> passwords_;
  std::map<std::size_t, std::deque<fault>> faults_;
  std::size_t volume_lists_ = 0;
};

} // namespace berth::tests
