#include "domain/user/user.hpp"

#include <doctest/doctest.h>

using namespace berth::domain;
using namespace std::chrono_literals;

namespace {

constexpr time_point nine{std::chrono::hours{490'000}};
const std::string hash(64, 'a');
const std::string other_hash(64, 'b');

using events = std::vector<user_event>;

user after(user before, const events& happened, time_point at = nine) {
  for (const auto& event : happened)
    before = evolve(std::move(before), event, at);
  return before;
}

user registered() {
  return after({}, {user_registered{{7}, "ada", role::admin}});
}

user with_credentials() {
  return after(registered(), {token_issued{hash, "laptop", {}}, signed_in{other_hash, nine + 12h}});
}

} // namespace

TEST_CASE("user: registering once is an event, twice the same is none, twice another is refused") {
  register_user ada{{7}, "ada", role::admin};
  CHECK(decide(user{}, ada, nine).value() == events{user_registered{{7}, "ada", role::admin}});
  CHECK(decide(registered(), ada, nine)->empty());
  CHECK(decide(registered(), register_user{{7}, "ada", role::engineer}, nine).error().code
        == refusal_code::not_in_this_state);
}

TEST_CASE("user: a login of other characters is refused") {
  for (const auto* login : {"", "Ada", "a b", "a@b"})
    CHECK(decide(user{}, register_user{{7}, login, role::engineer}, nine).error().code
          == refusal_code::invalid);
  CHECK(decide(user{}, register_user{{0}, "ada", role::engineer}, nine).error().code
        == refusal_code::invalid);
}

TEST_CASE("user: nothing can be changed of one who does not exist") {
  CHECK(decide(user{}, enable_user{}, nine).error().code == refusal_code::unknown);
  CHECK_THROWS_AS(evolve(user{}, token_issued{hash, "", {}}, nine), corrupt_history);
  CHECK_THROWS_AS(evolve(registered(), user_registered{{7}, "ada", role::admin}, nine),
                  corrupt_history);
}

TEST_CASE("user: a token is kept as its hash, once, until it is revoked") {
  auto issued = decide(registered(), issue_token{hash, "laptop", {}}, nine).value();
  auto now = after(registered(), issued);
  REQUIRE(now.tokens.size() == 1);
  CHECK(now.tokens[0] == bearer_token{hash, "laptop", nine, {}, {}});
  CHECK(decide(now, issue_token{hash, "laptop", {}}, nine)->empty());
  CHECK(decide(now, revoke_token{other_hash}, nine).error().code == refusal_code::unknown);
  now = after(now, decide(now, revoke_token{hash}, nine).value());
  CHECK(now.tokens.empty());
}

TEST_CASE("user: what is no hash, and what has expired already, is refused") {
  for (const auto& wrong : {std::string{"secret"}, std::string(64, 'A')}) {
    CHECK(decide(registered(), issue_token{wrong, "", {}}, nine).error().code
          == refusal_code::invalid);
    CHECK(decide(registered(), sign_in{wrong, nine + 1h}, nine).error().code
          == refusal_code::invalid);
  }
  CHECK(decide(registered(), issue_token{hash, "", nine}, nine).error().code
        == refusal_code::invalid);
}

TEST_CASE("user: the use of a token is recorded once an hour") {
  auto now = with_credentials();
  now = after(now, decide(now, use_token{hash}, nine).value());
  CHECK(now.tokens[0].last_used == nine);
  CHECK(decide(now, use_token{hash}, nine + 59min)->empty());
  CHECK(decide(now, use_token{hash}, nine + 1h)->size() == 1);
  CHECK(decide(now, use_token{other_hash}, nine + 1h)->empty());
}

TEST_CASE("user: disabling ends tokens and sign-ins, and nothing new can begin") {
  auto disabled = after(with_credentials(), {user_disabled{"left"}});
  CHECK(disabled.tokens.empty());
  CHECK(disabled.browsers.empty());
  CHECK(decide(disabled, issue_token{other_hash, "", {}}, nine).error().code
        == refusal_code::not_in_this_state);
  CHECK(decide(disabled, sign_in{hash, nine + 1h}, nine).error().code
        == refusal_code::not_in_this_state);
  auto enabled = after(disabled, {user_enabled{}});
  CHECK(enabled.is_active);
  CHECK(enabled.tokens.empty());
}

TEST_CASE("user: a new password ends sign-ins and leaves tokens") {
  auto changed = after(with_credentials(), {password_changed{}});
  CHECK(changed.has_password);
  CHECK(changed.browsers.empty());
  CHECK(changed.tokens.size() == 1);
}

TEST_CASE("user: signing out ends one browser, and an unknown one changes nothing") {
  auto now = with_credentials();
  CHECK(decide(now, sign_out{hash}, nine)->empty());
  now = after(now, decide(now, sign_out{other_hash}, nine).value());
  CHECK(now.browsers.empty());
}

TEST_CASE("user: a sign-in forgets those that have expired") {
  auto now = after(registered(), {signed_in{hash, nine + 1h}});
  now = after(now, {signed_in{other_hash, nine + 12h}}, nine + 1h);
  REQUIRE(now.browsers.size() == 1);
  CHECK(now.browsers.front().cookie_hash == other_hash);
}

TEST_CASE("user: of more than twenty browsers the oldest is signed out") {
  auto now = registered();
  for (char c = 'a'; c < 'a' + 21; ++c)
    now = after(now, {signed_in{std::string(64, c), nine + 12h}});
  CHECK(now.browsers.size() == 20);
  CHECK(now.browsers.front().cookie_hash == std::string(64, 'b'));
}

TEST_CASE("user: a fifty-first token is refused") {
  auto now = registered();
  for (char c = 0; c < 50; ++c)
    now = after(now, {token_issued{std::string(64, c), "", {}}});
  CHECK(decide(now, issue_token{hash, "", {}}, nine).error().code
        == refusal_code::not_in_this_state);
}

TEST_CASE("user: quota and role change when they differ, within limits") {
  CHECK(registered().quota == usual_quota);
  CHECK(decide(registered(), change_quota{usual_quota}, nine)->empty());
  CHECK(decide(registered(), change_quota{1001}, nine).error().code == refusal_code::invalid);
  CHECK(after(registered(), {quota_changed{0}}).quota == 0);
  CHECK(decide(registered(), change_role{role::admin}, nine)->empty());
  CHECK(after(registered(), {role_changed{role::auditor}}).held == role::auditor);
}

TEST_CASE("user: roles are read as they are written") {
  for (auto held : {role::engineer, role::admin, role::auditor})
    CHECK(parse_role(to_string(held)) == held);
  CHECK_FALSE(parse_role("root"));
}
