#include "adapters/http/event_text.hpp"

#include "tests/support/session_histories.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::tests;

TEST_CASE("event text: a difference between log and cluster has a topic of its own") {
  eventstore::recorded_event recorded{
      .position = 7, .stream = "reconciliation", .recorded_at = nine};
  recorded.event = domain::reconciliation_event{
      domain::difference_found{domain::difference_kind::late_clone, vm, own, pve1, "in words", {}}};
  auto text = http::other_text(recorded);
  CHECK(text.starts_with("id: 7\nevent: difference\ndata: {"));
  CHECK(text.find(R"("type":"difference_found")") != std::string::npos);
}
