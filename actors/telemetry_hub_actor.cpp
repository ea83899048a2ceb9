#include "actors/telemetry_hub_actor.hpp"

#include "actors/errors.hpp"
#include "actors/log_follower.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <caf/exit_reason.hpp>

namespace berth::actors {

namespace {

using hub_pointer = telemetry_hub_interface::stateful_pointer<telemetry_hub_state>;
using subscriber = telemetry_hub_state::subscriber;

constexpr auto acknowledgement_timeout = std::chrono::minutes{1};
constexpr std::size_t most_newest = 2000;
constexpr std::size_t largest_batch = 500;

void serve_soon(hub_pointer self);
void read_for(hub_pointer self, subscriber& to);

/// Whether what follows is no longer, or not yet, among the newest.
bool needs_log(const telemetry_hub_state& my, const subscriber& of) {
  bool is_known = !my.newest.empty() && my.newest.front().position <= of.position + 1;
  return of.position < my.head && !is_known;
}

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

void watch(hub_pointer self, subscriber& to) {
  if (std::exchange(to.is_watched, true))
    return;
  auto left = to.sent_at + acknowledgement_timeout - self->clock().now();
  self->delayed_send(self, left, check_subscriber{to.listener.address()});
}

void check(hub_pointer self, const caf::actor_addr& listener) {
  auto* to = find(self, listener);
  if (!to)
    return;
  to->is_watched = false;
  if (!to->busy)
    return;
  if (self->clock().now() - to->sent_at >= acknowledgement_timeout)
    return drop(self, listener, caf::make_error(caf::sec::request_timeout));
  watch(self, *to);
}

/// One batch is under way at a time: whatever comes meanwhile waits in the log, or replaces an
/// older load.
void send_batch(hub_pointer self, subscriber& to, telemetry_batch batch) {
  to.busy = true;
  if (!batch.events.empty())
    to.position = batch.events.back().position;
  for (auto& [node, sample] : std::exchange(to.loads, {}))
    batch.loads.push_back(std::move(sample));
  to.sent_at = self->clock().now();
  watch(self, to);
  auto address = to.listener.address();
  self->request(to.listener, caf::infinite, std::move(batch))
      .then(
          [self, address](telemetry_acknowledged) {
            if (auto* ready = find(self, address)) {
              ready->busy = false;
              if (needs_log(self->state, *ready))
                read_for(self, *ready); // Whoever is far behind need not wait for the others.
              else if (ready->position < self->state.head || !ready->loads.empty())
                serve_soon(self);
            }
          },
          [self, address](const caf::error& why) { drop(self, address, why); });
}

void read_for(hub_pointer self, subscriber& to) {
  to.busy = true;
  to.sent_at = self->clock().now();
  auto address = to.listener.address();
  self->request(self->state.journal, catch_up_timeout, next_events{to.position})
      .then(
          [self, address](const event_page& page) {
            if (auto* reader = find(self, address))
              send_batch(self, *reader, {.events = page.events});
          },
          [self, address](const caf::error& why) { drop(self, address, why); });
}

/// What follows a position among the newest, the same for all who are as far.
event_list events_after(telemetry_hub_state& my, std::uint64_t position) {
  auto& found = my.shared[position];
  if (found.empty()) {
    auto first =
        my.newest.begin() + static_cast<std::ptrdiff_t>(position + 1 - my.newest.front().position);
    auto count = std::min<std::ptrdiff_t>(largest_batch, my.newest.end() - first);
    found = event_list{{first, first + count}};
  }
  return found;
}

/// Gives a subscriber that is ready whatever it has not seen.
void serve(hub_pointer self, subscriber& to) {
  if (to.busy)
    return;
  if (needs_log(self->state, to))
    read_for(self, to);
  else if (to.position < self->state.head)
    send_batch(self, to, {.events = events_after(self->state, to.position)});
  else if (!to.loads.empty())
    send_batch(self, to, {});
}

void serve_all(hub_pointer self) {
  for (auto& [address, to] : self->state.subscribers)
    serve(self, to);
}

/// Serves all that are ready, now or when enough has been gathered.
void serve_soon(hub_pointer self) {
  auto& my = self->state;
  if (my.gathering)
    return;
  auto gather = std::min<std::chrono::microseconds>(longest_gathering, gathering_per_subscriber
                                                                           * my.subscribers.size());
  if (gather < std::chrono::milliseconds{1})
    return serve_all(self);
  my.gathering = true;
  self->delayed_send(self, gather, serve_subscribers{});
}

void take(hub_pointer self, const event_page& page) {
  auto& my = self->state;
  my.newest.insert(my.newest.end(), page.events.begin(), page.events.end());
  while (my.newest.size() > most_newest)
    my.newest.pop_front();
  my.shared.clear();
  my.head = page.events.back().position;
  serve_soon(self);
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
  serve_soon(self);
}

void follow_from_the_end(hub_pointer self) {
  self->monitor(self->state.journal);
  self->request(self->state.journal, catch_up_timeout, read_debts{})
      .await(
          [self](const debts& owed) {
            self->state.head = owed.head;
            await_next_page(self, self->state.journal, {owed.head},
                            [self](const event_page& page) { take(self, page); });
          },
          [self](caf::error& why) { self->quit(std::move(why)); });
}

} // namespace

telemetry_hub_interface::behavior_type telemetry_hub(hub_pointer self, journal_actor journal,
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
      [self](serve_subscribers) {
        self->state.gathering = false;
        serve_all(self);
      },
      [self](const check_subscriber& m) { check(self, m.listener); },
  };
}

} // namespace berth::actors
