#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace berth::proxmox {

/// Keeps calls away from a cluster that refuses or does not answer as a whole. While it is open,
/// one call now and then may try: after 10 seconds, then doubling up to 60. Time is passed in.
class circuit {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Whether a call may go out now. When the circuit is open, a yes is a try, and the next one is
  /// due later.
  bool admits(time_point now) {
    if (!open_)
      return true;
    if (now < next_try_)
      return false;
    next_try_ = now + wait_;
    trying_ = true;
    return true;
  }

  /// True when this is news.
  bool fail(time_point now, std::string why) {
    // Calls that were under way when it opened fail late, and say nothing new.
    if (open_ && !std::exchange(trying_, false))
      return false;
    wait_ = open_ ? std::min(wait_ * 2, longest_wait) : first_wait;
    next_try_ = now + wait_;
    why_ = std::move(why);
    return !std::exchange(open_, true);
  }

  /// True when this is news.
  bool succeed() {
    wait_ = first_wait;
    trying_ = false;
    return std::exchange(open_, false);
  }

  bool open() const { return open_; }
  const std::string& why() const { return why_; }

private:
  static constexpr std::chrono::seconds first_wait{10};
  static constexpr std::chrono::seconds longest_wait{60};

  bool open_ = false;
  bool trying_ = false;
  std::chrono::seconds wait_ = first_wait;
  time_point next_try_;
  std::string why_;
};

} // namespace berth::proxmox
