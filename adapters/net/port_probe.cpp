#include "adapters/net/port_probe.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <limits>

namespace berth::net {

awaitable<bool> port_answers(std::string address, std::uint32_t port,
                             std::chrono::milliseconds limit) {
  error_code error;
  auto at = asio::ip::make_address(address, error);
  if (error || port == 0 || port > std::numeric_limits<std::uint16_t>::max())
    co_return false;
  tcp::endpoint to{at, static_cast<std::uint16_t>(port)};
  auto executor = co_await asio::this_coro::executor;
  boost::beast::tcp_stream stream{executor};
  stream.expires_after(limit);
  co_await stream.async_connect(to, asio::redirect_error(asio::use_awaitable, error));
  co_return !error;
}

} // namespace berth::net
