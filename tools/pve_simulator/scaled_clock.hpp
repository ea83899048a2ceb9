#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

namespace berth::pve_simulator {

/// Where a simulated cluster has its time from.
struct time_source {
  std::function<double()> seconds;    ///< since some moment, never going back
  std::int64_t unix_time_at_zero = 0; ///< of that moment

  /// The machine's own time, counted from now on.
  static time_source machine() {
    using steady = std::chrono::steady_clock;
    using wall = std::chrono::system_clock;
    auto since = [started = steady::now()] {
      return std::chrono::duration<double>{steady::now() - started}.count();
    };
    auto now = wall::now().time_since_epoch();
    return {since, std::chrono::duration_cast<std::chrono::seconds>(now).count()};
  }
};

/// The simulated cluster's time: it runs `scale` times as fast as its source, and can be pushed
/// forward.
class scaled_clock {
public:
  explicit scaled_clock(double scale, time_source source = time_source::machine())
      : scale_(scale), source_(std::move(source)) {}

  /// Simulated seconds since the simulator started.
  double now() const { return source_.seconds() * scale_ + pushed_; }

  /// Simulated Unix time at `seconds` after the start.
  std::int64_t date_at(double seconds) const {
    return source_.unix_time_at_zero + static_cast<std::int64_t>(seconds);
  }

  void push(double seconds) { pushed_ += seconds; }

  /// How long `simulated` seconds take in reality.
  std::chrono::nanoseconds real(double simulated) const {
    return std::chrono::nanoseconds{static_cast<std::int64_t>(simulated / scale_ * 1e9)};
  }

private:
  double scale_;
  double pushed_ = 0;
  time_source source_;
};

} // namespace berth::pve_simulator
