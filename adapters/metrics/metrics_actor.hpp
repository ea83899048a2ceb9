#pragma once

#include "actors/metrics.hpp"
#include "actors/protocol.hpp"
#include "adapters/metrics/event_metrics.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <memory>
#include <optional>
#include <string>

namespace berth::metrics {

/// Answers scrapes and listens to telemetry.
using metrics_interface = actors::metrics_actor::extend_with<actors::telemetry_listener_actor>;

struct metrics_collaborators {
  actors::journal_actor journal;
  actors::session_directory_actor directory;
  actors::telemetry_hub_actor hub;
  std::shared_ptr<prometheus::Registry> registry; ///< shared with the meter of the parts
  std::string version;                            ///< of Berth
  domain::time_point started_at;                  ///< the process
};

struct metrics_state {
  static inline constexpr const char* name = "metrics";

  metrics_collaborators with;
  std::optional<event_metrics> counts;
  prometheus::Gauge* actors = nullptr;
};

/// Counts from the log's present end. Scrapes wait until it knows what is open there; it ends when
/// it cannot learn that.
metrics_interface::behavior_type metrics(metrics_interface::stateful_pointer<metrics_state> self,
                                         metrics_collaborators with);

} // namespace berth::metrics
