#include "domain/user/user.hpp"

#include <doctest/doctest.h>

using namespace berth::domain;

namespace {

const std::string hash(64, 'a');

user registered() {
  return evolve({}, user_registered{{7}, "ada", role::admin});
}

} // namespace

TEST_CASE("user: registering once is an event, twice the same is none, twice another is refused") {
  CHECK(decide(user{}, register_user{{7}, "ada", role::admin}).value()
        == std::vector<user_event>{user_registered{{7}, "ada", role::admin}});
  CHECK(decide(registered(), register_user{{7}, "ada", role::admin})->empty());
  CHECK(decide(registered(), register_user{{7}, "ada", role::engineer}).error().code
        == refusal_code::not_in_this_state);
}

TEST_CASE("user: a login of other characters is refused") {
  for (const auto* login : {"", "Ada", "a b", "a@b"})
    CHECK(decide(user{}, register_user{{7}, login, role::engineer}).error().code
          == refusal_code::invalid);
  CHECK(decide(user{}, register_user{{0}, "ada", role::engineer}).error().code
        == refusal_code::invalid);
}

TEST_CASE("user: a token is kept as its hash, once") {
  auto events = decide(registered(), issue_token{hash, "laptop"});
  REQUIRE(events.has_value());
  auto now = evolve(registered(), events->at(0));
  CHECK(now.token_hashes == std::vector{hash});
  CHECK(decide(now, issue_token{hash, "laptop"})->empty());
}

TEST_CASE("user: what is no hash is refused, and nobody's token too") {
  CHECK(decide(registered(), issue_token{"secret", ""}).error().code == refusal_code::invalid);
  CHECK(decide(registered(), issue_token{std::string(64, 'A'), ""}).error().code
        == refusal_code::invalid);
  CHECK(decide(user{}, issue_token{hash, ""}).error().code == refusal_code::unknown);
  CHECK_THROWS_AS(evolve(user{}, token_issued{hash, ""}), corrupt_history);
}

TEST_CASE("user: roles are read as they are written") {
  CHECK(parse_role(to_string(role::engineer)) == role::engineer);
  CHECK(parse_role(to_string(role::admin)) == role::admin);
  CHECK_FALSE(parse_role("root"));
}
