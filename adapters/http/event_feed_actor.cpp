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

/// Gives the connection what there is, if it waits for it.
void flush(feed_pointer self) {
  auto& my = self->state;
  if (!my.waiting || my.unsent.empty())
    return;
  ++my.chunks;
  auto to = std::move(*my.waiting);
  my.waiting.reset();
  to.deliver(feed_chunk{std::exchange(my.unsent, {})});
}

void await_silence(feed_pointer self) {
  self->delayed_send(self, heartbeat, beat{self->state.chunks});
}

/// CAF tells nobody that a promise will not be kept.
void end(feed_pointer self) {
  if (auto& waiting = self->state.waiting)
    waiting->deliver(caf::make_error(caf::exit_reason::user_shutdown));
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

void show(feed_pointer self, const std::vector<eventstore::recorded_event>& visible,
          const std::vector<domain::node_sample>& loads,
          const std::vector<eventstore::session_row>& rows) {
  auto& my = self->state;
  shown how{my.with.now(), my.with.has_desktops, my.feed.shows_all};
  for (const auto& recorded : visible) {
    auto id = eventstore::session_of(recorded.stream);
    auto row = std::ranges::find_if(rows, [&id](const auto& r) { return id && r.id == *id; });
    if (!id)
      my.unsent += other_text(recorded);
    else
      my.unsent += session_text(recorded, row == rows.end() ? nullptr : &*row, how);
  }
  if (my.feed.shows_all)
    for (const auto& sample : loads)
      my.unsent += load_text(sample);
  my.is_shown = true;
  acknowledge(my);
  flush(self);
}

void take(feed_pointer self, telemetry_batch batch) {
  auto& my = self->state;
  std::vector<eventstore::recorded_event> visible;
  std::set<domain::session_id> touched;
  for (auto& recorded : batch.events) {
    if (ends_stream(my.feed, recorded))
      return end(self);
    my.position = recorded.position;
    if (!may_see(my, recorded))
      continue;
    if (auto id = eventstore::session_of(recorded.stream))
      touched.insert(*id);
    visible.push_back(std::move(recorded));
  }
  if (touched.empty())
    return show(self, visible, batch.loads, {});
  self->request(my.with.directory, patience,
                actors::find_sessions{{touched.begin(), touched.end()}, my.position})
      .then([self, visible = std::move(visible), loads = std::move(batch.loads)](
                const actors::session_list& list) { show(self, visible, loads, list.sessions); },
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
  actors::list_sessions wanted{{.owner = my.feed.who.id, .limit = most_own_sessions}, 0};
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
            self->state.unsent += heartbeat_text(self->state.position);
            flush(self);
          },
          [self](const caf::error&) { end(self); });
}

} // namespace

event_feed_actor::behavior_type event_feed_stream(feed_pointer self, event_feed feed,
                                                  facade_collaborators with) {
  auto& my = self->state;
  my.with = std::move(with);
  my.feed = std::move(feed);
  my.position = my.feed.after;
  my.unsent = opening_text(my.feed.after, my.feed.is_reset);
  self->monitor(my.with.hub);
  self->set_down_handler([self](const caf::down_msg&) { end(self); });
  self->set_exit_handler([self](const caf::exit_msg&) { end(self); });
  begin(self);
  return {
      [self](telemetry_batch& batch) {
        auto promise = self->make_response_promise<telemetry_acknowledged>();
        self->state.unacknowledged = promise;
        self->state.is_shown = false;
        take(self, std::move(batch));
        return promise;
      },
      [self](next_chunk) {
        auto& my = self->state;
        auto promise = self->make_response_promise<feed_chunk>();
        my.waiting = promise;
        acknowledge(my);
        flush(self);
        await_silence(self);
        return promise;
      },
      [self](const beat& m) {
        if (self->state.waiting && m.chunk == self->state.chunks)
          check_reader(self);
      },
  };
}

} // namespace berth::http
