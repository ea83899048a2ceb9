#include "domain/time.hpp"

#include <doctest/doctest.h>

using namespace berth::domain;
using namespace std::chrono_literals;

TEST_CASE("time: is written in UTC with milliseconds and read back") {
  time_point at = std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 9h + 5min + 7s + 42ms;
  CHECK(to_rfc3339(at) == "2026-11-23T09:05:07.042Z");
  CHECK(parse_rfc3339("2026-11-23T09:05:07.042Z") == at);
  CHECK(parse_rfc3339("2026-11-23T09:05:07Z") == at - 42ms);
  CHECK(to_rfc3339({}) == "1970-01-01T00:00:00.000Z");
}

TEST_CASE("time: what four digits of a year cannot say is written as the last year that they can") {
  CHECK(to_rfc3339(std::chrono::sys_days{std::chrono::year{12026} / 11 / 23}).substr(0, 10)
        == "9999-11-23");
  CHECK(to_rfc3339(std::chrono::sys_days{std::chrono::year{-3} / 11 / 23}).substr(0, 10)
        == "0000-11-23");
}

TEST_CASE("time: leap days exist in leap years only") {
  CHECK(parse_rfc3339("2028-02-29T00:00:00Z"));
  CHECK_FALSE(parse_rfc3339("2026-02-29T00:00:00Z"));
}

TEST_CASE("time: other texts are not times") {
  for (const auto* text :
       {"", "2026-11-23", "2026-11-23T09:05:07", "2026-11-23 09:05:07Z", "2026-13-23T09:05:07Z",
        "2026-11-23T24:05:07Z", "2026-11-23T09:05:60Z", "2026-11-23T09:05:07.0420Z",
        "2026-11-23T09:05:07.x42Z", "2026-11-23T09:05:07+01:00", "+026-11-23T09:05:07Z"})
    CHECK_FALSE_MESSAGE(parse_rfc3339(text), text);
}
