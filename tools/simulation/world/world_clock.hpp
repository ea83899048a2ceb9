#pragma once

#include "domain/time.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>

namespace berth::simulation {

/// True time, which only ever goes forward; the clocks of processes may differ from it.
using world_time = std::chrono::steady_clock::time_point;

/// The time of one world, and what is going to happen in it.
class world_clock {
public:
  world_time now() const { return now_; }

  /// What the broker's machine believes the time to be.
  domain::time_point wall() const {
    return wall_at_start + std::chrono::duration_cast<domain::duration>(now_ - start) + skew;
  }

  /// Since the world began.
  domain::duration age() const {
    return std::chrono::duration_cast<domain::duration>(now_ - start);
  }

  /// By how much the broker's machine is wrong.
  domain::duration skew{};

  /// Lets `happen` happen at `when`, or next when that is past. Things of one moment happen in the
  /// order in which they were asked for.
  void at(world_time when, std::function<void()> happen) {
    agenda_.emplace(std::max(when, now_), std::move(happen));
  }
  void after(domain::duration wait, std::function<void()> happen) {
    at(now_ + wait, std::move(happen));
  }

  /// When the next thing happens.
  std::optional<world_time> next() const {
    if (agenda_.empty())
      return std::nullopt;
    return agenda_.begin()->first;
  }

  /// Lets time pass, and everything happen that is due by then.
  void advance(world_time to) {
    while (!agenda_.empty() && agenda_.begin()->first <= to) {
      auto due = agenda_.extract(agenda_.begin());
      now_ = std::max(now_, due.key());
      due.mapped()();
    }
    now_ = std::max(now_, to);
  }

  /// When every world begins: not at the clock's epoch, which means "no time" to CAF.
  static constexpr world_time start{std::chrono::hours{1}};
  static constexpr domain::time_point wall_at_start{
      std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}.time_since_epoch()
      + std::chrono::hours{9}};

private:
  world_time now_ = start;
  std::multimap<world_time, std::function<void()>> agenda_;
};

} // namespace berth::simulation
