// Asks one thing again and again over many connections that are kept open: what the server can do
// at most. A closed loop on one thread, the same for Berth and for its limit; prints one line of
// JSON.

#include "adapters/net/asio.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace {

namespace net = berth::net;
namespace asio = berth::net::asio;
using steady = std::chrono::steady_clock;

struct options {
  std::uint16_t port = 0;
  bool tls = false;
  std::size_t connections = 1;
  double seconds = 1;
  double warm_up = 0.3;
  double rate = 0; ///< requests a second, of all connections together; 0: as many as are answered
  std::string method = "GET";
  std::string path = "/";
  std::string body;
  std::string tokens; ///< a file, one on each line; connections take them in turn
};

struct tally {
  bool measuring = false;
  bool over = false;
  std::vector<std::uint32_t> microseconds;
  std::map<int, std::size_t> statuses;
};

/// Fewer from each address than a server lets one have.
net::tcp::endpoint source_of(std::size_t connection) {
  constexpr std::size_t each = 32;
  auto number = connection / each;
  return {asio::ip::address_v4{{127, 1, static_cast<unsigned char>(number / 250),
                                static_cast<unsigned char>(1 + number % 250)}},
          0};
}

std::string request_of(const options& chosen, const std::string& token) {
  auto text = chosen.method + ' ' + chosen.path + " HTTP/1.1\r\nHost: localhost\r\n";
  if (!token.empty())
    text += "Authorization: Bearer " + token + "\r\n";
  if (!chosen.body.empty())
    text += "Content-Type: application/json\r\nContent-Length: "
            + std::to_string(chosen.body.size()) + "\r\n";
  return text + "\r\n" + chosen.body;
}

/// What one connection asks in turn: with each token, beginning with its own, so that nobody's
/// quota is used up by one connection.
std::vector<std::string> requests_of(const options& chosen, const std::vector<std::string>& tokens,
                                     std::size_t connection) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < tokens.size(); ++i)
    all.push_back(request_of(chosen, tokens[(connection + i) % tokens.size()]));
  return all;
}

steady::duration duration_of(double seconds) {
  return std::chrono::duration_cast<steady::duration>(std::chrono::duration<double>{seconds});
}

/// How long the whole response is whose header the text begins with; 0: not to be told yet.
std::size_t length_of(std::string_view text) {
  auto end = text.find("\r\n\r\n");
  if (end == std::string_view::npos)
    return 0;
  constexpr std::string_view field = "\r\nContent-Length: ";
  std::size_t body = 0;
  if (auto at = text.substr(0, end).find(field); at != std::string_view::npos)
    std::from_chars(text.data() + at + field.size(), text.data() + end, body);
  return end + 4 + body;
}

template <class Stream>
class client {
public:
  /// `pause`: from one request to the next, unless the answer takes longer; 0: none.
  client(Stream stream, std::vector<std::string> requests, steady::duration pause, tally& into)
      : stream_(std::move(stream)), requests_(std::move(requests)), pause_(pause),
        timer_(stream_.get_executor()), into_(into) {}

  void ask() {
    began_ = steady::now();
    filled_ = 0;
    const auto& request = requests_[asked_++ % requests_.size()];
    asio::async_write(stream_, asio::buffer(request), [this](net::error_code error, std::size_t) {
      if (!error)
        receive();
    });
  }

  void ask_at(steady::time_point at) {
    timer_.expires_at(at);
    timer_.async_wait([this](net::error_code) { ask(); });
  }

private:
  void receive() {
    stream_.async_read_some(asio::buffer(buffer_.data() + filled_, buffer_.size() - filled_),
                            [this](net::error_code error, std::size_t bytes) {
                              if (error)
                                return lose(error);
                              filled_ += bytes;
                              auto whole = length_of({buffer_.data(), filled_});
                              if (whole == 0 || filled_ < whole)
                                return receive();
                              note();
                            });
  }

  void note() {
    if (into_.measuring) {
      auto took =
          std::chrono::duration_cast<std::chrono::microseconds>(steady::now() - began_).count();
      into_.microseconds.push_back(static_cast<std::uint32_t>(took));
      ++into_.statuses[std::atoi(buffer_.data() + 9)];
    }
    if (into_.over)
      return;
    if (pause_.count() > 0)
      return ask_at(began_ + pause_);
    ask();
  }

  void lose(const net::error_code& why) {
    if (into_.over)
      return;
    std::cerr << "http_load: a connection ended: " << why.message() << '\n';
    ++into_.statuses[0];
  }

  Stream stream_;
  std::vector<std::string> requests_;
  std::size_t asked_ = 0;
  steady::duration pause_;
  asio::steady_timer timer_;
  tally& into_;
  std::array<char, 64 * 1024> buffer_{};
  std::size_t filled_ = 0;
  steady::time_point began_;
};

net::tcp::socket connect(asio::io_context& io, const options& chosen, std::size_t number) {
  net::tcp::socket socket{io, net::tcp::v4()};
  socket.set_option(net::tcp::socket::reuse_address{true});
  socket.bind(source_of(number));
  socket.connect({asio::ip::address_v4::loopback(), chosen.port});
  socket.set_option(net::tcp::no_delay{true});
  return socket;
}

std::vector<std::string> read_tokens(const std::string& file) {
  std::vector<std::string> tokens;
  std::ifstream from{file};
  for (std::string line; std::getline(from, line);)
    tokens.push_back(line);
  if (tokens.empty())
    tokens.emplace_back();
  return tokens;
}

void print(tally& of, double seconds) {
  std::ranges::sort(of.microseconds);
  auto share = [&of](double part) {
    auto index = static_cast<std::size_t>(part * static_cast<double>(of.microseconds.size()));
    return of.microseconds.empty() ? 0.0 : of.microseconds[index] / 1000.0;
  };
  std::printf("{\"per_second\": %.1f, \"p50_ms\": %.3f, \"p99_ms\": %.3f, \"statuses\": {",
              static_cast<double>(of.microseconds.size()) / seconds, share(0.5), share(0.99));
  const char* between = "";
  for (auto [status, count] : of.statuses) {
    std::printf("%s\"%d\": %zu", between, status, count);
    between = ", ";
  }
  std::printf("}}\n");
}

template <class Stream, class Open>
void run(asio::io_context& io, const options& chosen, Open open) {
  tally into;
  auto tokens = read_tokens(chosen.tokens);
  auto connections = static_cast<double>(chosen.connections);
  auto pause = duration_of(chosen.rate > 0 ? connections / chosen.rate : 0);
  std::vector<std::unique_ptr<client<Stream>>> clients;
  for (std::size_t i = 0; i < chosen.connections; ++i)
    clients.push_back(
        std::make_unique<client<Stream>>(open(i), requests_of(chosen, tokens, i), pause, into));
  for (std::size_t i = 0; i < clients.size(); ++i)
    clients[i]->ask_at(steady::now()
                       + pause * static_cast<int>(i) / static_cast<int>(clients.size()));
  asio::steady_timer timer{io, duration_of(chosen.warm_up)};
  steady::time_point began;
  double took = 0;
  timer.async_wait([&](net::error_code) {
    into.measuring = true;
    began = steady::now();
    timer.expires_after(duration_of(chosen.seconds));
    timer.async_wait([&](net::error_code) {
      into.over = true;
      took = std::chrono::duration<double>{steady::now() - began}.count();
      io.stop();
    });
  });
  io.run();
  print(into, took);
}

void run(const options& chosen) {
  asio::io_context io{1};
  if (!chosen.tls)
    return run<net::tcp::socket>(io, chosen, [&](std::size_t i) { return connect(io, chosen, i); });
  asio::ssl::context tls{asio::ssl::context::tls_client};
  using stream = asio::ssl::stream<net::tcp::socket>;
  run<stream>(io, chosen, [&](std::size_t i) {
    stream secured{connect(io, chosen, i), tls};
    secured.handshake(stream::client);
    return secured;
  });
}

} // namespace

int main(int argc, char** argv) {
  options chosen;
  CLI::App app{"Asks one thing again and again, and says how often it was answered."};
  app.add_option("--port", chosen.port)->required();
  app.add_flag("--tls", chosen.tls);
  app.add_option("--connections", chosen.connections);
  app.add_option("--seconds", chosen.seconds);
  app.add_option("--method", chosen.method);
  app.add_option("--path", chosen.path);
  app.add_option("--body", chosen.body);
  app.add_option("--rate", chosen.rate);
  app.add_option("--warm-up", chosen.warm_up);
  app.add_option("--tokens", chosen.tokens);
  CLI11_PARSE(app, argc, argv);
  try {
    run(chosen);
  } catch (const std::exception& why) {
    std::cerr << "http_load: " << why.what() << '\n';
    return 1;
  }
  return 0;
}
