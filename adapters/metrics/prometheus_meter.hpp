#pragma once

#include "actors/meter.hpp"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace berth::metrics {

/// Counts what parts report. The registry is safe from any thread, and so is this.
class prometheus_meter final : public actors::meter {
public:
  explicit prometheus_meter(std::shared_ptr<prometheus::Registry> registry);

  void committed(std::size_t appends, time_taken took) override;
  void proxmox_called(std::string_view route, std::string_view outcome, time_taken took) override;
  void request_answered(std::string_view route, int status, time_taken took) override;
  void decided(domain::vm_row row) override;
  void changed(actors::gauge what, std::int64_t by) override;

private:
  /// What is counted of one route; found once, because finding costs more than counting.
  struct route_metrics {
    std::map<int, prometheus::Counter*> by_status;
    prometheus::Histogram* seconds = nullptr;
  };

  prometheus::Gauge& gauge_of(actors::gauge what) const;

  std::shared_ptr<prometheus::Registry> registry_; ///< owns everything below
  prometheus::Histogram& append_seconds_;
  prometheus::Histogram& append_batch_;
  prometheus::Family<prometheus::Counter>& proxmox_calls_;
  prometheus::Family<prometheus::Histogram>& proxmox_call_seconds_;
  prometheus::Family<prometheus::Counter>& http_requests_;
  prometheus::Family<prometheus::Histogram>& http_request_seconds_;
  prometheus::Family<prometheus::Counter>& vm_decisions_;
  prometheus::Gauge& pending_appends_;
  prometheus::Gauge& requests_in_flight_;
  prometheus::Gauge& connections_;
  prometheus::Gauge& event_streams_;
  std::mutex routes_lock_;
  std::map<std::string, route_metrics, std::less<>> routes_;
};

} // namespace berth::metrics
