#include "domain/session/step_history.hpp"

#include "tests/support/session_histories.hpp"

#include <doctest/doctest.h>

using namespace berth::tests;

namespace {

/// The steps of a session whose events came a second apart, from nine o'clock on.
std::vector<past_step> steps_of(const history& events) {
  step_history told;
  auto at = nine;
  for (const auto& event : events) {
    told.take(event, at);
    at += 1s;
  }
  return told.steps();
}

std::vector<std::string> names_of(const std::vector<past_step>& steps) {
  std::vector<std::string> names;
  for (const auto& step : steps)
    names.push_back(step.name + " " + std::to_string(step.attempt));
  return names;
}

using names = std::vector<std::string>;

} // namespace

TEST_CASE("steps: each begins where the one before ends, and the last is under way") {
  auto steps = steps_of(until_cloning());
  CHECK(steps
        == std::vector<past_step>{{"placing", 0, nine, nine + 1s},
                                  {"placed", 1, nine + 1s, nine + 2s},
                                  {"cloning", 1, nine + 2s, std::nullopt}});
}

TEST_CASE("steps: events within a step do not end it") {
  auto steps = steps_of(until_cloning() + history{task_accepted{vm, upid}});
  CHECK(names_of(steps) == names{"placing 0", "placed 1", "cloning 1"});
  CHECK_FALSE(steps.back().ended_at);
}

TEST_CASE("steps: a new attempt begins with the search for its node") {
  auto again = until_second_attempt() + history{placed(2, second_vm), clone_intended{second_vm}};
  CHECK(names_of(steps_of(again))
        == names{"placing 0", "placed 1", "cloning 1", "placing 2", "placed 2", "cloning 2"});
}

TEST_CASE("steps: a closed session has none under way") {
  auto steps = steps_of(until_closed());
  CHECK(names_of(steps)
        == names{"placing 0", "placed 1", "cloning 1", "configuring 1", "starting 1",
                 "waiting_for_address 1", "active 1", "deleting 1", "closing 1", "closed 1"});
  CHECK(steps.back().ended_at == steps.back().began_at);
}

TEST_CASE("steps: a kept VM is kept until somebody takes or discards it") {
  auto kept = steps_of(until_kept());
  CHECK(kept.back().name == "kept");
  CHECK_FALSE(kept.back().ended_at);
  CHECK(names_of(steps_of(until_handed_over())).back() == "closing 1");
}

TEST_CASE("steps: a resumed VM is neither cloned nor configured") {
  auto steps = steps_of(until_resumed() + history{start_intended{vm}});
  CHECK(names_of(steps) == names{"placing 0", "resuming 0", "placed 1", "starting 1"});
}
