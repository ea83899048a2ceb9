#include "actors/node_monitor_actor.hpp"

#include "actors/errors.hpp"

#include <utility>

namespace berth::actors {

namespace {

using monitor_pointer = node_monitor_actor::stateful_pointer<node_monitor_state>;

constexpr auto sample_timeout = std::chrono::seconds{60};

void report_change(node_monitor_state& my, bool online) {
  if (std::exchange(my.online, online) == online)
    return;
  if (online)
    my.with.log.info("node is online", {{"node", my.node.value}});
  else
    my.with.log.warn("node is offline", {{"node", my.node.value}});
}

void publish(monitor_pointer self, const domain::node_sample& sample) {
  report_change(self->state, sample.online);
  for (const auto& listener : self->state.with.listeners)
    self->send(listener, node_load{sample});
}

void wait_for_next(monitor_pointer self) {
  self->delayed_send(self, self->state.with.period, take_sample{});
}

} // namespace

node_monitor_actor::behavior_type node_monitor(monitor_pointer self, domain::node_name node,
                                               node_monitor_collaborators with) {
  self->state.node = std::move(node);
  self->state.with = std::move(with);
  self->send(self, take_sample{});
  return {
      [self](take_sample) {
        auto& my = self->state;
        self->request(my.with.hypervisor, sample_timeout, sample_node{my.node})
            .then(
                [self](const domain::node_sample& sample) {
                  publish(self, sample);
                  wait_for_next(self);
                },
                [self](const caf::error& why) {
                  self->state.with.log.debug(
                      "no sample", {{"node", self->state.node.value}, {"why", text_of(why)}});
                  wait_for_next(self);
                });
      },
  };
}

} // namespace berth::actors
