#include "tools/simulation/world/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace berth::simulation {

/// Reads one event of a session.
struct history::reader {
  history& my;
  const eventstore::recorded_event& recorded;
  domain::session_id id;
  session_history& s;

  void require(bool kept, const char* rule, const std::string& what) const {
    my.verdicts_.require(kept, rule,
                         fmt::format("session {}: {}", domain::to_string(id).substr(18), what));
  }
  vm_history& vm_of(domain::vm_id vm) const { return my.vms_[vm]; }
  void intend(domain::vm_id vm, const char* what) const { vm_of(vm).intents.insert(what); }
  void doom() const {
    if (s.vm) {
      vm_of(*s.vm).doomed = true;
      vm_of(*s.vm).doomed_at = recorded.recorded_at;
    }
    s.vm.reset();
  }

  void operator()(const domain::session_requested& e) const {
    s = {.owner = e.owner,
         .type = e.type,
         .requested_at = recorded.recorded_at,
         .expires_at = e.expires_at};
    if (recorded.command_id) {
      auto [found, fresh] = my.commands_.emplace(*recorded.command_id, id);
      require(fresh, "one session per command", "the command had been answered before");
    }
    require(my.open_sessions(e.owner) <= quota, "quota",
            fmt::format("its owner has {} sessions now", my.open_sessions(e.owner)));
  }
  void operator()(const domain::session_placed& e) const {
    require(!my.vms_.contains(e.vm), "one VMID, one use",
            fmt::format("VMID {} was used before", e.vm.value));
    require(!s.over, "the end is the end", "it was placed after its end");
    require(!my.closed_nodes_.contains(e.node.value), "no placement on a closed node",
            e.node.value);
    my.vms_[e.vm] = {.session = id, .marked = id, .node = e.node};
    s.vm = e.vm;
    std::string there;
    std::uint32_t count = 0;
    for (const auto& [number, vm] : my.vms_)
      if (vm.node == e.node && !vm.deleted && !vm.kept) {
        there += fmt::format(" {}", number.value);
        ++count;
      }
    require(count <= my.max_vms_[e.node.value], "no crowded node",
            fmt::format("on {} are now:{}", e.node.value, there));
  }
  void operator()(const domain::resumption_intended&) const {}
  void operator()(const domain::vm_taken_over& e) const {
    auto& vm = vm_of(e.vm);
    require(my.sessions_[vm.session].keeps == false, "one session per VM",
            fmt::format("VM {} was not handed over", e.vm.value));
    require(!vm.doomed, "the end is the end", "it took over a VM that is to be destroyed");
    vm.session = id;
    vm.node = e.node;
    vm.kept = false;
    vm.intents_before = std::exchange(vm.intents, {});
    s.vm = e.vm;
  }
  void operator()(const domain::clone_intended& e) const {
    require(!s.over, "the end is the end", "a clone after its end");
    intend(e.vm, "clone");
  }
  void operator()(const domain::configuration_intended& e) const { intend(e.vm, "configuration"); }
  void operator()(const domain::start_intended& e) const {
    require(!s.over, "the end is the end", "a start after its end");
    intend(e.vm, "start");
  }
  void operator()(const domain::task_accepted&) const {}
  void operator()(const domain::vm_started&) const {}
  void operator()(const domain::session_activated& e) const {
    require(!s.over, "the end is the end", "active after its end");
    s.active = true;
    s.active_at = recorded.recorded_at;
    vm_of(e.vm).ever_active = true;
    vm_of(e.vm).node = e.node;
  }
  void operator()(const domain::vm_moved& e) const { vm_of(e.vm).node = e.node; }
  void operator()(const domain::step_failed&) const {}
  void operator()(const domain::attempt_failed&) const { doom(); }
  void operator()(const domain::session_failed& e) const {
    require(!s.over, "the end is the end", "it failed after its end");
    require(e.detail.find("401") == std::string::npos, "no session is to blame for the cluster",
            e.detail);
    s.over = e.reason;
    s.detail = e.detail;
  }
  void operator()(const domain::session_extended& e) const {
    require(!s.over, "the end is the end", "extended after its end");
    s.expires_at = e.expires_at;
  }
  void operator()(const domain::desktop_opened& e) const {
    require(s.active && !s.over, "a desktop only while active", "it was opened");
    intend(e.vm, "password");
  }
  void operator()(const domain::session_ended& e) const {
    require(!s.over, "the end is the end", "it ended twice");
    if (e.reason == domain::end_reason::deadline)
      require(recorded.recorded_at >= s.expires_at, "no session ends before its deadline",
              fmt::format("{} ms early", (s.expires_at - recorded.recorded_at).count()));
    s.over = e.reason;
    s.detail = e.detail;
    if (s.vm && e.reason == domain::end_reason::vm_lost)
      vm_of(*s.vm).lost = true;
  }
  void operator()(const domain::shutdown_intended& e) const { intend(e.vm, "shutdown"); }
  void operator()(const domain::vm_kept& e) const {
    require(s.type == domain::session_type::persistent, "only persistent VMs are kept",
            "it is not");
    s.keeps = true;
    vm_of(e.vm).kept = true;
    vm_of(e.vm).node = e.node;
  }
  void operator()(const domain::vm_handed_over&) const {
    require(s.keeps, "one session per VM", "it gave away what it does not keep");
    s.keeps = false;
    s.vm.reset();
  }
  void operator()(const domain::discard_requested&) const {
    if (s.vm)
      vm_of(*s.vm).discarded = true;
    s.keeps = false;
  }
  void operator()(const domain::deletion_intended& e) const {
    auto& vm = vm_of(e.vm);
    bool of_use = s.type == domain::session_type::persistent && vm.ever_active && !vm.lost;
    require(!of_use || vm.discarded, "a kept VM is destroyed only on request",
            fmt::format("VM {} holds its owner's work", e.vm.value));
    require(s.over || vm.doomed, "no deletion before the end", fmt::format("VM {}", e.vm.value));
    vm.doomed = true;
    vm.quarantined = false;
    intend(e.vm, "deletion");
  }
  void operator()(const domain::teardown_failed&) const {}
  void operator()(const domain::vm_quarantined& e) const { vm_of(e.vm).quarantined = true; }
  void operator()(const domain::vm_deleted& e) const {
    vm_of(e.vm).deleted = true;
    if (s.vm == e.vm)
      s.keeps = false;
  }
  void operator()(const domain::session_closed&) const { s.closed = true; }
  template <class Other>
  void operator()(const Other&) const {}
};

void history::intend_removal(const domain::removal_intended& e) {
  auto& vm = vms_[e.vm];
  verdicts_.require(vm.deleted && vm.marked == e.session,
                    "only what its session is done with is a late clone",
                    fmt::format("VM {}", e.vm.value));
  vm.doomed = true;
  vm.intents.insert("deletion");
}

void history::add(const std::vector<eventstore::recorded_event>& events) {
  for (const auto& recorded : events) {
    verdicts_.require(recorded.position == ids_.size() + 1, "positions without gaps",
                      fmt::format("{} after {}", recorded.position, ids_.size()));
    ids_.push_back(recorded.event_id);
    if (const auto* event = std::get_if<domain::session_event>(&recorded.event)) {
      auto id = eventstore::session_of(recorded.stream);
      std::visit(reader{*this, recorded, *id, sessions_[*id]}, *event);
    }
    if (const auto* event = std::get_if<domain::reconciliation_event>(&recorded.event))
      if (const auto* intended = std::get_if<domain::removal_intended>(event))
        intend_removal(*intended);
    if (const auto* event = std::get_if<domain::node_event>(&recorded.event)) {
      auto name = recorded.stream.substr(5);
      if (const auto* added = std::get_if<domain::node_registered>(event))
        max_vms_[name] = added->max_vms;
      else if (std::holds_alternative<domain::node_returned>(*event))
        closed_nodes_.erase(name);
      else
        closed_nodes_.insert(name);
    }
  }
}

const session_history* history::find(const domain::session_id& id) const {
  auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : &found->second;
}

const vm_history* history::find(domain::vm_id vm) const {
  auto found = vms_.find(vm);
  return found == vms_.end() ? nullptr : &found->second;
}

std::size_t history::open_sessions(domain::user_id owner) const {
  return static_cast<std::size_t>(std::ranges::count_if(sessions_, [owner](const auto& one) {
    return one.second.owner == owner && !one.second.over;
  }));
}

std::optional<domain::session_id> history::answer_to(const domain::ulid& command) const {
  auto found = commands_.find(command);
  return found == commands_.end() ? std::nullopt : std::optional{found->second};
}

} // namespace berth::simulation
