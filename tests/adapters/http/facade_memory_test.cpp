#include "tests/adapters/http/facade_fixture.hpp"

#include "tests/support/fake_supervisor.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include <memory>
#include <utility>

/// What the facade answers without asking, because the log says that nothing has changed.
using namespace berth;
using namespace berth::tests;

namespace {

struct asked_session {
  std::uint64_t position = 0;
  int times = 0;
};

actors::session_supervisor_actor::behavior_type
supervisor(const std::shared_ptr<asked_session>& session) {
  return fake_supervisor({.any = [session](const domain::session_id&) {
    ++session->times;
    auto active = fold(until_active());
    active.expires_at = start_of_time + 60min;
    return actors::session_view{std::move(active), session->position, session->position};
  }});
}

struct fixture : facade_fixture {
  explicit fixture(std::shared_ptr<asked_session> asked = std::make_shared<asked_session>())
      : facade_fixture{supervisor, asked}, session{std::move(asked)} {}

  std::shared_ptr<asked_session> session;

  int look() { return call("GET").value().status; }

  /// How often the directory is asked for it.
  int list(const std::string& target = "/sessions", const std::string& login = "ana") {
    auto before = lists->times;
    CHECK(call("GET", target, login).value().status == 200);
    return lists->times - before;
  }

  void append(domain::user_id to, domain::user_event event) {
    eventstore::append_request wanted{.stream = eventstore::stream_of(to),
                                      .events = {std::move(event)},
                                      .because = {.actor = "system:test"}};
    static_cast<void>(
        in.ask<actors::event_page>(journal.handle(), actors::append_events{std::move(wanted)})
            .value());
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "facade: a session is asked for once, until the log says more of it") {
  CHECK(look() == 200);
  CHECK(look() == 200);
  CHECK(session->times == 1);
  session->position = journal.append(own, {domain::session_extended{in.clock()()}});
  CHECK(look() == 200);
  CHECK(look() == 200);
  CHECK(session->times == 2);
}

TEST_CASE_FIXTURE(fixture, "facade: a session that answers less than the log says is asked again") {
  CHECK(look() == 200);
  journal.append(own, {domain::session_extended{}});
  session->position = journal.append(own, {domain::session_extended{}}) - 1;
  CHECK(look() == 200);
  CHECK(look() == 200);
  CHECK(session->times == 3);
}

TEST_CASE_FIXTURE(fixture, "facade: a credential is asked for once, until its user changes") {
  CHECK(look() == 200);
  people->credentials.clear();
  CHECK(look() == 200);
  append({8}, domain::user_disabled{});
  CHECK(look() == 200);
  append({7}, domain::user_disabled{});
  CHECK(look() == 401);
}

TEST_CASE_FIXTURE(fixture, "facade: a credential is asked for again after ten seconds") {
  CHECK(look() == 200);
  people->credentials.clear();
  in.advance(9s);
  CHECK(look() == 200);
  in.advance(1s);
  CHECK(look() == 401);
}

TEST_CASE_FIXTURE(fixture, "facade: a list is asked for once in a second, until the log goes on") {
  CHECK(list() == 1);
  CHECK(list() == 0);
  lists->position = journal.append(own, {domain::session_extended{}});
  CHECK(list() == 1);
  CHECK(list() == 0);
  in.advance(1s);
  CHECK(list() == 1);
}

TEST_CASE_FIXTURE(fixture,
                  "facade: lists contain all that was committed before they were asked for") {
  auto position = journal.append(own, {domain::session_extended{}});
  list();
  CHECK(lists->at_least == position);
  position = journal.append(own, {domain::session_extended{}});
  CHECK(call("GET", "/templates", "ana").value().status == 200);
  CHECK(lists->at_least == position);
}

TEST_CASE_FIXTURE(fixture, "facade: a list that is behind the log is not shown again") {
  lists->position = journal.append(own, {domain::session_extended{}}) - 1;
  CHECK(list() == 1);
  CHECK(list() == 1);
}

TEST_CASE_FIXTURE(fixture, "facade: a list is shown again to who asked for it, and in his way") {
  people->credentials[http::token_hash("berth_bob")] = {
      {8}, "bob", domain::role::admin, http::token_hash("berth_bob")};
  CHECK(list("/sessions?limit=2") == 1);
  CHECK(list("/sessions?limit=3") == 1);
  CHECK(list("/sessions?limit=2", "bob") == 1);
  CHECK(list("/admin/sessions?limit=2", "bob") == 1);
  CHECK(list("/sessions?limit=2") == 0);
}

TEST_CASE_FIXTURE(fixture, "facade: a session's seconds are those of the answer's own second") {
  auto seconds_left = [this] {
    return boost::json::parse(call("GET").value().body).at("time_remaining_seconds").as_int64();
  };
  auto at_first = seconds_left();
  in.advance(500ms);
  auto later = seconds_left();
  in.advance(1s);
  CHECK(at_first == later);
  CHECK(seconds_left() == later - 1);
}
