#include "domain/ulid.hpp"

#include <doctest/doctest.h>

#include <cctype>

using namespace berth::domain;
using namespace std::chrono_literals;

namespace {

constexpr time_point nine{std::chrono::hours{490'000}};

ulid_source source_of(std::uint64_t random) {
  return ulid_source{[random] { return random; }};
}

} // namespace

TEST_CASE("ulid: is written as 26 characters and read back in either case") {
  auto id = source_of(0x0123456789abcdef).next(nine);
  auto text = to_string(id);
  CHECK(text.size() == 26);
  CHECK(parse_ulid(text) == id);
  for (auto& c : text)
    c = static_cast<char>(std::tolower(c));
  CHECK(parse_ulid(text) == id);
}

TEST_CASE("ulid: carries its creation time") {
  CHECK(time_of(source_of(7).next(nine)) == nine);
}

TEST_CASE("ulid: text sorts as the value does") {
  auto source = source_of(~0ull);
  auto earlier = source.next(nine);
  auto later = source.next(nine + 1ms);
  CHECK(earlier < later);
  CHECK(to_string(earlier) < to_string(later));
}

TEST_CASE("ulid: ids never repeat or go back within a millisecond or when the clock does") {
  auto source = source_of(~0ull);
  auto last = source.next(nine);
  for (auto at : {nine, nine, nine - 1h, nine + 1ms, nine}) {
    auto next = source.next(at);
    CHECK(next > last);
    last = next;
  }
}

TEST_CASE("ulid: the largest value is read, and one beyond is not") {
  auto largest = parse_ulid("7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
  REQUIRE(largest);
  for (auto byte : largest->bytes)
    CHECK(byte == 0xff);
  CHECK_FALSE(parse_ulid("80000000000000000000000000"));
}

TEST_CASE("ulid: other texts are not ids") {
  for (const auto* text :
       {"", "01JD000000000000000000000", "01JD00000000000000000000000",
        "01JD000000000000000000000I", "01JD000000000000000000000U", "01JD00000000000000000000 1"})
    CHECK_FALSE_MESSAGE(parse_ulid(text), text);
}
