#include "actors/node_fleet_actor.hpp"

#include "actors/log_follower.hpp"

#include <utility>

namespace berth::actors {

namespace {

using fleet_pointer = node_fleet_actor::stateful_pointer<node_fleet_state>;

constexpr auto respawn_delay = std::chrono::seconds{1};

void spawn_monitor(fleet_pointer self, const domain::node_name& node) {
  auto monitor = self->spawn<caf::linked>(node_monitor, node, self->state.with);
  self->state.monitors.emplace(monitor.address(), node);
}

void take(fleet_pointer self, const event_page& page) {
  for (const auto& recorded : page.events)
    if (const auto* event = std::get_if<domain::node_event>(&recorded.event))
      if (const auto* registered = std::get_if<domain::node_registered>(event))
        spawn_monitor(self, registered->node);
}

/// A monitor has died, or whoever started the fleet wants its end.
void linked_ended(fleet_pointer self, caf::exit_msg& exit) {
  auto monitor = self->state.monitors.extract(exit.source);
  if (!monitor)
    return self->quit(std::move(exit.reason));
  self->state.with.log.warn("node monitor died and will be started again",
                            {{"node", monitor.mapped().value}, {"why", text_of(exit.reason)}});
  self->delayed_send(self, respawn_delay, respawn_monitor{monitor.mapped()});
}

} // namespace

node_fleet_actor::behavior_type node_fleet(fleet_pointer self, const journal_actor& journal,
                                           node_monitor_collaborators with) {
  self->state.with = std::move(with);
  self->set_exit_handler([self](caf::exit_msg& exit) { linked_ended(self, exit); });
  self->set_down_handler([self](const caf::down_msg&) { self->quit(journal_has_ended()); });
  follow_log(self, journal, 0, [self](const event_page& page) { take(self, page); });
  return {
      [self](const respawn_monitor& m) { spawn_monitor(self, m.node); },
  };
}

} // namespace berth::actors
