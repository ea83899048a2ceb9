#pragma once

#include <chrono>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

namespace berth::simulation {

/// Everything random of one part of a world, drawn from a seed. The arithmetic is our own, because
/// the distributions of standard libraries differ.
class dice {
public:
  explicit dice(std::uint64_t seed) : source_{seed} {}

  /// 64 uniform bits.
  std::uint64_t bits() { return source_(); }

  /// 0 to `sides` - 1; `sides` is at least 1.
  std::uint64_t below(std::uint64_t sides) { return source_() % sides; }

  /// 0 to 1, without 1.
  double share() { return static_cast<double>(source_() >> 11) * 0x1p-53; }

  bool chance(double probability) { return share() < probability; }

  std::chrono::milliseconds between(std::chrono::milliseconds least,
                                    std::chrono::milliseconds most) {
    return least
           + std::chrono::milliseconds{
               below(static_cast<std::uint64_t>((most - least).count() + 1))};
  }

  /// A wait for something that comes once per `mean` on average, whenever it came last.
  std::chrono::milliseconds wait_for(std::chrono::milliseconds mean) {
    auto times = -std::log(1 - share());
    return std::chrono::milliseconds{
        static_cast<std::int64_t>(static_cast<double>(mean.count()) * times)};
  }

  /// Any of several; there is at least one.
  template <class T>
  const T& any(const std::vector<T>& of) {
    return of[below(of.size())];
  }

  /// Dice of their own for another part: what one part draws does not change the other's world.
  dice fork() { return dice{source_()}; }

private:
  std::mt19937_64 source_;
};

} // namespace berth::simulation
