#include "tools/replay/in_words.hpp"

#include <fmt/format.h>

#include <chrono>

namespace berth::replay {

std::string in_words(domain::duration time) {
  using namespace std::chrono;
  if (time < 1s)
    return fmt::format("{} ms", time.count());
  if (time < 1min)
    return fmt::format("{:.1f} s", duration_cast<std::chrono::duration<double>>(time).count());
  auto pair = [time](auto large, const char* large_unit, auto small, const char* small_unit) {
    auto whole = time / large;
    return fmt::format("{} {} {} {}", whole, large_unit, (time - whole * large) / small,
                       small_unit);
  };
  if (time < 1h)
    return pair(minutes{1}, "min", seconds{1}, "s");
  if (time < 24h)
    return pair(hours{1}, "h", minutes{1}, "min");
  return pair(days{1}, "d", hours{1}, "h");
}

} // namespace berth::replay
