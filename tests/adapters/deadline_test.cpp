#include "adapters/net/deadline.hpp"

#include <doctest/doctest.h>

using namespace berth::net;
using namespace std::chrono_literals;

namespace {

struct fixture {
  asio::io_context io;
  std::shared_ptr<deadlines> all = std::make_shared<deadlines>(io);
  tcp::socket socket{io, tcp::v4()};
  deadline limit{all, socket};

  /// Whether the socket is still open when so long has passed.
  bool is_open_after(std::chrono::hours passed) {
    all->close_late(deadlines::clock::now() + passed);
    return socket.is_open();
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "deadline: a socket is closed when it takes too long, and not before") {
  limit.expires_after(10h);
  CHECK(is_open_after(9h));
  CHECK_FALSE(is_open_after(11h));
}

TEST_CASE_FIXTURE(fixture, "deadline: a socket without one is left alone") {
  limit.expires_after(10h);
  limit.expires_never();
  CHECK(is_open_after(11h));
}

TEST_CASE_FIXTURE(fixture, "deadline: one that is gone closes nothing, and others still count") {
  limit.expires_after(10h);
  {
    tcp::socket other{io, tcp::v4()};
    deadline gone{all, other};
    gone.expires_after(1h);
  }
  CHECK(is_open_after(2h));
  CHECK_FALSE(is_open_after(11h));
}
