#include "actors/load_history_actor.hpp"

#include "actors/log_follower.hpp"

namespace berth::actors {

namespace {

void remember(load_history_state& my, const domain::node_sample& sample) {
  if (!sample.online)
    return;
  auto& known = my.recent[sample.node];
  known.push_back(sample);
  if (known.size() > remembered_samples)
    known.pop_front();
}

void forget_removed(load_history_state& my, const event_page& page) {
  for (const auto& recorded : page.events) {
    const auto* event = std::get_if<domain::node_event>(&recorded.event);
    if (event && std::holds_alternative<domain::node_removed>(*event))
      std::erase_if(my.recent, [&recorded](const auto& entry) {
        return eventstore::stream_of(entry.first) == recorded.stream;
      });
  }
}

recent_loads copy(const load_history_state& my) {
  recent_loads all;
  for (const auto& [node, samples] : my.recent)
    all.recent[node] = {samples.begin(), samples.end()};
  return all;
}

} // namespace

load_history_actor::behavior_type
load_history(load_history_actor::stateful_pointer<load_history_state> self,
             const journal_actor& journal) {
  self->set_down_handler([self](const caf::down_msg&) { self->quit(journal_has_ended()); });
  follow_log_from_its_end(self, journal,
                          [self](const event_page& page) { forget_removed(self->state, page); });
  return {
      [self](const node_load& m) { remember(self->state, m.sample); },
      [self](const get_recent_loads&) { return copy(self->state); },
  };
}

} // namespace berth::actors
