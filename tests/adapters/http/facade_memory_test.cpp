#include "tests/adapters/http/facade_fixture.hpp"

#include "tests/support/fake_supervisor.hpp"

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
    return actors::session_view{fold(until_active()), session->position, session->position};
  }});
}

struct fixture : facade_fixture {
  explicit fixture(std::shared_ptr<asked_session> asked = std::make_shared<asked_session>())
      : facade_fixture{supervisor, asked}, session{std::move(asked)} {}

  std::shared_ptr<asked_session> session;

  int look() { return call("GET").value().status; }

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
