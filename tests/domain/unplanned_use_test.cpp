#include "domain/placement/unplanned_use.hpp"

#include <doctest/doctest.h>

using namespace berth::domain;
using namespace std::chrono_literals;

namespace {

constexpr usage any_noise{1e9, 1e9};

struct fixture {
  unplanned_use use;

  fixture() { use.begin({10'000, 8}); }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "unplanned use: the first measurement counts in full") {
  CHECK(use.is().ram_mb == 10'000);
  CHECK(use.is().cpu_cores == 8);
}

TEST_CASE_FIXTURE(fixture, "unplanned use: a change counts for two thirds after 300 s") {
  for (int i = 0; i < 30; ++i)
    use.learn({20'000, 2}, {20'000, 2}, any_noise, 10s);
  CHECK(use.is().ram_mb == doctest::Approx(20'000 - 10'000 / 2.71828));
  CHECK(use.is().cpu_cores == doctest::Approx(2 + 6 / 2.71828));
}

TEST_CASE_FIXTURE(fixture, "unplanned use: how often it is measured does not matter") {
  auto rarely = use;
  rarely.learn({20'000, 2}, {20'000, 2}, any_noise, 60s);
  for (int i = 0; i < 12; ++i)
    use.learn({20'000, 2}, {20'000, 2}, any_noise, 5s);
  CHECK(use.is().ram_mb == doctest::Approx(rarely.is().ram_mb));
}

TEST_CASE_FIXTURE(fixture,
                  "unplanned use: a measurement that allows what is known changes nothing") {
  use.learn({6000, 7}, {14'000, 9}, any_noise, 30s);
  CHECK(use.is().ram_mb == 10'000);
  CHECK(use.is().cpu_cores == 8);
}

TEST_CASE_FIXTURE(fixture,
                  "unplanned use: a range is approached from either side to its nearest edge") {
  auto from_above = use;
  use.learn({12'000, 8}, {14'000, 8}, any_noise, 3h);
  CHECK(use.is().ram_mb == doctest::Approx(12'000));
  from_above.learn({1000, 8}, {9000, 8}, any_noise, 3h);
  CHECK(from_above.is().ram_mb == doctest::Approx(9000));
}

TEST_CASE_FIXTURE(fixture, "unplanned use: VMs that use less than planned make it negative") {
  use.learn({-3000, -1}, {-3000, -1}, any_noise, 3h);
  CHECK(use.is().ram_mb == doctest::Approx(-3000));
}

TEST_CASE_FIXTURE(fixture, "unplanned use: what turns out to be planned is taken off") {
  use.exclude({4096, 0.55});
  CHECK(use.is().ram_mb == 5904);
  CHECK(use.is().cpu_cores == doctest::Approx(7.45));
}

TEST_CASE_FIXTURE(fixture, "unplanned use: what no noise explains counts at once") {
  use.learn({20'000, 2}, {20'000, 2}, {1000, 3}, 0s);
  CHECK(use.is().ram_mb == 19'000);
  CHECK(use.is().cpu_cores == 5);
  use.learn({20'000, 9}, {20'000, 9}, {1000, 3}, 0s);
  CHECK(use.is().cpu_cores == 6);
}

TEST_CASE_FIXTURE(fixture,
                  "unplanned use: that RAM is free is believed in time, whatever the noise") {
  use.learn({1000, 8}, {2000, 8}, {1000, 3}, 0s);
  CHECK(use.is().ram_mb == 10'000);
  use.learn({1000, 8}, {2000, 8}, {1000, 3}, 300s);
  CHECK(use.is().ram_mb == doctest::Approx(2000 + 8000 / 2.71828));
}

TEST_CASE_FIXTURE(fixture, "unplanned use: what VMs use less than planned goes with them") {
  use.begin({-6000, -2});
  use.release({2000, 1}, {8000, 4});
  CHECK(use.is().ram_mb == -4500);
  CHECK(use.is().cpu_cores == -1.5);
  use.release({6000, 3}, {6000, 3});
  CHECK(use.is().ram_mb == 0);
  CHECK(use.is().cpu_cores == 0);
}

TEST_CASE_FIXTURE(fixture, "unplanned use: what others use stays when VMs go") {
  use.release({2000, 1}, {8000, 4});
  CHECK(use.is().ram_mb == 10'000);
  CHECK(use.is().cpu_cores == 8);
}
