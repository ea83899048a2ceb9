#pragma once

#include "adapters/net/asio.hpp"

#include <chrono>
#include <memory>

namespace berth::net {

/// The time that coroutines of the io thread live in: a simulation has its own.
class timekeeper {
public:
  using time_point = std::chrono::steady_clock::time_point;

  virtual ~timekeeper() = default;

  virtual time_point now() const = 0;
  /// Goes on at `at`, or soon when that is past: whatever is ready may run first.
  virtual awaitable<void> wait_until(time_point at) = 0;
};

/// The machine's own.
std::shared_ptr<timekeeper> machine_time(asio::io_context& io);

} // namespace berth::net
