#include "adapters/http/recent_answers.hpp"

#include "domain/session/events.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace std::chrono_literals;
using http::recent_answers;

namespace {

constexpr domain::session_id one{{{1}}};
constexpr domain::user_id ana{7};
constexpr domain::time_point noon{12h};

domain::session_id nth(std::size_t n) {
  domain::session_id id{{{2}}};
  id.value.bytes[14] = static_cast<std::uint8_t>(n >> 8);
  id.value.bytes[15] = static_cast<std::uint8_t>(n);
  return id;
}

actors::session_view view(std::uint64_t position, const domain::session_id& id = one) {
  actors::session_view seen;
  seen.session.id = id;
  seen.position = position;
  return seen;
}

actors::caller caller(std::uint64_t position, bool by_cookie = false) {
  actors::caller who{ana, "ana", domain::role::engineer, "hash", by_cookie};
  who.position = position;
  return who;
}

eventstore::recorded_event of_session(std::uint64_t position, const domain::session_id& id = one) {
  return {.position = position,
          .stream = eventstore::stream_of(id),
          .event = domain::session_event{domain::session_extended{}}};
}

eventstore::recorded_event of_user(std::uint64_t position, domain::user_id id = ana) {
  return {.position = position,
          .stream = eventstore::stream_of(id),
          .event = domain::user_event{domain::user_disabled{}}};
}

struct fixture {
  recent_answers recent;

  fixture() { recent.begin(0); }

  void tell(eventstore::recorded_event event) {
    recent.take(std::vector<eventstore::recorded_event>{std::move(event)});
  }
  void answer(std::uint64_t position, const domain::session_id& id = one) {
    recent.keep(view(position, id), recent.expect(id));
  }
  const actors::caller* find(domain::time_point now = noon, bool by_cookie = false) const {
    return recent.find(actors::authenticate{"hash", by_cookie}, now);
  }
};

} // namespace

TEST_CASE("recent answers: nothing is kept before commits are told of") {
  recent_answers recent;
  recent.keep(view(5), recent.expect(one));
  CHECK_FALSE(recent.find(one));
  recent.keep(caller(5), noon);
  CHECK_FALSE(recent.find(actors::authenticate{"hash", false}, noon));
}

TEST_CASE_FIXTURE(fixture, "recent answers: where the log was at first is no news after a commit") {
  tell(of_session(8));
  recent.begin(5);
  CHECK(recent.head() == 8);
}

TEST_CASE_FIXTURE(fixture, "recent answers: an answer holds until its session has another event") {
  answer(5);
  tell(of_session(8, nth(1)));
  REQUIRE(recent.find(one));
  CHECK(recent.find(one)->position == 5);
  tell(of_session(9));
  CHECK_FALSE(recent.find(one));
}

TEST_CASE_FIXTURE(fixture, "recent answers: an answer that was overtaken by a commit is not kept") {
  auto expected = recent.expect(one);
  tell(of_session(9));
  recent.keep(view(5), expected);
  CHECK_FALSE(recent.find(one));
  recent.keep(view(9), expected);
  CHECK(recent.find(one));
}

TEST_CASE_FIXTURE(fixture,
                  "recent answers: an answer may come before the commit that it contains") {
  answer(9);
  tell(of_session(9));
  CHECK(recent.find(one));
}

TEST_CASE_FIXTURE(fixture, "recent answers: a session that nobody asked for is not kept") {
  recent.keep(view(5), recent.expect(nth(1)));
  CHECK_FALSE(recent.find(one));
}

TEST_CASE_FIXTURE(fixture, "recent answers: there are only so many, and none outlives the others") {
  auto early = recent.expect(one);
  for (std::size_t n = 0; n < recent_answers::most_sessions; ++n)
    answer(1, nth(n));
  CHECK_FALSE(recent.find(nth(0)));
  tell(of_session(9)); // Nobody knows of the session now.
  recent.expect(one);
  recent.keep(view(5), early);
  CHECK_FALSE(recent.find(one));
}

TEST_CASE_FIXTURE(fixture,
                  "recent answers: a credential holds for ten seconds, and as it was shown") {
  recent.keep(caller(5), noon);
  REQUIRE(find());
  CHECK(find()->login == "ana");
  CHECK_FALSE(find(noon, true));
  CHECK(find(noon + recent_answers::credential_lifetime - 1ms));
  CHECK_FALSE(find(noon + recent_answers::credential_lifetime));
}

TEST_CASE_FIXTURE(fixture, "recent answers: a credential does not outlive its own end") {
  auto who = caller(5);
  who.valid_until = noon + 3s;
  recent.keep(who, noon);
  CHECK(find(noon + 2s));
  CHECK_FALSE(find(noon + 3s));
}

TEST_CASE_FIXTURE(fixture, "recent answers: a change of the user ends all of its credentials") {
  recent.keep(caller(5), noon);
  tell(of_user(8, {8}));
  CHECK(find());
  tell(of_user(9));
  CHECK_FALSE(find());
  recent.keep(caller(5), noon); // It was on its way.
  CHECK_FALSE(find());
  recent.keep(caller(9), noon);
  CHECK(find());
}
