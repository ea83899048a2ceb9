#include "adapters/http/event_feed_actor.hpp"

#include "tests/adapters/http/facade_fixture.hpp"

#include <doctest/doctest.h>

#include <memory>

using namespace berth;
using namespace berth::tests;

namespace {

actors::telemetry_hub_actor::behavior_type silent_hub() {
  return {[](const actors::node_load&) {}, [](const actors::subscribe_telemetry&) {}};
}

} // namespace

TEST_CASE("event feed: it knows all own sessions that were there when it began") {
  actor_fixture in;
  auto lists = std::make_shared<told_lists>();
  http::facade_collaborators with{.directory = in.spawn(fake_directory, lists),
                                  .hub = in.spawn(silent_hub)};
  http::event_feed mine{.who = {{7}, "ana", domain::role::engineer}, .after = 12};
  in.spawn(http::event_feed_stream, mine, with);
  in.settle();
  CHECK(lists->at_least == 12);
}
