#pragma once

#include "domain/time.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace berth::http {

/// So many events of one kind in each window of time, counted by name. Remembers few names: when
/// there are too many, those whose window is over are forgotten.
class rate_limit {
public:
  rate_limit(std::uint32_t most, domain::duration window) : most_(most), window_(window) {}

  /// Counts one; how long to wait when it is one too many, otherwise nothing.
  domain::duration count(const std::string& name, domain::time_point now) {
    constexpr std::size_t most_names = 10'000;
    if (windows_.size() >= most_names)
      std::erase_if(windows_,
                    [this, now](const auto& entry) { return now - entry.second.began >= window_; });
    auto [found, is_first] = windows_.try_emplace(name, window{now, 0});
    auto& current = found->second;
    if (now - current.began >= window_)
      current = {now, 0};
    return ++current.events > most_ ? window_ - (now - current.began) : domain::duration{};
  }

private:
  struct window {
    domain::time_point began;
    std::uint32_t events = 0;
  };

  std::uint32_t most_;
  domain::duration window_;
  std::map<std::string, window> windows_;
};

} // namespace berth::http
