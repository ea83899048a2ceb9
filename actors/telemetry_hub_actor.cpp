#include "actors/telemetry_hub_actor.hpp"

#include "actors/errors.hpp"
#include "actors/log_follower.hpp"

#include <chrono>
#include <utility>

#include <caf/exit_reason.hpp>

namespace berth::actors {

namespace {

using hub_pointer = telemetry_hub_actor::stateful_pointer<telemetry_hub_state>;
using subscriber = telemetry_hub_state::subscriber;

constexpr auto acknowledgement_timeout = std::chrono::minutes{1};

void serve(hub_pointer self, subscriber& to);

subscriber* find(hub_pointer self, const caf::actor_addr& listener) {
  auto found = self->state.subscribers.find(listener);
  return found == self->state.subscribers.end() ? nullptr : &found->second;
}

void drop(hub_pointer self, const caf::actor_addr& listener, const caf::error& why) {
  auto dropped = self->state.subscribers.extract(listener);
  if (!dropped)
    return;
  self->state.log.info("telemetry subscriber has gone", {{"why", text_of(why)}});
  self->demonitor(listener);
  self->send_exit(dropped.mapped().listener, caf::exit_reason::user_shutdown);
}

/// One batch is under way at a time: whatever comes meanwhile waits in the log, or replaces an
/// older load.
void send_batch(hub_pointer self, subscriber& to, std::vector<eventstore::recorded_event> events) {
  to.busy = true;
  if (!events.empty())
    to.position = events.back().position;
  telemetry_batch batch{.events = std::move(events)};
  for (auto& [node, sample] : std::exchange(to.loads, {}))
    batch.loads.push_back(std::move(sample));
  auto address = to.listener.address();
  self->request(to.listener, acknowledgement_timeout, std::move(batch))
      .then(
          [self, address](telemetry_acknowledged) {
            if (auto* ready = find(self, address)) {
              ready->busy = false;
              serve(self, *ready);
            }
          },
          [self, address](const caf::error& why) { drop(self, address, why); });
}

void read_for(hub_pointer self, subscriber& to) {
  to.busy = true;
  auto address = to.listener.address();
  self->request(self->state.journal, catch_up_timeout, next_events{to.position})
      .then(
          [self, address](const event_page& page) {
            if (auto* reader = find(self, address))
              send_batch(self, *reader, {page.events.begin(), page.events.end()});
          },
          [self, address](const caf::error& why) { drop(self, address, why); });
}

/// Gives a subscriber that is ready whatever it has not seen.
void serve(hub_pointer self, subscriber& to) {
  if (to.busy)
    return;
  if (to.position < self->state.head)
    read_for(self, to);
  else if (!to.loads.empty())
    send_batch(self, to, {});
}

void serve_all(hub_pointer self) {
  for (auto& [address, to] : self->state.subscribers)
    serve(self, to);
}

void subscribe(hub_pointer self, const subscribe_telemetry& m) {
  auto& my = self->state;
  auto [added, is_new] = my.subscribers.try_emplace(
      m.listener.address(),
      subscriber{.listener = m.listener, .position = m.after, .loads = my.loads});
  if (!is_new)
    return;
  self->monitor(m.listener);
  serve(self, added->second);
}

void publish(hub_pointer self, const domain::node_sample& sample) {
  auto& my = self->state;
  my.loads[sample.node] = sample;
  for (auto& [address, to] : my.subscribers)
    to.loads[sample.node] = sample;
  serve_all(self);
}

void follow_from_the_end(hub_pointer self) {
  self->monitor(self->state.journal);
  self->request(self->state.journal, catch_up_timeout, read_debts{})
      .await(
          [self](const debts& owed) {
            self->state.head = owed.head;
            await_next_page(self, self->state.journal, {owed.head}, [self](const event_page& page) {
              self->state.head = page.events.back().position;
              serve_all(self);
            });
          },
          [self](caf::error& why) { self->quit(std::move(why)); });
}

} // namespace

telemetry_hub_actor::behavior_type telemetry_hub(hub_pointer self, journal_actor journal,
                                                 logger log) {
  auto& my = self->state;
  my.journal = std::move(journal);
  my.log = std::move(log);
  self->set_down_handler([self](const caf::down_msg& down) {
    if (down.source == self->state.journal.address())
      return self->quit(journal_has_ended());
    // It may be forgotten already: a batch that did not reach it tells of its end, too.
    self->state.subscribers.erase(down.source);
  });
  follow_from_the_end(self);
  return {
      [self](const node_load& m) { publish(self, m.sample); },
      [self](const subscribe_telemetry& m) { subscribe(self, m); },
  };
}

} // namespace berth::actors
