#include "tools/simulation/prompt_hypervisor.hpp"

#include "actors/errors.hpp"

#include <chrono>
#include <utility>
#include <variant>

namespace berth::simulation {

namespace {

constexpr auto look_period = std::chrono::seconds{2};

struct performance {
  prompt_cluster& cluster;

  void operator()(const domain::clone_vm& order) const {
    cluster.vms[order.vm] = {order.target, order.marked, domain::vm_marks::ours};
    cluster.most_vms = std::max(cluster.most_vms, cluster.vms.size());
  }
  void operator()(const domain::configure_vm& order) const {
    cluster.vms.at(order.vm).marks = domain::vm_marks::configured;
  }
  void operator()(const domain::start_vm& order) const {
    cluster.vms.at(order.vm).power = domain::vm_power::running;
  }
  void operator()(const domain::shut_down_vm& order) const {
    cluster.vms.at(order.vm).power = domain::vm_power::stopped;
  }
  void operator()(const domain::stop_vm& order) const {
    cluster.vms.at(order.vm).power = domain::vm_power::stopped;
  }
  void operator()(const domain::delete_vm& order) const { cluster.vms.erase(order.vm); }
};

caf::result<actors::order_accepted> obey(prompt_cluster& cluster, const domain::vm_order& order) {
  if (cluster.before_order)
    cluster.before_order(order);
  auto vm = std::visit([](const auto& any) { return any.vm; }, order);
  if (cluster.vms.contains(vm) == std::holds_alternative<domain::clone_vm>(order))
    return actors::make_error(actors::errc::permanent, "there is such a VM, or none");
  std::visit(performance{cluster}, order);
  bool has_task = !std::holds_alternative<domain::configure_vm>(order);
  return actors::order_accepted{has_task ? "UPID:prompt:" + std::to_string(vm.value) : ""};
}

domain::vm_sighting sighting(const prompt_cluster& cluster, const actors::look_at_vm& at) {
  domain::vm_sighting seen{.complete = true};
  seen.task = at.upid.empty() ? domain::task_state::none : domain::task_state::succeeded;
  auto found = cluster.vms.find(at.vm);
  if (found == cluster.vms.end())
    return seen;
  const auto& vm = found->second;
  seen.present = true;
  seen.node = vm.node;
  seen.power = vm.power;
  seen.marks = vm.marked == at.marked ? vm.marks : domain::vm_marks::foreign;
  if (at.want_address && vm.power == domain::vm_power::running)
    seen.address = "10.0.0.1";
  seen.desktop_answers = at.want_port != 0 && seen.address;
  return seen;
}

} // namespace

prompt_hypervisor_interface::behavior_type
prompt_hypervisor(prompt_hypervisor_interface::stateful_pointer<prompt_hypervisor_state> self,
                  std::shared_ptr<prompt_cluster> cluster) {
  return {
      [self](const actors::look_at_vm& m) {
        auto& my = self->state;
        my.looks.push_back({m, self->make_response_promise<domain::vm_sighting>()});
        if (my.looks.size() == 1)
          self->delayed_send(self, look_period, look_is_over{});
        return my.looks.back().answer;
      },
      [cluster](const actors::carry_out& m) { return obey(*cluster, m.order); },
      [](const actors::sample_node&) { return domain::node_sample{}; },
      [](const actors::survey_vms&) { return domain::vm_survey{}; },
      [](const actors::list_volumes&) { return domain::volume_list{}; },
      [](const actors::inspect_template&) { return actors::template_facts{}; },
      [](const actors::inspect_node&) { return actors::node_facts{}; },
      [](const actors::set_guest_password&) { return actors::guest_password_set{}; },
      [self, cluster](look_is_over) {
        for (auto& look : std::exchange(self->state.looks, {}))
          look.answer.deliver(sighting(*cluster, look.at));
      },
  };
}

} // namespace berth::simulation
