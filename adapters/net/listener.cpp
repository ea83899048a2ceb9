#include "adapters/net/listener.hpp"

#include <boost/asio/post.hpp>

#include <charconv>
#include <stdexcept>
#include <utility>

namespace berth::net {

tcp::endpoint parse_endpoint(const std::string& text) {
  auto colon = text.rfind(':');
  auto host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  std::uint16_t port = 0;
  error_code error;
  auto address = asio::ip::make_address(host, error);
  if (colon == std::string::npos || error)
    throw std::runtime_error{"'" + text + "' is not ADDRESS:PORT"};
  const auto* first = text.data() + colon + 1;
  const auto* last = text.data() + text.size();
  if (auto read = std::from_chars(first, last, port); read.ec != std::errc{} || read.ptr != last)
    throw std::runtime_error{"'" + text + "' has no port between 0 and 65535"};
  return {address, port};
}

listener::listener(asio::io_context& io, const tcp::endpoint& at) : acceptor_(io, at) {}

void listener::start(handler handle) {
  handle_ = std::move(handle);
  accept_next();
}

void listener::stop() {
  error_code ignored;
  acceptor_.close(ignored);
}

void listener::accept_next() {
  acceptor_.async_accept([this](const error_code& error, tcp::socket socket) {
    if (error == asio::error::operation_aborted || !acceptor_.is_open())
      return;
    if (!error)
      handle_(std::move(socket));
    accept_next();
  });
}

} // namespace berth::net
