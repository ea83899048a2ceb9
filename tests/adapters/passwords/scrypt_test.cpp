#include "adapters/passwords/scrypt.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using namespace berth;
using namespace berth::passwords;

namespace {

bytes from(const std::string& text) {
  return {text.begin(), text.end()};
}

std::string hex(const bytes& of) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (auto byte : of)
    text += {digits[byte >> 4], digits[byte & 15]};
  return text;
}

} // namespace

TEST_CASE("scrypt: it gives what RFC 7914 says") {
  // Section 12 of the RFC, the first 32 of each 64 bytes.
  CHECK(hex(scrypt(domain::secret{""}, {}, {16, 1, 1}, 64)).substr(0, 64)
        == "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442");
  CHECK(hex(scrypt(domain::secret{"password"}, from("NaCl"), {1024, 8, 16}, 64)).substr(0, 64)
        == "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162");
}

TEST_CASE("scrypt: parameters that are none are refused") {
  CHECK_THROWS_AS(scrypt(domain::secret{"password"}, {}, {15, 8, 1}, 32), std::runtime_error);
}

TEST_CASE("scrypt: bytes are compared whole") {
  CHECK(equal_in_constant_time(from("abc"), from("abc")));
  CHECK_FALSE(equal_in_constant_time(from("abc"), from("abd")));
  CHECK_FALSE(equal_in_constant_time(from("abc"), from("abcd")));
  CHECK(random_bytes(16) != random_bytes(16));
}
