#pragma once

#include "tests/support/session_histories.hpp"

#include <doctest/doctest.h>

namespace berth::tests {

/// Reads as a sentence: given({...history}).when(command, at).then({...events}).
struct scenario {
  session current;
  result<std::vector<session_event>> outcome = std::vector<session_event>{};

  scenario& when(const session_command& wanted, time_point at = nine) {
    outcome = decide(current, wanted, at);
    return *this;
  }
  void then(const history& expected) const {
    REQUIRE(outcome.has_value());
    CHECK(*outcome == expected);
  }
  void then_nothing() const { then({}); }
  void then_refused(refusal_code why) const {
    REQUIRE(outcome.has_error());
    CHECK(outcome.error().code == why);
    CHECK_FALSE(outcome.error().detail.empty());
  }
};

inline scenario given(const history& events) {
  return {fold(events)};
}

} // namespace berth::tests
