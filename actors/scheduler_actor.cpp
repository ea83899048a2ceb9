#include "actors/scheduler_actor.hpp"

#include "actors/errors.hpp"
#include "actors/log_follower.hpp"

#include <utility>

namespace berth::actors {

namespace {

using scheduler_pointer = scheduler_interface::stateful_pointer<scheduler_state>;

struct fold {
  scheduler_state& my;
  const eventstore::recorded_event& recorded;

  void operator()(const domain::session_event& event) const {
    auto id = eventstore::session_of(recorded.stream);
    if (!id)
      throw domain::corrupt_history{recorded.stream + " holds an event of a session"};
    my.desk.apply(*id, event, recorded.recorded_at);
  }
  void operator()(const domain::node_event& event) const {
    auto& node = my.nodes[recorded.stream];
    node = {domain::evolve(std::move(node.is), event), recorded.version};
    my.desk.change(node.is);
  }
  template <class Other>
  void operator()(const Other&) const {}
};

placement answer(const scheduler_state& my, domain::placement_decision decision) {
  auto stream = eventstore::stream_of(*decision.node);
  auto version = my.nodes.at(stream).version;
  return {std::move(*decision.node), std::move(decision.considered), {std::move(stream), version}};
}

/// Answers, unless it is too early to say no: the first measurement of a node may help.
bool try_to_place(scheduler_state& my, scheduler_state::waiting_session& session) {
  const auto& m = session.wanted;
  auto decision = my.desk.place(m.id, m.wanted, my.with.now(), my.with.random);
  if (decision.node) {
    session.answer.deliver(answer(my, std::move(decision)));
    return true;
  }
  if (my.may_wait && decision.verdicts.contains(domain::verdict::no_sample))
    return false;
  session.answer.deliver(make_error(errc::no_capacity, "no node can take one more VM: "
                                                           + domain::explain_refusal(decision)));
  return true;
}

void place_waiting(scheduler_state& my) {
  std::erase_if(my.waiting, [&my](auto& session) { return try_to_place(my, session); });
}

} // namespace

scheduler_interface::behavior_type scheduler(scheduler_pointer self, scheduler_collaborators with) {
  auto& my = self->state;
  my.with = std::move(with);
  self->set_down_handler([self](const caf::down_msg&) { self->quit(journal_has_ended()); });
  follow_log(self, my.with.journal, all_unfinished, [self](const event_page& page) {
    for (const auto& recorded : page.events)
      std::visit(fold{self->state, recorded}, recorded.event);
  });
  self->delayed_send(self, first_measurements, stop_waiting{});
  return {
      [self](const node_load& m) {
        self->state.desk.measure(m.sample);
        place_waiting(self->state);
      },
      [self](const place_session& m) {
        auto promise = self->make_response_promise<placement>();
        scheduler_state::waiting_session session{m, promise};
        if (!try_to_place(self->state, session))
          self->state.waiting.push_back(std::move(session));
        return promise;
      },
      [self](const get_node_loads&) {
        return node_loads{self->state.desk.candidates(self->state.with.now())};
      },
      [self](const stop_waiting&) {
        self->state.may_wait = false;
        place_waiting(self->state);
      },
  };
}

} // namespace berth::actors
