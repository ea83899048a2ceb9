#include "tests/support/fake_cluster.hpp"

#include <algorithm>
#include <utility>

namespace berth::tests {

namespace {

using actors::errc;
using actors::make_error;

domain::vm_id vm_of(const domain::vm_order& order) {
  return std::visit([](const auto& o) { return o.vm; }, order);
}

domain::session_id marked_by(const domain::vm_order& order) {
  return std::visit([](const auto& o) { return o.marked; }, order);
}

std::string name_of(domain::vm_id vm) {
  return "VM " + std::to_string(vm.value);
}

caf::error unavailable() {
  return make_error(errc::cluster_unavailable, "the cluster does not answer");
}

struct duration_of {
  const cluster_pace& pace;
  domain::duration operator()(const domain::clone_vm&) const { return pace.clone; }
  domain::duration operator()(const domain::configure_vm&) const { return {}; }
  domain::duration operator()(const domain::start_vm&) const { return pace.start; }
  domain::duration operator()(const domain::shut_down_vm&) const { return pace.shut_down; }
  domain::duration operator()(const domain::stop_vm&) const { return pace.stop; }
  domain::duration operator()(const domain::delete_vm&) const { return pace.erase; }
};

/// What a task changes at its end.
struct completion {
  std::map<domain::vm_id, fake_vm>& vms;
  fake_vm& vm;
  domain::time_point at;

  void operator()(const domain::clone_vm&) const { vm.lock = domain::vm_lock::none; }
  void operator()(const domain::configure_vm& o) const {
    vm.cpu_cores = o.cpu_cores;
    vm.ram_mb = o.ram_mb;
    vm.marks = domain::vm_marks::configured;
  }
  void operator()(const domain::start_vm&) const {
    vm.power = domain::vm_power::running;
    vm.running_since = at;
  }
  void operator()(const domain::shut_down_vm&) const { switch_off(); }
  void operator()(const domain::stop_vm&) const { switch_off(); }
  void operator()(const domain::delete_vm& o) const { vms.erase(o.vm); }

  void switch_off() const {
    vm.power = domain::vm_power::stopped;
    vm.running_since.reset();
  }
};

} // namespace

std::vector<fake_vm> fake_cluster::vms() {
  finish_due_tasks();
  std::vector<fake_vm> all;
  for (const auto& [id, vm] : vms_)
    all.push_back(vm);
  return all;
}

fake_vm* fake_cluster::find(domain::vm_id vm) {
  finish_due_tasks();
  auto found = vms_.find(vm);
  return found == vms_.end() ? nullptr : &found->second;
}

void fake_cluster::add(fake_vm vm) {
  vms_[vm.vm] = std::move(vm);
}

void fake_cluster::move(domain::vm_id vm, const domain::node_name& to) {
  finish_due_tasks();
  vms_.at(vm).node = to;
}

void fake_cluster::remove(domain::vm_id vm) {
  finish_due_tasks();
  vms_.erase(vm);
}

bool fake_cluster::is_online(const domain::node_name& node) const {
  auto found = nodes.find(node);
  return nodes.empty() || (found != nodes.end() && found->second.online);
}

std::optional<fault> fake_cluster::take_fault(const domain::vm_order& order) {
  auto& waiting = faults_[order.index()];
  if (waiting.empty())
    return std::nullopt;
  auto next = std::move(waiting.front());
  waiting.pop_front();
  return next;
}

/// Why Proxmox, or the last look before the call, would not let the order pass.
std::optional<caf::error> fake_cluster::objection(const domain::vm_order& order) {
  const auto* vm = find(vm_of(order));
  if (const auto* clone = std::get_if<domain::clone_vm>(&order)) {
    if (vm)
      return make_error(errc::permanent, name_of(clone->vm) + " already exists");
    if (!is_online(clone->target))
      return make_error(errc::transient, clone->target.value + " does not answer");
    return std::nullopt;
  }
  if (!vm)
    return make_error(errc::permanent, name_of(vm_of(order)) + " does not exist");
  if (vm->marks == domain::vm_marks::none || vm->marks == domain::vm_marks::foreign
      || vm->marked != marked_by(order))
    return make_error(errc::not_ours, name_of(vm->vm) + " does not name its session");
  if (!is_online(vm->node))
    return make_error(errc::transient, vm->node.value + " does not answer");
  if (vm->lock != domain::vm_lock::none)
    return make_error(errc::transient, name_of(vm->vm) + " is locked");
  if (std::holds_alternative<domain::delete_vm>(order) && vm->power == domain::vm_power::running)
    return make_error(errc::permanent, name_of(vm->vm) + " is running: it cannot be destroyed");
  return std::nullopt;
}

actors::order_accepted fake_cluster::begin(const domain::vm_order& order,
                                           std::optional<fault> meets) {
  if (const auto* clone = std::get_if<domain::clone_vm>(&order))
    vms_[clone->vm] = {.vm = clone->vm,
                       .node = clone->target,
                       .marked = clone->marked,
                       .marks = domain::vm_marks::ours,
                       .lock = domain::vm_lock::clone};
  if (const auto* erase = std::get_if<domain::delete_vm>(&order))
    vms_.at(erase->vm).lock = domain::vm_lock::destroyed;
  task begun{.upid = "UPID:fake:" + std::to_string(tasks_.size() + 1),
             .order = order,
             .done_at = now() + std::visit(duration_of{pace}, order),
             .meets = std::move(meets)};
  tasks_.push_back(begun);
  finish_due_tasks();
  // Proxmox answers a change of configuration itself, without a task.
  return {std::holds_alternative<domain::configure_vm>(order) ? "" : begun.upid};
}

void fake_cluster::finish(task& done) {
  auto vm = vms_.find(vm_of(done.order));
  if (done.meets && std::holds_alternative<worker_dies>(*done.meets)) {
    done.state = domain::task_state::unknown;
    return;
  }
  if (done.meets && std::holds_alternative<task_fails>(*done.meets)) {
    done.state = domain::task_state::failed;
    if (vm == vms_.end())
      return;
    if (std::holds_alternative<domain::clone_vm>(done.order))
      vms_.erase(vm);
    else if (std::holds_alternative<domain::delete_vm>(done.order))
      vm->second.lock = domain::vm_lock::none;
    return;
  }
  done.state = vm == vms_.end() ? domain::task_state::failed : domain::task_state::succeeded;
  if (vm != vms_.end())
    std::visit(completion{vms_, vm->second, done.done_at}, done.order);
}

void fake_cluster::finish_due_tasks() {
  for (auto& task : tasks_)
    if (task.state == domain::task_state::running && task.done_at <= now())
      finish(task);
}

caf::expected<actors::order_accepted> fake_cluster::carry_out(const domain::vm_order& order) {
  if (!available)
    return unavailable();
  orders_.push_back(order);
  auto meets = take_fault(order);
  auto unknown = make_error(errc::outcome_unknown, "the connection broke before the answer came");
  if (meets && std::holds_alternative<order_lost>(*meets))
    return unknown;
  if (meets)
    if (const auto* refusal = std::get_if<refused>(&*meets))
      return make_error(refusal->code, refusal->text);
  const auto* vm = find(vm_of(order));
  if (!vm && std::holds_alternative<domain::delete_vm>(order))
    return actors::order_accepted{};
  if (auto why = objection(order))
    return *why;
  if (vm && vm->power == domain::vm_power::running
      && std::holds_alternative<domain::start_vm>(order))
    return actors::order_accepted{};
  auto accepted = begin(order, meets);
  if (meets && std::holds_alternative<answer_lost>(*meets))
    return unknown;
  return accepted;
}

domain::task_state fake_cluster::state_of(const actors::look_at_vm& at,
                                          domain::vm_sighting& seen) const {
  if (at.upid.empty()) {
    // The answer of a clone may have been lost: its worker shows all the same.
    bool clones = std::ranges::any_of(tasks_, [&at](const task& t) {
      const auto* clone = std::get_if<domain::clone_vm>(&t.order);
      return clone && clone->vm == at.vm && clone->source == at.cloned_from
             && t.state == domain::task_state::running;
    });
    return clones ? domain::task_state::running : domain::task_state::none;
  }
  auto found = std::ranges::find(tasks_, at.upid, &task::upid);
  if (found == tasks_.end())
    return domain::task_state::unknown;
  if (found->state == domain::task_state::failed) {
    seen.task_error = "the task failed";
    if (found->meets)
      if (const auto* failure = std::get_if<task_fails>(&*found->meets)) {
        seen.task_error = failure->text;
        seen.task_fault = failure->fault;
      }
  }
  return found->state;
}

caf::expected<domain::vm_sighting> fake_cluster::look(const actors::look_at_vm& at) {
  if (!available)
    return unavailable();
  finish_due_tasks();
  domain::vm_sighting seen{.complete = complete};
  seen.task = state_of(at, seen);
  const auto* vm = find(at.vm);
  if (!vm)
    return seen;
  seen.present = true;
  seen.node = vm->node;
  seen.node_online = is_online(vm->node);
  seen.lock = vm->lock;
  seen.power = seen.node_online ? vm->power : domain::vm_power::unknown;
  seen.marks = vm->marked == at.marked ? vm->marks : domain::vm_marks::foreign;
  if (at.want_address && boots && vm->running_since && now() >= *vm->running_since + pace.boot)
    seen.address = "10.0.0." + std::to_string(vm->vm.value % 250 + 1);
  seen.desktop_answers = at.want_port != 0 && seen.address && desktops;
  return seen;
}

caf::expected<domain::node_sample> fake_cluster::sample(const domain::node_name& name) {
  if (!available)
    return unavailable();
  finish_due_tasks();
  domain::node_sample sample{.node = name, .sampled_at = now()};
  auto found = nodes.find(name);
  if (found == nodes.end() || !found->second.online)
    return sample;
  const auto& node = found->second;
  sample.online = true;
  sample.cpu = node.cpu;
  sample.cores = node.cores;
  sample.ram_used_mb = node.ram_used_mb;
  sample.ram_total_mb = node.ram_total_mb;
  for (const auto& [id, vm] : vms_)
    if (vm.node == name && vm.power == domain::vm_power::running)
      sample.ram_used_mb += vm.ram_mb;
  return sample;
}

caf::expected<domain::vm_survey> fake_cluster::survey(const actors::survey_vms& wanted) {
  if (!available)
    return unavailable();
  finish_due_tasks();
  domain::vm_survey seen{.complete = complete, .why_not = complete ? "" : "no quorum"};
  for (const auto& [id, vm] : vms_) {
    if (id < wanted.first || id > wanted.last)
      continue;
    bool online = is_online(vm.node);
    bool is_marked = vm.marks == domain::vm_marks::ours || vm.marks == domain::vm_marks::configured;
    seen.vms.push_back({.vm = id,
                        .node = vm.node,
                        .node_online = online,
                        .lock = vm.lock,
                        .power = online ? vm.power : domain::vm_power::unknown,
                        .name = "vm-" + std::to_string(id.value),
                        .identified = online && vm.marks != domain::vm_marks::none,
                        .marked = is_marked ? std::optional{vm.marked} : std::nullopt});
  }
  return seen;
}

caf::expected<domain::volume_list> fake_cluster::survey(const actors::list_volumes&) {
  if (!available)
    return unavailable();
  ++volume_lists_;
  return disks;
}

caf::expected<actors::template_facts>
fake_cluster::inspect(const actors::inspect_template& wanted) const {
  if (!available)
    return unavailable();
  if (auto found = templates.find(wanted.source); found != templates.end())
    return found->second;
  const domain::template_spec usual;
  return actors::template_facts{.exists = templates.empty(),
                                .is_template = templates.empty(),
                                .cpu_cores = usual.cpu_cores,
                                .ram_mb = usual.ram_mb,
                                .disk_gb = usual.disk_gb};
}

caf::expected<actors::node_facts> fake_cluster::inspect(const actors::inspect_node& wanted) const {
  if (!available)
    return unavailable();
  return actors::node_facts{.exists = nodes.empty() || nodes.contains(wanted.node),
                            .online = is_online(wanted.node)};
}

caf::expected<actors::guest_password_set>
fake_cluster::set_guest_password(const actors::set_guest_password& wanted) {
  if (!available)
    return unavailable();
  const auto* vm = find(wanted.vm);
  if (!vm)
    return make_error(errc::unknown, name_of(wanted.vm) + " is not there");
  if (vm->marks == domain::vm_marks::foreign || vm->marked != wanted.marked)
    return make_error(errc::not_ours, name_of(vm->vm) + " does not name its session");
  if (password_refusal)
    return make_error(password_refusal->code, password_refusal->text);
  if (!boots || !vm->running_since || now() < *vm->running_since + pace.boot)
    return make_error(errc::transient, name_of(vm->vm) + " has no guest agent that answers");
  passwords_.push_back(wanted);
  return actors::guest_password_set{};
}

} // namespace berth::tests
