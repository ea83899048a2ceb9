#include "tools/simulation/world/trace.hpp"

#include <fmt/format.h>

namespace berth::simulation {

void trace::note(const std::string& what) {
  auto age = clock_.age().count();
  auto line = fmt::format("{:3}:{:02}:{:02}.{:03}  {}", age / 3'600'000, age / 60'000 % 60,
                          age / 1000 % 60, age % 1000, what);
  // FNV-1a.
  for (unsigned char c : line)
    fingerprint_ = (fingerprint_ ^ c) * 0x100000001b3;
  if (show_)
    show_(line);
  lines_.push_back(std::move(line));
  if (lines_.size() > remembered)
    lines_.pop_front();
}

} // namespace berth::simulation
