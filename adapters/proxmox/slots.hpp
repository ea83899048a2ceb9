#pragma once

#include "adapters/net/asio.hpp"
#include "domain/broken_rule.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <string>

namespace berth::proxmox {

/// At most so many at a time per node; the others wait in order. Runs on the io thread.
class slots {
public:
  slots(net::asio::io_context& io, std::size_t per_node) : io_(io), per_node_(per_node) {}

  net::awaitable<void> acquire(std::string node) {
    auto& at = nodes_[node];
    if (at.used < per_node_ || domain::is_broken(domain::rule::clones_are_few)) {
      ++at.used;
      co_return;
    }
    auto turn =
        std::make_shared<net::asio::steady_timer>(io_, net::asio::steady_timer::time_point::max());
    at.waiting.push_back(turn);
    net::error_code woken;
    co_await turn->async_wait(net::asio::redirect_error(net::asio::use_awaitable, woken));
  }

  /// Hands the slot to whoever has waited longest.
  void release(const std::string& node) {
    auto& at = nodes_[node];
    if (at.waiting.empty()) {
      --at.used;
      return;
    }
    at.waiting.front()->cancel();
    at.waiting.pop_front();
  }

private:
  struct queue {
    std::size_t used = 0;
    std::deque<std::shared_ptr<net::asio::steady_timer>> waiting;
  };
  net::asio::io_context& io_;
  std::size_t per_node_;
  std::map<std::string, queue> nodes_;
};

} // namespace berth::proxmox
