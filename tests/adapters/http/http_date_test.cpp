#include "adapters/http/http_date.hpp"

#include <doctest/doctest.h>

using namespace berth;

TEST_CASE("http date: is written as RFC 9110 wants it") {
  auto at = [](const char* text) { return http::http_date(*domain::parse_rfc3339(text)); };
  CHECK(at("1994-11-06T08:49:37.999Z") == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(at("2026-11-26T00:00:00Z") == "Thu, 26 Nov 2026 00:00:00 GMT");
  CHECK(at("2028-02-29T23:59:59Z") == "Tue, 29 Feb 2028 23:59:59 GMT");
}
