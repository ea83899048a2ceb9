#pragma once

#include "tools/simulation/world/world_clock.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>

namespace berth::simulation {

/// What happened in a world, for people, and its fingerprint, by which two runs are compared.
class trace {
public:
  /// Every line also goes to `show` as it comes, if that is set.
  trace(const world_clock& clock, std::function<void(const std::string&)> show)
      : clock_{clock}, show_{std::move(show)} {}

  void note(const std::string& what);

  /// The newest lines, oldest first.
  const std::deque<std::string>& newest() const { return lines_; }

  /// Depends on every line and its time.
  std::uint64_t fingerprint() const { return fingerprint_; }

private:
  static constexpr std::size_t remembered = 200;

  const world_clock& clock_;
  std::function<void(const std::string&)> show_;
  std::deque<std::string> lines_;
  std::uint64_t fingerprint_ = 0xcbf29ce484222325;
};

} // namespace berth::simulation
