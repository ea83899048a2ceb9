#include "adapters/metrics/metrics_actor.hpp"

#include "actors/log_follower.hpp"
#include "adapters/metrics/families.hpp"

#include <prometheus/text_serializer.h>

#include <utility>

namespace berth::metrics {

namespace {

using metrics_pointer = metrics_interface::stateful_pointer<metrics_state>;

void follow(metrics_pointer self, const actors::debts& owed, const actors::session_list& open,
            const actors::stream_history& differences) {
  auto& my = self->state;
  my.counts->begin(owed.open_sessions, open.sessions, differences.events, owed.head);
  self->send(my.with.hub, actors::subscribe_telemetry{self, owed.head});
}

void read_differences(metrics_pointer self, const actors::debts& owed,
                      const actors::session_list& open) {
  actors::read_stream wanted{std::string{eventstore::reconciliation_stream}};
  self->request(self->state.with.journal, actors::catch_up_timeout, std::move(wanted))
      .await([self, owed,
              open](const actors::stream_history& history) { follow(self, owed, open, history); },
             [self](caf::error& why) { self->quit(std::move(why)); });
}

void read_open_sessions(metrics_pointer self, const actors::debts& owed) {
  actors::find_sessions wanted{owed.open_sessions, owed.head};
  self->request(self->state.with.directory, actors::catch_up_timeout, std::move(wanted))
      .await([self, owed](const actors::session_list& open) { read_differences(self, owed, open); },
             [self](caf::error& why) { self->quit(std::move(why)); });
}

void start(metrics_pointer self) {
  self->request(self->state.with.journal, actors::catch_up_timeout, actors::read_debts{})
      .await([self](const actors::debts& owed) { read_open_sessions(self, owed); },
             [self](caf::error& why) { self->quit(std::move(why)); });
}

void describe_process(metrics_pointer self) {
  auto& my = self->state;
  auto& registry = *my.with.registry;
  std::chrono::duration<double> since_epoch = my.with.started_at.time_since_epoch();
  lone_gauge(registry, "process_start_time_seconds", "When the process started, in Unix seconds.")
      .Set(since_epoch.count());
  gauges(registry, "berth_build_info", "Always 1.").Add({{"version", my.with.version}}).Set(1);
  my.actors = &lone_gauge(registry, "berth_actors", "Actors that run.");
}

actors::exposition expose(metrics_pointer self) {
  auto& my = self->state;
  my.actors->Set(static_cast<double>(self->system().registry().running()));
  return {prometheus::TextSerializer{}.Serialize(my.with.registry->Collect())};
}

} // namespace

metrics_interface::behavior_type metrics(metrics_pointer self, metrics_collaborators with) {
  auto& my = self->state;
  my.with = std::move(with);
  my.counts.emplace(my.with.registry);
  describe_process(self);
  start(self);
  return {
      [self](const actors::scrape&) { return expose(self); },
      [self](const actors::telemetry_batch& m) {
        // Loads first: a node that was removed meanwhile does not come back.
        for (const auto& sample : m.loads)
          self->state.counts->measure(sample);
        for (const auto& happened : m.events)
          self->state.counts->count(happened);
        return actors::telemetry_acknowledged{};
      },
  };
}

} // namespace berth::metrics
