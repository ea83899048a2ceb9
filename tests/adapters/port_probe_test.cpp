#include "adapters/net/port_probe.hpp"

#include "tests/support/run_io.hpp"

using namespace berth;
using namespace berth::tests;
using namespace std::chrono_literals;

namespace {

struct fixture {
  net::asio::io_context io{1};
  net::tcp::acceptor guest{io, net::tcp::endpoint{net::asio::ip::address_v4::loopback(), 0}};

  std::uint32_t port() const { return guest.local_endpoint().port(); }
  bool answers(const std::string& address, std::uint32_t at, std::chrono::milliseconds limit = 5s) {
    return run(io, net::port_answers(address, at, limit));
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture,
                  "port probe: a port that listens answers, one that does not is refused") {
  CHECK(answers("127.0.0.1", port()));
  auto closed = port();
  guest.close();
  CHECK_FALSE(answers("127.0.0.1", closed));
}

TEST_CASE_FIXTURE(fixture, "port probe: a guest that drops packets does not answer in time") {
  // Linux leaves connections unanswered for as long as more wait than the backlog holds.
  guest.listen(0);
  net::tcp::socket waiting{io};
  waiting.connect(guest.local_endpoint());
  CHECK_FALSE(answers("127.0.0.1", port(), 50ms));
}

TEST_CASE_FIXTURE(fixture, "port probe: what is no address or no port does not answer") {
  CHECK_FALSE(answers("desktop.example", port()));
  CHECK_FALSE(answers("127.0.0.1", 0));
  CHECK_FALSE(answers("127.0.0.1", 65'536 + port()));
}
