#include "adapters/http/server.hpp"

#include "adapters/http/connection.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <utility>

namespace berth::http {

server::server(net::asio::io_context& io, const net::tcp::endpoint& at, connection_context with)
    : io_(io), listener_(io, at), with_(std::make_shared<connection_context>(std::move(with))) {
  with_->deadlines = std::make_shared<net::deadlines>(io);
}

server::~server() {
  with_->facade = http_facade_actor{};
  with_->feeds = facade_collaborators{};
  with_->to_ask.clear();
}

void server::start() {
  listener_.start([this](net::tcp::socket socket) { accept(std::move(socket)); });
}

void server::stop() {
  *stopping_ = true;
  listener_.stop();
}

void server::accept(net::tcp::socket socket) {
  net::error_code gone;
  auto from = socket.remote_endpoint(gone).address();
  if (gone)
    return;
  // A proxy stands for all of its clients.
  bool is_proxy = std::ranges::any_of(with_->trusted_proxies,
                                      [&from](const auto& block) { return block.contains(from); });
  auto& same = open_from_[from];
  if (open_ >= with_->limits.connections
      || (!is_proxy && same >= with_->limits.connections_per_address)) {
    net::asio::co_spawn(io_, turn_away(std::move(socket), with_), net::asio::detached);
    return;
  }
  ++open_;
  ++same;
  with_->metrics->changed(actors::gauge::connections, 1);
  net::asio::co_spawn(io_, serve(std::move(socket), with_, stopping_),
                      [this, from](const std::exception_ptr&) {
                        --open_;
                        with_->metrics->changed(actors::gauge::connections, -1);
                        if (--open_from_[from] == 0)
                          open_from_.erase(from);
                      });
}

} // namespace berth::http
