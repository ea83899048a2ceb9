#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <string>

namespace berth::metrics {

inline prometheus::Family<prometheus::Counter>&
counters(prometheus::Registry& in, const std::string& name, const std::string& help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(in);
}

inline prometheus::Family<prometheus::Gauge>&
gauges(prometheus::Registry& in, const std::string& name, const std::string& help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(in);
}

inline prometheus::Family<prometheus::Histogram>&
histograms(prometheus::Registry& in, const std::string& name, const std::string& help) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(in);
}

/// A family of one, without labels.
inline prometheus::Gauge& lone_gauge(prometheus::Registry& in, const std::string& name,
                                     const std::string& help) {
  return gauges(in, name, help).Add({});
}

} // namespace berth::metrics
