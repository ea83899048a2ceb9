#include "adapters/net/network.hpp"

#include <doctest/doctest.h>

using namespace berth::net;

namespace {

asio::ip::address at(const char* text) {
  return asio::ip::make_address(text);
}

} // namespace

TEST_CASE("network: a block holds the addresses that share its bits") {
  CHECK(network{"10.0.0.0/8"}.contains(at("10.255.1.2")));
  CHECK_FALSE(network{"10.0.0.0/8"}.contains(at("11.0.0.1")));
  CHECK(network{"192.0.2.128/25"}.contains(at("192.0.2.200")));
  CHECK_FALSE(network{"192.0.2.128/25"}.contains(at("192.0.2.127")));
  CHECK(network{"fd00::/8"}.contains(at("fd12::1")));
  CHECK_FALSE(network{"fd00::/8"}.contains(at("fe80::1")));
}

TEST_CASE("network: a single address is a block of one, whatever its family's notation") {
  CHECK(network{"127.0.0.1"}.contains(at("127.0.0.1")));
  CHECK_FALSE(network{"127.0.0.1"}.contains(at("127.0.0.2")));
  CHECK(network{"127.0.0.1"}.contains(at("::ffff:127.0.0.1")));
  CHECK_FALSE(network{"0.0.0.0/0"}.contains(at("::1")));
}

TEST_CASE("network: what is no block is refused with its text") {
  for (const auto* wrong : {"", "proxy", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x", "::/129"})
    CHECK_THROWS_AS(network{wrong}, std::runtime_error);
}

TEST_CASE(
    "client: X-Forwarded-For counts only from a trusted proxy, and only to the first stranger") {
  std::vector<network> trusted{network{"127.0.0.1"}, network{"10.0.0.0/8"}};
  auto behind = [&trusted](const char* peer, const char* forwarded) {
    return client_behind(at(peer), forwarded, trusted);
  };
  CHECK(behind("192.0.2.1", "198.51.100.7") == "192.0.2.1");
  CHECK(behind("127.0.0.1", "198.51.100.7") == "198.51.100.7");
  CHECK(behind("127.0.0.1", "203.0.113.9, 198.51.100.7, 10.1.2.3") == "198.51.100.7");
  CHECK(behind("127.0.0.1", "") == "127.0.0.1");
  CHECK(behind("127.0.0.1", "unknown") == "127.0.0.1");
  CHECK(behind("127.0.0.1", "10.0.0.1") == "10.0.0.1");
}
