#pragma once

#include "adapters/net/asio.hpp"

#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <doctest/doctest.h>

namespace berth::tests {

/// Runs `io` in this thread until `done`. Fails the test when that takes more than ten seconds.
inline void run_until(net::asio::io_context& io, const std::function<bool()>& done) {
  using clock = std::chrono::steady_clock;
  auto deadline = clock::now() + std::chrono::seconds{10};
  io.restart();
  while (!done()) {
    REQUIRE(clock::now() < deadline);
    io.run_one_for(std::chrono::milliseconds{100});
    if (io.stopped())
      io.restart();
  }
}

/// What `work` returns, with `io` run in this thread.
template <class T>
T run(net::asio::io_context& io, net::awaitable<T> work) {
  std::optional<T> result;
  std::exception_ptr thrown;
  net::asio::co_spawn(io, std::move(work), [&](std::exception_ptr error, T value) {
    thrown = error;
    result = std::move(value);
  });
  run_until(io, [&] { return result.has_value(); });
  if (thrown)
    std::rethrow_exception(thrown);
  return std::move(*result);
}

} // namespace berth::tests
