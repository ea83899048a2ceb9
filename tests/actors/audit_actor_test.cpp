#include "actors/audit_actor.hpp"

#include "actors/errors.hpp"
#include "eventstore/memory_event_log.hpp"
#include "tests/support/actor_fixture.hpp"
#include "tests/support/event_samples.hpp"

#include <algorithm>

namespace berth::tests {

/// Timer: the verification has come to its end.
struct end_verification {};

} // namespace berth::tests

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::tests::end_verification)

using namespace berth;
using namespace berth::tests;
using namespace std::chrono_literals;
using actors::errc;

namespace {

constexpr auto verification_time = 5s;

using slow_verifier_actor = actors::log_verifier_actor::extend<caf::reacts_to<end_verification>>;

/// Takes its time for each verification, and finds as many events as it was asked times.
struct slow_verifier_state {
  std::shared_ptr<std::uint64_t> asked;
  std::vector<caf::typed_response_promise<actors::log_verified>> waiting;
};

slow_verifier_actor::behavior_type
slow_verifier(slow_verifier_actor::stateful_pointer<slow_verifier_state> self,
              std::shared_ptr<std::uint64_t> asked) {
  self->state.asked = std::move(asked);
  return {
      [self](const actors::verify_log&) {
        auto promise = self->make_response_promise<actors::log_verified>();
        ++*self->state.asked;
        self->state.waiting.push_back(promise);
        self->delayed_send(self, verification_time, end_verification{});
        return promise;
      },
      [self](end_verification) {
        for (auto& one : std::exchange(self->state.waiting, {}))
          one.deliver(actors::log_verified{{.events = *self->state.asked}, start_of_time});
      },
  };
}

struct fixture : actor_fixture {
  std::shared_ptr<eventstore::memory_event_log> log =
      std::make_shared<eventstore::memory_event_log>(eventstore::log_sources{clock(), random()});
  std::shared_ptr<std::uint64_t> verifications = std::make_shared<std::uint64_t>();
  std::vector<std::string> lines;
  bool is_damaged = false;
  actors::audit_actor audit = spawn(
      actors::audit,
      actors::audit_collaborators{
          .log = log,
          .export_page = [this](std::uint64_t after, std::size_t) -> eventstore::exported_page {
            if (is_damaged)
              throw eventstore::log_error{"position 3: nonsense"};
            return {"line\n", after + 1, false};
          },
          .verifier = spawn(slow_verifier, verifications),
          .to = logger()});

  actors::logger logger() {
    return {actors::log_level::info, [this](std::string_view line) { lines.emplace_back(line); }};
  }
  pending<actors::state_as_of> state_at(std::uint64_t position) {
    return ask<actors::state_as_of>(audit, actors::show_state{position});
  }
};

const domain::changed_value& value_of(const actors::state_as_of& state, const std::string& name) {
  auto found = std::ranges::find(state.values, name, &domain::changed_value::name);
  REQUIRE(found != state.values.end());
  return *found;
}

} // namespace

TEST_CASE_FIXTURE(fixture,
                  "audit: an event's session is shown as it was right after and right before") {
  must_append(*log, to_session(keeper, 0, until_active()));
  must_append(*log, to_session(tests::own, 0, until_cloning()));
  must_append(*log,
              to_session(tests::own, 3, {task_accepted{vm, upid}, configuration_intended{vm}}));
  auto position = until_active().size() + 3;
  auto cloning = state_at(position).value();
  CHECK(cloning.event.position == position);
  CHECK(cloning.event.version == 3);
  CHECK(value_of(cloning, "step") == domain::changed_value{"step", "cloning", "placed"});
  CHECK(value_of(cloning, "vm").value == "10000001");
  auto first = state_at(until_active().size() + 1).value();
  CHECK(value_of(first, "step") == domain::changed_value{"step", "placing", std::nullopt});
}

TEST_CASE_FIXTURE(fixture, "audit: a position that is not there is unknown") {
  must_append(*log, to_session(tests::own, 0, until_placing()));
  for (std::uint64_t nowhere : {0, 2})
    CHECK(actors::code_of(state_at(nowhere).error()) == errc::unknown);
}

TEST_CASE_FIXTURE(fixture, "audit: searches and exports are answered from the log") {
  must_append(*log, to_session(tests::own, 0, until_placed()));
  auto found =
      ask<eventstore::found_events>(audit, actors::search_log{{.type = "session_placed"}, 99, 10});
  REQUIRE(found.value().events.size() == 1);
  CHECK(found.value().events.front().position == 2);
  CHECK(ask<eventstore::exported_page>(audit, actors::export_log{4, 1}).value().last == 5);
}

TEST_CASE_FIXTURE(fixture, "audit: a damaged log is reported, and looked at again") {
  is_damaged = true;
  auto refused = ask<eventstore::exported_page>(audit, actors::export_log{2, 1});
  CHECK(actors::code_of(refused.error()) == errc::log_failed);
  CHECK(std::ranges::any_of(lines, [](const auto& line) {
    return line.starts_with("level=error") && line.find("position 3") != std::string::npos;
  }));
  is_damaged = false;
  CHECK(ask<eventstore::exported_page>(audit, actors::export_log{2, 1}).value().last == 3);
}

TEST_CASE_FIXTURE(fixture,
                  "audit: who asks during a verification shares it, who asks later has a new one") {
  auto first = ask<actors::log_verified>(audit, actors::verify_log{});
  auto second = ask<actors::log_verified>(audit, actors::verify_log{});
  CHECK_FALSE(first.ready());
  advance(verification_time);
  CHECK(first.value().found.events == 1);
  CHECK(second.ready());
  CHECK(*verifications == 1);
  auto third = ask<actors::log_verified>(audit, actors::verify_log{});
  advance(verification_time);
  CHECK(third.value().found.events == 2);
}

TEST_CASE_FIXTURE(fixture, "audit: a verification holds up no other question") {
  auto slow = ask<actors::log_verified>(audit, actors::verify_log{});
  CHECK(ask<eventstore::exported_page>(audit, actors::export_log{0, 1}).ready());
  CHECK_FALSE(slow.ready());
}

TEST_CASE_FIXTURE(fixture, "log verifier: says when it found what it found, or why it could not") {
  bool is_there = true;
  auto verifying = spawn(
      actors::log_verifier,
      [&is_there]() -> eventstore::verification {
        if (!is_there)
          throw eventstore::log_error{"log.db: gone"};
        return {.events = 3};
      },
      clock(), logger());
  auto found = ask<actors::log_verified>(verifying, actors::verify_log{}).value();
  CHECK(found.found.events == 3);
  CHECK(found.at == now());
  is_there = false;
  CHECK(actors::code_of(ask<actors::log_verified>(verifying, actors::verify_log{}).error())
        == errc::log_failed);
}
