#include "domain/template/time_to_ready.hpp"

#include <doctest/doctest.h>

#include <numeric>

using namespace berth::domain;

TEST_CASE("time to ready: a percentile is one of the values, whatever their order") {
  std::vector<std::uint32_t> values{40, 10, 30, 20};
  CHECK(percentile(values, 1) == 10);
  CHECK(percentile(values, 50) == 20);
  CHECK(percentile(values, 51) == 30);
  CHECK(percentile(values, 95) == 40);
  CHECK(percentile(values, 100) == 40);
  CHECK(percentile({7}, 50) == 7);
}

TEST_CASE("time to ready: of twenty launches the slowest is not the measure of slowness") {
  std::vector<std::uint32_t> seconds(20);
  std::iota(seconds.begin(), seconds.end(), 1);
  seconds.back() = 999;
  CHECK(summarize(seconds) == time_to_ready{20, 10, 19});
}

TEST_CASE("time to ready: without launches nothing is known") {
  CHECK(summarize({}) == std::nullopt);
}
