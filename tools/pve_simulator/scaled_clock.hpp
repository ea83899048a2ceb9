#pragma once

#include <chrono>
#include <cstdint>

namespace berth::pve_simulator {

/// The simulated cluster's time: it runs `scale` times as fast as ours, and can be pushed forward.
class scaled_clock {
public:
  explicit scaled_clock(double scale) : scale_(scale) {}

  /// Simulated seconds since the simulator started.
  double now() const {
    std::chrono::duration<double> real = std::chrono::steady_clock::now() - started_;
    return real.count() * scale_ + pushed_;
  }

  /// Simulated Unix time at `seconds` after the start.
  std::int64_t date_at(double seconds) const {
    return epoch_at_start_ + static_cast<std::int64_t>(seconds);
  }

  void push(double seconds) { pushed_ += seconds; }

  /// How long `simulated` seconds take in reality.
  std::chrono::nanoseconds real(double simulated) const {
    return std::chrono::nanoseconds{static_cast<std::int64_t>(simulated / scale_ * 1e9)};
  }

private:
  double scale_;
  double pushed_ = 0;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::int64_t epoch_at_start_ = std::chrono::duration_cast<std::chrono::seconds>(
                                     std::chrono::system_clock::now().time_since_epoch())
                                     .count();
};

} // namespace berth::pve_simulator
