#include "tools/berthd/sources.hpp"

#include <chrono>
#include <random>

namespace berth::berthd {

domain::time_point wall_clock() {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::uint64_t random_bits() {
  thread_local std::random_device device;
  return static_cast<std::uint64_t>(device()) << 32 | device();
}

eventstore::log_sources log_sources() {
  return {wall_clock, random_bits};
}

} // namespace berth::berthd
