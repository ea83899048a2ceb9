#include "adapters/http/event_feed_actor.hpp"

#include "adapters/http/event_text.hpp"
#include "adapters/http/exchange.hpp"

#include <caf/exit_reason.hpp>

#include <algorithm>
#include <utility>

namespace berth::http {

namespace {

using feed_pointer = event_feed_actor::stateful_pointer<event_feed_state>;
using actors::telemetry_acknowledged;
using actors::telemetry_batch;

constexpr std::uint32_t most_own_sessions = 10'000;

/// Whether the reader's right to the stream ends with this event. Also when their role changes: the
/// next stream has the new one's topics.
bool ends_stream(const event_feed& feed, const eventstore::recorded_event& recorded) {
  const auto* event = std::get_if<domain::user_event>(&recorded.event);
  if (!event || recorded.stream != eventstore::stream_of(feed.who.id))
    return false;
  const auto& credential = feed.who.credential_hash;
  if (const auto* revoked = std::get_if<domain::token_revoked>(event))
    return revoked->token_hash == credential;
  if (const auto* out = std::get_if<domain::signed_out>(event))
    return out->cookie_hash == credential;
  if (std::holds_alternative<domain::password_changed>(*event))
    return feed.who.by_cookie;
  return std::holds_alternative<domain::user_disabled>(*event)
         || std::holds_alternative<domain::role_changed>(*event);
}

bool may_see(event_feed_state& my, const eventstore::recorded_event& recorded) {
  if (my.feed.shows_all)
    return true;
  const auto* event = std::get_if<domain::session_event>(&recorded.event);
  if (!event)
    return false;
  if (const auto* requested = std::get_if<domain::session_requested>(event);
      requested && requested->owner == my.feed.who.id)
    my.own.insert(requested->id);
  return my.own.contains(*eventstore::session_of(recorded.stream));
}

// -- to the connection --------------------------------------------------------

void add(event_feed_state& my, std::string text) {
  my.unsent.push_back(std::make_shared<const std::string>(std::move(text)));
}

/// Gives the connection what there is, if it waits for it.
void flush(feed_pointer self) {
  auto& my = self->state;
  if (!my.waiting || my.unsent.empty())
    return;
  my.last_chunk = self->clock().now();
  std::exchange(my.waiting, nullptr)->answer({std::exchange(my.unsent, {})});
}

/// The connection is told, because nobody is left who could answer it.
void end(feed_pointer self) {
  self->state.waiting.reset();
  self->quit(caf::exit_reason::user_shutdown);
}

/// Asks the hub for more once nothing of the last batch is left.
void acknowledge(event_feed_state& my) {
  if (!my.unacknowledged || !my.is_shown || !my.unsent.empty())
    return;
  my.unacknowledged->deliver(telemetry_acknowledged{});
  my.unacknowledged.reset();
}

// -- from the hub -------------------------------------------------------------

void finish(feed_pointer self, const std::vector<domain::node_sample>& loads) {
  auto& my = self->state;
  if (my.feed.shows_all && !loads.empty()) {
    std::string text;
    for (const auto& sample : loads)
      text += load_text(sample);
    add(my, std::move(text));
  }
  my.is_shown = true;
  acknowledge(my);
  flush(self);
}

void show(event_feed_state& my, const printed_events& printed, const std::vector<bool>& visible) {
  if (my.feed.shows_all)
    return my.unsent.push_back(printed.all);
  std::string text;
  for (std::size_t i = 0; i < visible.size(); ++i)
    if (visible[i])
      text += printed.for_owners[i];
  add(my, std::move(text));
}

void take(feed_pointer self, const telemetry_batch& batch) {
  auto& my = self->state;
  std::vector<bool> visible;
  for (const auto& recorded : batch.events) {
    if (ends_stream(my.feed, recorded))
      return end(self);
    my.position = recorded.position;
    visible.push_back(may_see(my, recorded));
  }
  if (std::ranges::find(visible, true) == visible.end())
    return finish(self, batch.loads);
  // Without a timeout, of which there would be one for every batch: the printer has one itself.
  self->request(my.with.printer, caf::infinite, print_events{batch.events})
      .then(
          [self, visible = std::move(visible), loads = batch.loads](const printed_ptr& printed) {
            show(self->state, *printed, visible);
            finish(self, loads);
          },
          [self](const caf::error&) { end(self); });
}

void subscribe(feed_pointer self) {
  auto& my = self->state;
  self->send(my.with.hub,
             actors::subscribe_telemetry{caf::actor_cast<actors::telemetry_listener_actor>(self),
                                         my.feed.after});
}

/// A reader who sees only their own sessions must know which those are.
void begin(feed_pointer self) {
  auto& my = self->state;
  if (my.feed.shows_all)
    return subscribe(self);
  actors::list_sessions wanted{{.owner = my.feed.who.id, .limit = most_own_sessions},
                               my.feed.after};
  self->request(my.with.directory, patience, wanted)
      .then(
          [self](const actors::session_list& list) {
            for (const auto& row : list.sessions)
              self->state.own.insert(row.id);
            subscribe(self);
          },
          [self](const caf::error&) { end(self); });
}

/// Somebody who has lost the right to the stream gets no heartbeat, but its end.
void check_reader(feed_pointer self) {
  auto& my = self->state;
  self->request(my.with.accounts, patience,
                actors::authenticate{my.feed.who.credential_hash, my.feed.who.by_cookie})
      .then(
          [self](const actors::caller&) {
            add(self->state, heartbeat_text(self->state.position));
            flush(self);
          },
          [self](const caf::error&) { end(self); });
}

/// There is one timer at a time, however much is sent.
void await_silence(feed_pointer self) {
  auto silent = self->clock().now() - self->state.last_chunk;
  constexpr caf::actor_clock::duration_type none{};
  self->delayed_send(self, std::max(none, heartbeat - silent), beat{});
}

void note_beat(feed_pointer self) {
  auto& my = self->state;
  auto now = self->clock().now();
  if (now - my.last_chunk >= heartbeat) {
    my.last_chunk = now;
    if (my.waiting)
      check_reader(self);
  }
  await_silence(self);
}

} // namespace

event_feed_actor::behavior_type event_feed_stream(feed_pointer self, event_feed feed,
                                                  facade_collaborators with) {
  auto& my = self->state;
  my.with = std::move(with);
  my.feed = std::move(feed);
  my.position = my.feed.after;
  add(my, opening_text(my.feed.after, my.feed.is_reset));
  my.last_chunk = self->clock().now();
  self->monitor(my.with.hub);
  self->set_down_handler([self](const caf::down_msg&) { end(self); });
  self->set_exit_handler([self](const caf::exit_msg&) { end(self); });
  begin(self);
  await_silence(self);
  return {
      [self](const telemetry_batch& batch) {
        auto promise = self->make_response_promise<telemetry_acknowledged>();
        self->state.unacknowledged = promise;
        self->state.is_shown = false;
        take(self, batch);
        return promise;
      },
      [self](next_chunk& m) {
        self->state.waiting = std::move(m.to);
        acknowledge(self->state);
        flush(self);
      },
      [self](beat) { note_beat(self); },
  };
}

} // namespace berth::http
