#include "adapters/metrics/prometheus_meter.hpp"

#include "adapters/metrics/families.hpp"

#include <string>
#include <utility>

namespace berth::metrics {

namespace {

using buckets = prometheus::Histogram::BucketBoundaries;

/// Seconds: a sync takes a millisecond on a good disk, and half a second on a bad one.
const buckets of_appends{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5};
/// Up to the journal's largest batch.
const buckets of_batches{1, 2, 4, 8, 16, 32, 64, 128, 256};
/// Seconds, up to the timeout of a call.
const buckets of_calls{0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40};
/// Seconds.
const buckets of_requests{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

double seconds(actors::meter::time_taken took) {
  return std::chrono::duration<double>{took}.count();
}

} // namespace

prometheus_meter::prometheus_meter(std::shared_ptr<prometheus::Registry> registry)
    : registry_(std::move(registry)),
      append_seconds_(histograms(*registry_, "berth_append_seconds",
                                 "Time that a commit of the event log took.")
                          .Add({}, of_appends)),
      append_batch_(
          histograms(*registry_, "berth_append_batch", "Appends that were committed together.")
              .Add({}, of_batches)),
      proxmox_calls_(
          counters(*registry_, "berth_proxmox_calls_total", "Calls that were made to Proxmox.")),
      proxmox_call_seconds_(histograms(*registry_, "berth_proxmox_call_seconds",
                                       "Time that calls to Proxmox took, failed ones too.")),
      http_requests_(
          counters(*registry_, "berth_http_requests_total", "Requests that the API answered.")),
      http_request_seconds_(histograms(*registry_, "berth_http_request_seconds",
                                       "Time from a request to its answer.")),
      vm_decisions_(counters(*registry_, "berth_vm_decisions_total",
                             "Looks at sessions' VMs, by the row of the decision table that "
                             "followed.")),
      pending_appends_(lone_gauge(*registry_, "berth_pending_appends",
                                  "Appends that wait to be committed, or are being committed.")),
      requests_in_flight_(lone_gauge(*registry_, "berth_http_requests_in_flight",
                                     "Requests that the API has not answered yet.")),
      connections_(lone_gauge(*registry_, "berth_connections", "Open connections to the API.")),
      event_streams_(lone_gauge(*registry_, "berth_event_streams", "Open streams of events.")) {}

void prometheus_meter::committed(std::size_t appends, time_taken took) {
  append_seconds_.Observe(seconds(took));
  append_batch_.Observe(static_cast<double>(appends));
}

void prometheus_meter::proxmox_called(std::string_view route, std::string_view outcome,
                                      time_taken took) {
  std::string name{route};
  proxmox_calls_.Add({{"route", name}, {"outcome", std::string{outcome}}}).Increment();
  proxmox_call_seconds_.Add({{"route", name}}, of_calls).Observe(seconds(took));
}

void prometheus_meter::request_answered(std::string_view route, int status, time_taken took) {
  std::lock_guard held{routes_lock_};
  auto known = routes_.find(route);
  if (known == routes_.end())
    known = routes_.try_emplace(std::string{route}).first;
  auto& of = known->second;
  if (!of.seconds)
    of.seconds = &http_request_seconds_.Add({{"route", known->first}}, of_requests);
  auto& counter = of.by_status[status];
  if (!counter)
    counter = &http_requests_.Add({{"route", known->first}, {"status", std::to_string(status)}});
  counter->Increment();
  of.seconds->Observe(seconds(took));
}

void prometheus_meter::decided(domain::vm_row row) {
  vm_decisions_.Add({{"row", std::string{domain::to_string(row)}}}).Increment();
}

void prometheus_meter::changed(actors::gauge what, std::int64_t by) {
  gauge_of(what).Increment(static_cast<double>(by));
}

prometheus::Gauge& prometheus_meter::gauge_of(actors::gauge what) const {
  switch (what) {
  case actors::gauge::pending_appends:
    return pending_appends_;
  case actors::gauge::requests_in_flight:
    return requests_in_flight_;
  case actors::gauge::connections:
    return connections_;
  case actors::gauge::event_streams:
    break;
  }
  return event_streams_;
}

} // namespace berth::metrics
