#include "eventstore/replay.hpp"

#include "eventstore/memory_event_log.hpp"
#include "tests/support/event_samples.hpp"

#include <doctest/doctest.h>

using namespace berth::eventstore;
using namespace berth::tests;
using namespace berth::domain;

namespace {

/// A session placed at nine, active a minute later, ended two minutes later.
struct fixture {
  test_sources outside;
  memory_event_log log{outside.sources()};

  fixture() {
    must_append(log, to_session(own, 0, until_placed()));
    outside.now = nine + 1min;
    must_append(log, to_session(own, 2, {clone_intended{vm}}));
    outside.now = nine + 2min;
    must_append(log, to_session(own, 3, {session_ended{end_reason::ended_by_user, {}}}));
  }
  std::string step(const as_of& until) {
    return std::string{step_name(sessions_as_of(log, until).at(own).is)};
  }
};

} // namespace

TEST_CASE("replay: a session is shown as it was at a position") {
  fixture with;
  CHECK(sessions_as_of(with.log, std::uint64_t{0}).empty());
  CHECK(with.step(std::uint64_t{1}) == "placing");
  CHECK(with.step(std::uint64_t{3}) == "cloning");
  CHECK(with.step(whole_log) == "deleting");
}

TEST_CASE("replay: a session is shown as it was at an instant, that instant included") {
  fixture with;
  CHECK(sessions_as_of(with.log, nine - 1ms).empty());
  CHECK(with.step(nine) == "placed");
  CHECK(with.step(nine + 1min - 1ms) == "placed");
  CHECK(with.step(nine + 1min) == "cloning");
}

TEST_CASE("replay: a session tells when it was over") {
  fixture with;
  auto session = sessions_as_of(with.log, whole_log).at(own);
  CHECK(session.ended_at == nine + 2min);
  CHECK(session.last_position == 4);
  CHECK(session.updated_at == nine + 2min);
  CHECK_FALSE(sessions_as_of(with.log, std::uint64_t{3}).at(own).ended_at);
}

TEST_CASE("replay: a log of many pages is read to its end") {
  test_sources outside;
  memory_event_log log{outside.sources()};
  history many = until_placed() + history{clone_intended{vm}};
  for (std::uint32_t n = 1; n <= 1'100; ++n)
    many.push_back(step_failed{vm, fault_class::transient, "timeout", n, nine});
  must_append(log, to_session(own, 0, many));
  std::uint64_t seen = 0;
  for_each_event(log, whole_log, [&seen](const auto& event) { CHECK(event.position == ++seen); });
  CHECK(seen == many.size());
}
