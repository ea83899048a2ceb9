#include "tests/support/scripted_server.hpp"

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

namespace berth::tests {

namespace http = boost::beast::http;

struct scripted_server::connection {
  connection(net::tcp::socket socket, net::asio::ssl::context& tls, std::size_t index)
      : stream(std::move(socket), tls), number(index) {}

  net::asio::ssl::stream<net::tcp::socket> stream;
  std::size_t number;
};

scripted_server::scripted_server(net::asio::io_context& io)
    : io_(io), listener_(io, net::parse_endpoint("127.0.0.1:0")) {
  listener_.start([this](net::tcp::socket socket) {
    auto made = std::make_shared<connection>(std::move(socket), tls_, accepted_++);
    open_.push_back(made);
    net::asio::co_spawn(io_, serve(made), net::asio::detached);
  });
}

scripted_server::~scripted_server() {
  listener_.stop();
  close_idle_connections();
}

void scripted_server::will_answer(std::string body, const std::string& status,
                                  scripted_step::end then) {
  auto keeps = then == scripted_step::end::keep;
  will({"HTTP/1.1 " + status + "\r\nContent-Type: application/json;charset=UTF-8\r\nConnection: "
            + (keeps ? "Keep-Alive" : "close")
            + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body,
        then});
}

void scripted_server::close_idle_connections() {
  for (auto& known : std::exchange(open_, {}))
    if (auto alive = known.lock()) {
      net::error_code ignored;
      alive->stream.lowest_layer().close(ignored);
    }
}

net::https_host scripted_server::host(const std::string& name) const {
  return {name, listener_.endpoint().port()};
}

net::awaitable<void> scripted_server::serve(std::shared_ptr<connection> on) {
  net::error_code error;
  auto token = net::asio::redirect_error(net::asio::use_awaitable, error);
  co_await on->stream.async_handshake(net::asio::ssl::stream_base::server, token);
  boost::beast::flat_buffer buffer;
  while (!error) {
    http::request<http::string_body> request;
    co_await http::async_read(on->stream, buffer, request, token);
    if (error)
      break;
    seen_request seen{.connection = on->number,
                      .method = std::string{request.method_string()},
                      .target = std::string{request.target()},
                      .body = request.body()};
    for (const auto& line : request)
      seen.head += std::string{line.name_string()} + ": " + std::string{line.value()} + "\n";
    requests_.push_back(std::move(seen));
    scripted_step step{.then = scripted_step::end::cut};
    if (!script_.empty()) {
      step = std::move(script_.front());
      script_.pop_front();
    }
    for (std::size_t sent = 0; sent < step.bytes.size() && !error; sent += step.record)
      co_await net::asio::async_write(
          on->stream, net::asio::buffer(net::asio::buffer(step.bytes) + sent, step.record), token);
    if (step.then == scripted_step::end::keep)
      continue;
    if (step.then == scripted_step::end::close)
      co_await on->stream.async_shutdown(token);
    break;
  }
  on->stream.lowest_layer().close(error);
}

} // namespace berth::tests
