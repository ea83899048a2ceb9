#include "adapters/metrics/prometheus_meter.hpp"

#include <doctest/doctest.h>
#include <prometheus/text_serializer.h>

#include <string>

using namespace berth;
using namespace std::chrono_literals;

namespace {

struct fixture {
  std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
  metrics::prometheus_meter meter{registry};

  bool shows(const std::string& line) const {
    auto text = prometheus::TextSerializer{}.Serialize(registry->Collect());
    CAPTURE(text);
    return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "meter: calls to Proxmox are counted by route and outcome") {
  meter.proxmox_called("GET /nodes", "ok", 30ms);
  meter.proxmox_called("GET /nodes", "ok", 300ms);
  meter.proxmox_called("GET /nodes", "5xx", 3s);
  CHECK(shows(R"(berth_proxmox_calls_total{outcome="ok",route="GET /nodes"} 2)"));
  CHECK(shows(R"(berth_proxmox_calls_total{outcome="5xx",route="GET /nodes"} 1)"));
  CHECK(shows(R"(berth_proxmox_call_seconds_bucket{route="GET /nodes",le="0.5"} 2)"));
  CHECK(shows(R"(berth_proxmox_call_seconds_count{route="GET /nodes"} 3)"));
}

TEST_CASE_FIXTURE(fixture, "meter: requests are counted by route and status") {
  meter.request_answered("GET /sessions/{id}", 200, 2ms);
  meter.request_answered("GET /sessions/{id}", 404, 2ms);
  CHECK(shows(R"(berth_http_requests_total{route="GET /sessions/{id}",status="404"} 1)"));
  CHECK(shows(R"(berth_http_request_seconds_count{route="GET /sessions/{id}"} 2)"));
}

TEST_CASE_FIXTURE(fixture, "meter: a commit counts once, with the size of its batch") {
  meter.committed(3, 2ms);
  CHECK(shows(R"(berth_append_seconds_bucket{le="0.001"} 0)"));
  CHECK(shows(R"(berth_append_seconds_bucket{le="0.0025"} 1)"));
  CHECK(shows("berth_append_batch_sum 3"));
}

TEST_CASE_FIXTURE(fixture, "meter: gauges go up and down, each by itself") {
  using actors::gauge;
  for (auto what : {gauge::pending_appends, gauge::requests_in_flight, gauge::connections,
                    gauge::event_streams})
    meter.changed(what, 3);
  meter.changed(gauge::pending_appends, -3);
  meter.changed(gauge::requests_in_flight, -2);
  meter.changed(gauge::connections, -1);
  CHECK(shows("berth_pending_appends 0"));
  CHECK(shows("berth_http_requests_in_flight 1"));
  CHECK(shows("berth_connections 2"));
  CHECK(shows("berth_event_streams 3"));
}

TEST_CASE_FIXTURE(fixture, "meter: decisions are counted by the row of the table") {
  meter.decided(domain::vm_row::clone_unsent);
  meter.decided(domain::vm_row::clone_unsent);
  CHECK(shows(R"(berth_vm_decisions_total{row="clone_unsent"} 2)"));
}
