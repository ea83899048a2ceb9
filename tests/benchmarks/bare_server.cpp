// The limit of an HTTP server on one thread: Boost.Beast reads each request as Berth does, and the
// same bytes answer all.

#include "adapters/net/listener.hpp"
#include "adapters/net/tls.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>

namespace {

namespace net = berth::net;
namespace asio = berth::net::asio;
namespace beast = boost::beast;
namespace http = beast::http;

template <class Stream>
net::awaitable<void> answer_all(Stream& to, const std::string& bytes) {
  net::error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  beast::flat_buffer buffer;
  for (;;) {
    http::request_parser<http::string_body> parser;
    beast::get_lowest_layer(to).expires_after(std::chrono::seconds{30});
    co_await http::async_read(to, buffer, parser, token);
    if (error)
      co_return;
    co_await asio::async_write(to, asio::buffer(bytes), token);
    if (error)
      co_return;
  }
}

net::awaitable<void> serve(net::tcp::socket socket, asio::ssl::context* tls,
                           const std::string& bytes) {
  net::error_code error;
  socket.set_option(net::tcp::no_delay{true}, error);
  if (!tls) {
    beast::tcp_stream stream{std::move(socket)};
    co_return co_await answer_all(stream, bytes);
  }
  beast::ssl_stream<beast::tcp_stream> stream{std::move(socket), *tls};
  co_await stream.async_handshake(asio::ssl::stream_base::server,
                                  asio::redirect_error(asio::use_awaitable, error));
  if (!error)
    co_await answer_all(stream, bytes);
}

} // namespace

int main(int argc, char** argv) {
  std::string file;
  std::string certificate;
  std::string key;
  CLI::App app{"Answers every request with the bytes of a file; prints its port."};
  app.add_option("--answer", file)->required();
  app.add_option("--certificate", certificate);
  app.add_option("--key", key);
  CLI11_PARSE(app, argc, argv);
  try {
    std::ifstream from{file, std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{from}, {}};
    std::unique_ptr<asio::ssl::context> tls;
    if (!certificate.empty())
      tls = std::make_unique<asio::ssl::context>(
          net::server_context(net::load_certificate(certificate, key)));
    asio::io_context io{1};
    net::listener listener{io, net::parse_endpoint("127.0.0.1:0")};
    listener.start([&](net::tcp::socket socket) {
      asio::co_spawn(io, serve(std::move(socket), tls.get(), bytes), asio::detached);
    });
    std::cout << listener.endpoint().port() << std::endl;
    io.run();
  } catch (const std::exception& why) {
    std::cerr << "bare_server: " << why.what() << '\n';
    return 1;
  }
}
