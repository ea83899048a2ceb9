#include "actors/scheduler_actor.hpp"

#include "actors/errors.hpp"
#include "actors/log_follower.hpp"

#include <algorithm>
#include <utility>

namespace berth::actors {

namespace {

using scheduler_pointer = scheduler_interface::stateful_pointer<scheduler_state>;

/// A placement that is not in the log by then never will be: its session has given up.
constexpr auto promise_lifetime = std::chrono::seconds{60};

struct fold {
  scheduler_state& my;
  const eventstore::recorded_event& recorded;

  void operator()(const domain::session_event& event) const {
    auto id = eventstore::session_of(recorded.stream);
    if (!id)
      throw domain::corrupt_history{recorded.stream + " holds an event of a session"};
    if (std::holds_alternative<domain::session_placed>(event))
      my.promises.erase(*id);
    my.ledger.apply(*id, event, recorded.recorded_at);
  }
  void operator()(const domain::node_event& event) const {
    auto& node = my.nodes[recorded.stream];
    node = {domain::evolve(std::move(node.is), event), recorded.version};
    if (node.is.mode == domain::node_mode::removed)
      my.samples.erase(node.is.name);
  }
  template <class Other>
  void operator()(const Other&) const {}
};

std::vector<domain::candidate> candidates(scheduler_state& my) {
  auto now = my.with.now();
  std::erase_if(my.promises, [now](const auto& entry) {
    return now - entry.second.made_at >= promise_lifetime;
  });
  std::vector<domain::candidate> all;
  for (const auto& [stream, known] : my.nodes) {
    const auto& node = known.is;
    if (node.mode == domain::node_mode::removed)
      continue;
    domain::candidate candidate{.of = node, .reservations = my.ledger.on(node.name)};
    if (auto sample = my.samples.find(node.name); sample != my.samples.end())
      candidate.sample = sample->second;
    for (const auto& [session, promise] : my.promises)
      if (promise.held.node == node.name)
        candidate.reservations.push_back(promise.held);
    all.push_back(std::move(candidate));
  }
  return all;
}

/// The node for a session, which holds its room from now on.
placement promise(scheduler_state& my, const place_session& m,
                  domain::placement_decision decision) {
  my.promises[m.id] = {
      {.node = *decision.node, .ram_mb = m.wanted.ram_mb, .cpu_cores = domain::predicted_cores},
      my.with.now()};
  auto stream = eventstore::stream_of(*decision.node);
  auto version = my.nodes.at(stream).version;
  return placement{
      std::move(*decision.node), std::move(decision.considered), {std::move(stream), version}};
}

/// Whether the first measurement of a node may change the decision.
bool is_premature(const domain::placement_decision& decision) {
  return !decision.node
         && std::ranges::any_of(decision.considered, [](const domain::considered_node& node) {
              return node.why == domain::verdict::no_sample;
            });
}

/// Answers, unless it is too early to say no.
bool try_to_place(scheduler_state& my, scheduler_state::waiting_session& session) {
  const auto& m = session.wanted;
  my.promises.erase(m.id); // Whoever asks again has not used the last answer.
  auto decision = domain::choose_node(m.wanted, candidates(my), my.with.now(), my.with.random);
  if (my.may_wait && is_premature(decision))
    return false;
  if (decision.node)
    session.answer.deliver(promise(my, m, std::move(decision)));
  else
    session.answer.deliver(
        make_error(errc::no_capacity,
                   "no node can take one more VM: " + domain::explain(decision.considered)));
  return true;
}

void place_waiting(scheduler_state& my) {
  std::erase_if(my.waiting, [&my](auto& session) { return try_to_place(my, session); });
}

void keep_newest(scheduler_state& my, const domain::node_sample& sample) {
  auto [known, is_first] = my.samples.try_emplace(sample.node, sample);
  if (!is_first && known->second.sampled_at <= sample.sampled_at)
    known->second = sample;
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
        keep_newest(self->state, m.sample);
        place_waiting(self->state);
      },
      [self](const place_session& m) {
        auto promise = self->make_response_promise<placement>();
        scheduler_state::waiting_session session{m, promise};
        if (!try_to_place(self->state, session))
          self->state.waiting.push_back(std::move(session));
        return promise;
      },
      [self](const get_node_loads&) { return node_loads{candidates(self->state)}; },
      [self](const stop_waiting&) {
        self->state.may_wait = false;
        place_waiting(self->state);
      },
  };
}

} // namespace berth::actors
