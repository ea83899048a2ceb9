#pragma once

#include "domain/placement/node_load.hpp"
#include "domain/reconciliation/reconciliation.hpp"
#include "eventstore/read_model.hpp"
#include "eventstore/recorded_event.hpp"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace berth::metrics {

/// Counts what the log and the nodes show. Counters begin at zero with the process, gauges with
/// what is there.
class event_metrics {
public:
  explicit event_metrics(std::shared_ptr<prometheus::Registry> registry);

  /// Begins at `head`, with every session that is not closed there, as far as there are `rows` of
  /// them, and what has happened about differences between log and cluster; what is behind `head`
  /// comes again.
  void begin(const std::vector<domain::session_id>& open,
             const std::vector<eventstore::session_row>& rows,
             const std::vector<eventstore::recorded_event>& differences, std::uint64_t head);

  /// Counts the next event.
  void count(const eventstore::recorded_event& happened);

  /// Shows the newest measurement of a node.
  void measure(const domain::node_sample& sample);

private:
  /// A session that is pending, or over and not closed.
  struct inactive_session {
    domain::template_id from_template;
    domain::time_point requested_at;
    prometheus::Gauge* counted_in = nullptr; ///< nothing while nobody knows its status
  };
  struct node_gauges {
    prometheus::Gauge* online = nullptr;
    prometheus::Gauge* load = nullptr; ///< nothing while the node does not answer
  };

  void count(const domain::session_id& id, const domain::session_event& happened,
             domain::time_point at);
  void count(const domain::reconciliation_event& happened, domain::time_point at);
  void show_differences();
  void activate(const domain::session_id& id, domain::time_point at);
  void close(const domain::session_id& id);
  void show(const domain::session_id& id, const std::string& status);
  void hide_load(node_gauges& node);
  void forget_node(const std::string& stream);

  std::shared_ptr<prometheus::Registry> registry_; ///< owns everything below
  prometheus::Family<prometheus::Counter>& launches_;
  prometheus::Family<prometheus::Counter>& ends_;
  prometheus::Family<prometheus::Counter>& failures_;
  prometheus::Family<prometheus::Counter>& failed_attempts_;
  prometheus::Family<prometheus::Histogram>& time_to_active_;
  prometheus::Family<prometheus::Gauge>& sessions_;
  prometheus::Family<prometheus::Gauge>& node_load_;
  prometheus::Family<prometheus::Gauge>& node_online_;
  prometheus::Family<prometheus::Gauge>& differences_;
  prometheus::Gauge& position_;
  prometheus::Gauge& active_;                               ///< one of `sessions_`
  std::map<domain::session_id, inactive_session> inactive_; ///< all others are active, or closed
  std::map<domain::node_name, node_gauges> nodes_;
  domain::reconciliation reconciliation_;
};

} // namespace berth::metrics
