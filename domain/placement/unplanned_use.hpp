#pragma once

#include "domain/placement/node_load.hpp"
#include "domain/time.hpp"

namespace berth::domain {

/// What is in use of a node beside what our VMs were placed with: by others, by the host, and less
/// than nothing when our VMs use less than they may. It is an average over measurements, because
/// single ones differ more from each other than nodes do; what no noise explains counts at once,
/// except that RAM is free.
class unplanned_use {
public:
  /// Takes the first measurement of a node, or the first after it was away.
  void begin(const usage& measured) { is_ = measured; }

  /// Takes a further measurement, so long after the one before, that may be off by `noise`. It
  /// tells a range only, as long as nobody knows whether it contains what has just been started.
  void learn(const usage& least, const usage& most, const usage& noise, duration since_last);

  /// Notes that past measurements contained this, which is planned after all.
  void exclude(const usage& planned) { is_ = is_ - planned; }

  /// Notes that a VM is gone that was planned with `use`, one of those that past measurements
  /// contained, which were planned with `all`: what they used less than planned goes in proportion.
  void release(const usage& use, const usage& all);

  const usage& is() const { return is_; }

private:
  usage is_;
};

} // namespace berth::domain
