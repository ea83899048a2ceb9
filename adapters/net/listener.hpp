#pragma once

#include "adapters/net/asio.hpp"

#include <functional>
#include <string>

namespace berth::net {

/// Where to listen, read from `ADDRESS:PORT`; IPv6 addresses stand in brackets. Port 0 takes a free
/// one. Throws std::runtime_error for anything else.
tcp::endpoint parse_endpoint(const std::string& text);

/// Accepts connections for as long as it lives. Runs on the executor of `io` alone.
class listener {
public:
  using handler = std::function<void(tcp::socket)>;

  /// Listens at once. Throws boost::system::system_error when the port is taken.
  listener(asio::io_context& io, const tcp::endpoint& at);

  /// Hands every accepted socket to `handle`, until `stop`.
  void start(handler handle);
  void stop();

  /// With the port that was really taken.
  tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }

private:
  void accept_next();

  tcp::acceptor acceptor_;
  handler handle_;
};

} // namespace berth::net
