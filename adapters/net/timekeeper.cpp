#include "adapters/net/timekeeper.hpp"

#include <boost/asio/steady_timer.hpp>

namespace berth::net {

namespace {

class machine_timekeeper final : public timekeeper {
public:
  explicit machine_timekeeper(asio::io_context& io) : io_(io) {}

  time_point now() const override { return std::chrono::steady_clock::now(); }

  awaitable<void> wait_until(time_point at) override {
    asio::steady_timer timer{io_, at};
    co_await timer.async_wait(asio::use_awaitable);
  }

private:
  asio::io_context& io_;
};

} // namespace

std::shared_ptr<timekeeper> machine_time(asio::io_context& io) {
  return std::make_shared<machine_timekeeper>(io);
}

} // namespace berth::net
