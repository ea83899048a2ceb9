#pragma once

#include "actors/reconciler_actor.hpp"
#include "tests/support/fake_hypervisor.hpp"
#include "tests/support/session_fixture.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace berth::tests {

/// A reconciler beside real sessions, over a real journal and a fake cluster.
struct reconciler_fixture : session_fixture {
  explicit reconciler_fixture(std::uint64_t seed = 1) : session_fixture{seed} {
    start_reconciler();
  }

  using session_fixture::logged;
  actors::reconciler_interface reconciler;

  void start_reconciler() {
    actors::reconciler_collaborators with{
        journal.handle(),
        supervisor,
        spawn(fake_hypervisor, cluster),
        clock(),
        {},
        /*seed of jitter*/ 7,
        actors::logger{actors::log_level::error, [](std::string_view) {}}};
    reconciler = spawn(actors::reconciler, with);
    settle();
  }
  void restart_all() {
    kill(reconciler);
    restart();
    start_reconciler();
  }
  /// Long enough for whatever differs to be found, and for its session to hear of it.
  void survey_twice() { advance(std::chrono::seconds{95}); }

  actors::reconciliation_report report() {
    return ask<actors::reconciliation_report>(reconciler, actors::get_reconciliation{}).value();
  }
  std::vector<domain::difference_kind> open() {
    std::vector<domain::difference_kind> kinds;
    for (const auto& difference : report().open)
      kinds.push_back(difference.is.is.kind);
    return kinds;
  }

  /// What the log says about differences, oldest first.
  std::vector<eventstore::recorded_event> differences() {
    auto stream = std::string{eventstore::reconciliation_stream};
    return ask<actors::stream_history>(journal.handle(), actors::read_stream{stream})
        .value()
        .events;
  }
  template <class Event>
  std::vector<Event> logged() {
    std::vector<Event> found;
    for (const auto& recorded : differences())
      if (const auto* event =
              std::get_if<Event>(&std::get<domain::reconciliation_event>(recorded.event)))
        found.push_back(*event);
    return found;
  }

  domain::vm_id vm_of(const domain::session_id& id) const {
    return events<domain::session_placed>(id).front().vm;
  }
  /// A session that is over, with nothing left of it.
  domain::session_id finished_session() {
    auto id = launch_and_wait();
    end(id);
    wait_for(id, "closed");
    return id;
  }
  /// Somebody's VM, which bears the marks of `marked`.
  fake_vm& add_vm(domain::vm_id vm, const domain::session_id& marked,
                  domain::vm_marks marks = domain::vm_marks::ours) {
    cluster->add({.vm = vm, .node = {"pve-1"}, .marked = marked, .marks = marks});
    return *cluster->find(vm);
  }
};

} // namespace berth::tests
