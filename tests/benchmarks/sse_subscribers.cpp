// Many readers of GET /events on one thread. Prints `ready` when all of them follow; at the end of
// its input it prints what came, and how long after its event was recorded, as one line of JSON.

#include "adapters/net/asio.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

namespace {

namespace net = berth::net;
namespace asio = berth::net::asio;

struct options {
  std::uint16_t port = 0;
  std::size_t streams = 1;
  std::size_t stalled = 0;      ///< that read nothing, beside those
  std::size_t streams_each = 5; ///< of one user
  std::string tokens;
};

double wall_now() {
  return std::chrono::duration<double>{std::chrono::system_clock::now().time_since_epoch()}.count();
}

/// `2026-11-26T22:45:14.123Z` in seconds; 0 when it is none.
double seconds_of(std::string_view text) {
  std::tm utc{};
  int milliseconds = 0;
  if (std::sscanf(std::string{text}.c_str(), "%d-%d-%dT%d:%d:%d.%dZ", &utc.tm_year, &utc.tm_mon,
                  &utc.tm_mday, &utc.tm_hour, &utc.tm_min, &utc.tm_sec, &milliseconds)
      < 6)
    return 0;
  utc.tm_year -= 1900;
  utc.tm_mon -= 1;
  return static_cast<double>(timegm(&utc)) + milliseconds / 1000.0;
}

/// One event of the log: when it was recorded, and when it arrived at each reader.
struct sight {
  double recorded = 0;
  std::vector<double> arrived;
};

struct tally {
  std::map<std::uint64_t, sight> events; ///< by position
  std::size_t ready = 0;
  std::uint64_t begin = 0; ///< where the last reader began: all get what comes after it
  std::size_t ended = 0;
  std::size_t out_of_order = 0; ///< a reader saw a position twice, or after a later one
  std::uint64_t bytes = 0;
};

class reader : public std::enable_shared_from_this<reader> {
public:
  reader(asio::io_context& io, tally& into) : socket_(io, net::tcp::v4()), into_(into) {}

  void open(const options& chosen, const std::string& token, std::size_t number, bool stalls) {
    constexpr std::size_t each = 32;
    auto last = static_cast<unsigned char>(1 + number / each % 250);
    auto third = static_cast<unsigned char>(number / each / 250);
    socket_.set_option(net::tcp::socket::reuse_address{true});
    if (stalls)
      socket_.set_option(asio::socket_base::receive_buffer_size{4096});
    socket_.bind({asio::ip::address_v4{{127, 3, third, last}}, 0});
    socket_.connect({asio::ip::address_v4::loopback(), chosen.port});
    asio::write(socket_,
                asio::buffer("GET /events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                             + token + "\r\n\r\n"));
  }

  void follow() {
    socket_.async_read_some(asio::buffer(scratch_.data() + kept_, scratch_.size() - kept_),
                            [self = shared_from_this()](net::error_code error, std::size_t bytes) {
                              if (error) {
                                ++self->into_.ended;
                                return;
                              }
                              self->into_.bytes += bytes;
                              self->take(bytes);
                              self->follow();
                            });
  }

private:
  /// Looks for the beginnings of messages. Data are JSON, which has no line break of its own.
  void take(std::size_t bytes) {
    std::string_view text{scratch_.data(), kept_ + bytes};
    constexpr std::string_view beginning = "\nid: ";
    constexpr std::size_t enough = 100; // up to the time of the event
    std::size_t at = 0;
    for (;;) {
      const auto* found = static_cast<const char*>(
          memmem(text.data() + at, text.size() - at, beginning.data(), beginning.size()));
      if (!found)
        break;
      auto begin = static_cast<std::size_t>(found - text.data());
      auto message = text.substr(begin + beginning.size(), enough);
      if (message.size() < enough && message.find("\n\n") == std::string_view::npos) {
        at = begin;
        return keep(text, at);
      }
      note(message);
      at = begin + beginning.size();
    }
    keep(text, std::max(at, text.size() - std::min(text.size(), beginning.size() - 1)));
  }

  void keep(std::string_view text, std::size_t from) {
    kept_ = text.size() - from;
    std::memmove(scratch_.data(), text.data() + from, kept_);
  }

  void note(std::string_view message) {
    std::uint64_t position = 0;
    auto read = std::from_chars(message.data(), message.data() + message.size(), position);
    auto rest = message.substr(static_cast<std::size_t>(read.ptr - message.data()));
    constexpr std::string_view event = "\nevent: ";
    if (!rest.starts_with(event))
      return; // A heartbeat.
    if (rest.substr(event.size()).starts_with("ready")) {
      ++into_.ready;
      last_ = position;
      into_.begin = std::max(into_.begin, position);
      return;
    }
    if (position <= last_)
      ++into_.out_of_order;
    last_ = position;
    auto& seen = into_.events[position];
    seen.arrived.push_back(wall_now());
    constexpr std::string_view time = "\"at\":\"";
    if (auto at = rest.find(time); seen.recorded == 0 && at != std::string_view::npos)
      seen.recorded = seconds_of(rest.substr(at + time.size(), 24));
  }

  net::tcp::socket socket_;
  tally& into_;
  std::vector<char> scratch_ = std::vector<char>(32 * 1024);
  std::size_t kept_ = 0;
  std::uint64_t last_ = 0;
};

void print(const tally& of) {
  std::vector<double> latencies;
  std::size_t deliveries = 0;
  std::size_t events = 0;
  for (auto found = of.events.upper_bound(of.begin); found != of.events.end(); ++found) {
    const auto& seen = found->second;
    ++events;
    deliveries += seen.arrived.size();
    for (auto at : seen.arrived)
      latencies.push_back(at - seen.recorded);
  }
  std::ranges::sort(latencies);
  auto share = [&latencies](double part) {
    auto index = static_cast<std::size_t>(part * static_cast<double>(latencies.size()));
    return latencies.empty() ? 0.0 : latencies[std::min(index, latencies.size() - 1)] * 1000;
  };
  std::printf(
      "{\"events\": %zu, \"deliveries\": %zu, \"out_of_order\": %zu, \"ended\": %zu, \"bytes\": "
      "%llu, \"p50_ms\": %.1f, \"p99_ms\": %.1f, \"max_ms\": %.1f}\n",
      events, deliveries, of.out_of_order, of.ended, static_cast<unsigned long long>(of.bytes),
      share(0.5), share(0.99), share(1));
  std::fflush(stdout);
}

void run(const options& chosen) {
  std::vector<std::string> tokens;
  std::ifstream from{chosen.tokens};
  for (std::string line; std::getline(from, line);)
    tokens.push_back(line);
  asio::io_context io{1};
  tally into;
  std::vector<std::shared_ptr<reader>> readers;
  for (std::size_t i = 0; i < chosen.streams + chosen.stalled; ++i) {
    bool stalls = i >= chosen.streams;
    readers.push_back(std::make_shared<reader>(io, into));
    readers.back()->open(chosen, tokens.at(i / chosen.streams_each), i, stalls);
    if (!stalls)
      readers.back()->follow();
    if (i % 50 == 0)
      while (io.poll_one() > 0)
        ;
  }
  while (into.ready < chosen.streams)
    io.run_one();
  std::cout << "ready" << std::endl;
  asio::posix::stream_descriptor input{io, ::dup(STDIN_FILENO)};
  char end = 0;
  input.async_read_some(asio::buffer(&end, 1), [&io](net::error_code, std::size_t) { io.stop(); });
  io.run();
  print(into);
}

} // namespace

int main(int argc, char** argv) {
  options chosen;
  CLI::App app{"Follows the events of a daemon many times over."};
  app.add_option("--port", chosen.port)->required();
  app.add_option("--streams", chosen.streams);
  app.add_option("--stalled", chosen.stalled);
  app.add_option("--streams-each", chosen.streams_each);
  app.add_option("--tokens", chosen.tokens)->required();
  CLI11_PARSE(app, argc, argv);
  try {
    run(chosen);
  } catch (const std::exception& why) {
    std::cerr << "sse_subscribers: " << why.what() << '\n';
    return 1;
  }
}
