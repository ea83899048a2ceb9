#include "eventstore/sha256.hpp"

#include <doctest/doctest.h>

using namespace berth::eventstore;

TEST_CASE("sha256: the examples of FIPS 180-2 come out") {
  CHECK(to_hex(sha256("abc"))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(to_hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST_CASE("sha256: a hash is written in hex and read back") {
  digest hash{};
  hash.front() = 0xab;
  hash.back() = 0x01;
  CHECK(to_hex(hash) == "ab" + std::string(60, '0') + "01");
  CHECK(parse_digest(to_hex(hash)) == hash);
  CHECK_FALSE(parse_digest("ab"));
  CHECK_FALSE(parse_digest(std::string(64, 'g')));
}
