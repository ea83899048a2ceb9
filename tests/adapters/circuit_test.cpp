#include "adapters/proxmox/circuit.hpp"

#include <doctest/doctest.h>

using berth::proxmox::circuit;
using namespace std::chrono_literals;

namespace {

constexpr circuit::time_point start{1h};

} // namespace

TEST_CASE("circuit: a fault of the whole cluster keeps calls back, and is news once") {
  circuit c;
  CHECK(c.admits(start));
  CHECK(c.fail(start, "no host answers"));
  CHECK_FALSE(c.admits(start + 9s));
  CHECK(c.why() == "no host answers");
}

TEST_CASE("circuit: after ten seconds one call may try, the others wait on") {
  circuit c;
  c.fail(start, "down");
  CHECK(c.admits(start + 10s));
  CHECK_FALSE(c.admits(start + 10s));
}

TEST_CASE("circuit: each failed try doubles the wait, up to a minute") {
  circuit c;
  auto now = start;
  c.fail(now, "down");
  for (auto wait : {10s, 20s, 40s, 60s, 60s}) {
    CHECK_FALSE(c.admits(now + wait - 1s));
    now += wait;
    REQUIRE(c.admits(now));
    CHECK_FALSE(c.fail(now, "still down"));
  }
}

TEST_CASE("circuit: calls that were under way when it opened do not lengthen the wait") {
  circuit c;
  c.fail(start, "down");
  for (int i = 0; i < 30; ++i)
    c.fail(start + 1s, "down, too");
  CHECK(c.admits(start + 10s));
}

TEST_CASE("circuit: a try that succeeds closes it, and is news once") {
  circuit c;
  c.fail(start, "down");
  c.admits(start + 10s);
  CHECK(c.succeed());
  CHECK_FALSE(c.succeed());
  CHECK(c.admits(start + 10s));
  CHECK(c.fail(start + 11s, "down again"));
  CHECK_FALSE(c.admits(start + 20s));
  CHECK(c.admits(start + 21s));
}
