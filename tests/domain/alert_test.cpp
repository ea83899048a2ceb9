#include "domain/alert/alert.hpp"

#include <doctest/doctest.h>

using namespace berth::domain;

namespace {

alert_raised numbered(std::uint64_t number) {
  return {.number = number, .kind = alert_kind::session_failed, .detail = "three attempts"};
}

/// The outbox after alerts 1 to `count` were raised.
alert_outbox with(std::uint64_t count) {
  alert_outbox outbox;
  for (std::uint64_t number = 1; number <= count; ++number)
    outbox = evolve(std::move(outbox), numbered(number));
  return outbox;
}

} // namespace

TEST_CASE("alert: it waits until a mail has carried it") {
  auto outbox = with(3);
  CHECK(outbox.raised == 3);
  CHECK(outbox.waiting.size() == 3);
  outbox = evolve(std::move(outbox), alerts_mailed{2});
  CHECK(outbox.mailed == 2);
  REQUIRE(outbox.waiting.size() == 1);
  CHECK(outbox.waiting.front() == numbered(3));
  CHECK(evolve(std::move(outbox), alerts_mailed{3}).waiting.empty());
}

TEST_CASE("alert: numbers have no gaps and do not repeat") {
  CHECK_THROWS_AS(evolve(alert_outbox{}, numbered(2)), corrupt_history);
  CHECK_THROWS_AS(evolve(with(2), numbered(2)), corrupt_history);
}

TEST_CASE("alert: none is mailed twice, and none before it was raised") {
  CHECK_THROWS_AS(evolve(with(2), alerts_mailed{3}), corrupt_history);
  auto mailed = evolve(with(2), alerts_mailed{2});
  CHECK_THROWS_AS(evolve(mailed, alerts_mailed{2}), corrupt_history);
  CHECK_THROWS_AS(evolve(mailed, alerts_mailed{1}), corrupt_history);
}

TEST_CASE("alert: kinds are read as they are written") {
  for (auto kind : {alert_kind::session_failed, alert_kind::deletion_stuck})
    CHECK(parse_alert_kind(to_string(kind)) == kind);
  CHECK_FALSE(parse_alert_kind("fire"));
}
