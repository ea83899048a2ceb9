#include "actors/node_fleet_actor.hpp"

#include "actors/log_follower.hpp"

#include <algorithm>
#include <utility>

namespace berth::actors {

namespace {

using fleet_pointer = node_fleet_actor::stateful_pointer<node_fleet_state>;

constexpr auto respawn_delay = std::chrono::seconds{1};

/// Does nothing when the node has its monitor, or has been removed.
void spawn_monitor(fleet_pointer self, const std::string& stream) {
  auto& my = self->state;
  auto node = my.nodes.find(stream);
  if (node == my.nodes.end() || my.monitors.contains(stream))
    return;
  my.monitors.emplace(stream, self->spawn<caf::linked>(node_monitor, node->second, my.with));
}

/// It is forgotten when the news of its end arrives, like one that died.
void end_monitor(fleet_pointer self, const std::string& stream) {
  auto& my = self->state;
  my.nodes.erase(stream);
  if (auto monitor = my.monitors.find(stream); monitor != my.monitors.end())
    // In nobody's name: an exit message from a linked actor would end the link, and with it the
    // news.
    caf::anon_send_exit(monitor->second, caf::exit_reason::user_shutdown);
}

void take(fleet_pointer self, const event_page& page) {
  for (const auto& recorded : page.events) {
    const auto* event = std::get_if<domain::node_event>(&recorded.event);
    if (!event)
      continue;
    if (const auto* registered = std::get_if<domain::node_registered>(event)) {
      self->state.nodes.insert_or_assign(recorded.stream, registered->node);
      spawn_monitor(self, recorded.stream);
    } else if (std::holds_alternative<domain::node_removed>(*event))
      end_monitor(self, recorded.stream);
  }
}

/// A monitor has died, or whoever started the fleet wants its end.
void linked_ended(fleet_pointer self, caf::exit_msg& exit) {
  auto& my = self->state;
  auto dead = std::ranges::find(my.monitors, exit.source,
                                [](const auto& entry) { return entry.second.address(); });
  if (dead == my.monitors.end())
    return self->quit(std::move(exit.reason));
  auto stream = dead->first;
  my.monitors.erase(dead);
  auto node = my.nodes.find(stream);
  if (node == my.nodes.end())
    return;
  my.with.log.warn("node monitor ended and will be started again",
                   {{"node", node->second.value}, {"why", text_of(exit.reason)}});
  self->delayed_send(self, respawn_delay, respawn_monitor{stream});
}

} // namespace

node_fleet_actor::behavior_type node_fleet(fleet_pointer self, const journal_actor& journal,
                                           node_monitor_collaborators with) {
  self->state.with = std::move(with);
  self->set_exit_handler([self](caf::exit_msg& exit) { linked_ended(self, exit); });
  self->set_down_handler([self](const caf::down_msg&) { self->quit(journal_has_ended()); });
  follow_log(self, journal, all_unfinished, [self](const event_page& page) { take(self, page); });
  return {
      [self](const respawn_monitor& m) { spawn_monitor(self, m.stream); },
  };
}

} // namespace berth::actors
