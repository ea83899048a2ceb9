#include "adapters/http/event_printer_actor.hpp"

#include "adapters/http/event_text.hpp"
#include "adapters/http/exchange.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace berth::http {

namespace {

using printer_pointer = event_printer_actor::stateful_pointer<event_printer_state>;
using batch = event_printer_state::batch;

/// Readers that keep up ask for the same few; whoever is behind for some of their own.
constexpr std::size_t remembered = 16;

batch* find(event_printer_state& my, const actors::event_list& events) {
  auto found = std::ranges::find(my.batches, events, &batch::events);
  return found == my.batches.end() ? nullptr : &*found;
}

printed_ptr print(const event_printer_state& my, const actors::event_list& events,
                  const std::vector<eventstore::session_row>& rows) {
  std::string all;
  auto printed = std::make_shared<printed_events>();
  shown to_owner{my.now(), my.has_desktops, false};
  shown to_admin{to_owner.now, my.has_desktops, true};
  for (const auto& recorded : events) {
    auto id = eventstore::session_of(recorded.stream);
    if (!id) {
      all += other_text(recorded);
      printed->for_owners.emplace_back();
      continue;
    }
    auto row = std::ranges::find(rows, *id, &eventstore::session_row::id);
    const auto* known = row == rows.end() ? nullptr : &*row;
    all += session_text(recorded, known, to_admin);
    printed->for_owners.push_back(session_text(recorded, known, to_owner));
  }
  printed->all = std::make_shared<const std::string>(std::move(all));
  return printed;
}

void finish(event_printer_state& my, const actors::event_list& events,
            const std::vector<eventstore::session_row>& rows) {
  auto* done = find(my, events);
  if (!done)
    return;
  done->printed = print(my, events, rows);
  for (auto& reader : std::exchange(done->waiting, {}))
    reader.deliver(done->printed);
}

void fail(event_printer_state& my, const actors::event_list& events, const caf::error& why) {
  auto* failed = find(my, events);
  if (!failed)
    return;
  for (auto& reader : std::exchange(failed->waiting, {}))
    reader.deliver(why);
  std::erase_if(my.batches, [&events](const batch& b) { return b.events == events; });
}

void begin(printer_pointer self, const actors::event_list& events) {
  auto& my = self->state;
  std::set<domain::session_id> touched;
  for (const auto& recorded : events)
    if (auto id = eventstore::session_of(recorded.stream))
      touched.insert(*id);
  if (touched.empty())
    return finish(my, events, {});
  self->request(my.directory, patience,
                actors::find_sessions{{touched.begin(), touched.end()}, events.back().position})
      .then([self, events](
                const actors::session_list& list) { finish(self->state, events, list.sessions); },
            [self, events](const caf::error& why) { fail(self->state, events, why); });
}

/// Forgets the oldest that nobody waits for.
void make_room(event_printer_state& my) {
  auto done = std::ranges::find_if(my.batches, [](const batch& b) { return b.printed != nullptr; });
  if (my.batches.size() >= remembered && done != my.batches.end())
    my.batches.erase(done);
}

} // namespace

event_printer_actor::behavior_type event_printer(printer_pointer self,
                                                 actors::session_directory_actor directory,
                                                 std::function<domain::time_point()> now,
                                                 bool has_desktops) {
  auto& my = self->state;
  my.directory = std::move(directory);
  my.now = std::move(now);
  my.has_desktops = has_desktops;
  return {
      [self](const print_events& m) -> caf::result<printed_ptr> {
        auto& my = self->state;
        auto* known = find(my, m.events);
        if (known && known->printed)
          return known->printed;
        auto promise = self->make_response_promise<printed_ptr>();
        if (known) {
          known->waiting.push_back(promise);
          return promise;
        }
        make_room(my);
        my.batches.push_back({m.events, nullptr, {promise}});
        begin(self, m.events);
        return promise;
      },
  };
}

} // namespace berth::http
