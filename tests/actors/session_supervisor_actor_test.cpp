#include "actors/session_supervisor_actor.hpp"

#include "tests/support/session_fixture.hpp"

#include <functional>

using namespace berth;
using namespace berth::tests;
using namespace std::chrono_literals;

namespace {

const auto id = session_fixture::session_number(1);

/// What breaks: one session's actor, or the whole process.
using blow = std::function<void(session_fixture&)>;

void kill_session(session_fixture& f) {
  if (auto actor = f.actor_of(id))
    f.kill(*actor);
}
void kill_everything(session_fixture& f) {
  f.restart();
}

/// Strikes after the given number of messages and timers; false when all was over before that.
bool strike_after(session_fixture& f, int messages, const char* last_step, const blow& strike) {
  for (int i = 0; i < messages; ++i) {
    f.step_or_wait();
    if (f.step_of(id) == last_step)
      return false;
  }
  strike(f);
  return true;
}

/// Strikes at every message of a launch in turn; whoever asked asks again.
void break_launches(std::uint64_t seed, const blow& strike) {
  bool struck = true;
  for (int messages = 0; struck; ++messages) {
    CAPTURE(messages);
    session_fixture f{seed};
    f.cluster->pace.clone = 1min; // Longer than a restart.
    auto wanted = f.order();
    f.request<actors::session_view>(f.supervisor, wanted);
    struck = strike_after(f, messages, "active", strike);
    auto repeated = f.launch(wanted);
    auto launched = repeated.value().session.id;
    f.wait_for(launched, "active", 10min);
    CHECK(f.cluster->vms().size() == 1);
    CHECK(f.cluster->count<domain::clone_vm>() == 1);
    f.advance(5min);
    CHECK(f.step_of(launched) == "active");
    CHECK(f.journal.open_sessions() == 1);
    CHECK(f.living_sessions() == 0);
  }
}

/// Strikes at every message of an end in turn.
void break_ends(std::uint64_t seed, const blow& strike) {
  bool struck = true;
  for (int messages = 0; struck; ++messages) {
    CAPTURE(messages);
    session_fixture f{seed};
    f.launch_and_wait();
    f.request<actors::session_view>(
        f.supervisor, actors::end_session{id, session_owner, actors::end_by::owner, {}});
    struck = strike_after(f, messages, "closed", strike);
    f.end(id);
    f.wait_for(id, "closed", 10min);
    CHECK(f.cluster->vms().empty());
    CHECK(f.cluster->count<domain::clone_vm>() == 1);
    CHECK(f.events<domain::vm_deleted>(id).size() == 1);
    f.settle();
    CHECK(f.living_sessions() == 0);
  }
}

} // namespace

TEST_CASE("supervisor: a session that dies at any message of its launch becomes active all the "
          "same, with one VM") {
  with_seeds(3, [](std::uint64_t seed) { break_launches(seed, kill_session); });
}

TEST_CASE("supervisor: a process that dies at any message of a launch goes on with it, with one "
          "VM") {
  with_seeds(3, [](std::uint64_t seed) { break_launches(seed, kill_everything); });
}

TEST_CASE("supervisor: a session that dies at any message of its end leaves no VM") {
  with_seeds(3, [](std::uint64_t seed) { break_ends(seed, kill_session); });
}

TEST_CASE("supervisor: a process that dies at any message of an end leaves no VM") {
  with_seeds(3, [](std::uint64_t seed) { break_ends(seed, kill_everything); });
}

TEST_CASE_FIXTURE(session_fixture, "supervisor: a session that keeps dying is started again after "
                                   "1, 2, 4... up to 60 s") {
  cluster->pace.clone = 10min;
  launch(order()).value();
  for (auto wait : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
    auto actor = actor_of(id);
    REQUIRE(actor);
    kill(*actor);
    CHECK_FALSE(actor_of(id));
    advance(wait - 1ms);
    CHECK_FALSE(actor_of(id));
    advance(1ms);
    CHECK(actor_of(id));
  }
  wait_for(id, "active", 10min);
}

TEST_CASE_FIXTURE(session_fixture, "supervisor: a deadline that passes while nobody lives is kept "
                                   "at the restart") {
  launch_and_wait();
  advance(logged(id).expires_at - now() - 500ms);
  restart();
  advance(1ms);
  CHECK(logged(id).reason == domain::end_reason::deadline);
  wait_for(id, "closed", 5min);
}

TEST_CASE_FIXTURE(session_fixture, "supervisor: a restart wakes the sessions that owe something, "
                                   "and no others") {
  auto closed = launch_and_wait();
  end(closed).value();
  wait_for(closed, "closed");
  auto active = launch_and_wait();
  cluster->pace.clone = 10min;
  auto cloning = launch(order()).value().session.id;
  restart();
  CHECK_FALSE(actor_of(closed));
  CHECK_FALSE(actor_of(active));
  CHECK(actor_of(cloning));
  advance(logged(active).expires_at - now());
  CHECK(logged(active).reason == domain::end_reason::deadline);
}

TEST_CASE_FIXTURE(session_fixture, "supervisor: a session that nobody can follow keeps no other "
                                   "from its deadline") {
  launch_and_wait();
  journal.append(session_number(9), {domain::session_extended{}});
  restart();
  advance(logged(id).expires_at - now());
  CHECK(logged(id).reason == domain::end_reason::deadline);
}

TEST_CASE_FIXTURE(session_fixture, "supervisor: an active session has an actor only while somebody "
                                   "asks it something") {
  launch_and_wait();
  settle();
  CHECK(living_sessions() == 0);
  auto later = logged(id).expires_at + 30min;
  CHECK(extend(id, 30min).value().session.expires_at == later);
  settle();
  CHECK(living_sessions() == 0);
  advance(later - now() - 1ms);
  CHECK(step_of(id) == "active");
  advance(1ms);
  CHECK(logged(id).reason == domain::end_reason::deadline);
}

TEST_CASE("supervisor: a session is asked at any message before it goes to rest and answers once") {
  with_seeds(3, [](std::uint64_t seed) {
    bool is_at_rest = false;
    for (int messages = 0; !is_at_rest; ++messages) {
      CAPTURE(messages);
      session_fixture f{seed};
      f.launch(f.order()).value();
      for (int i = 0; i < messages; ++i)
        f.step_or_wait();
      is_at_rest = f.living_sessions() == 0;
      auto extended = f.request<actors::session_view>(
          f.supervisor, actors::extend_session{id, session_owner, 10min});
      auto looked_at = f.request<actors::session_view>(f.supervisor, actors::get_session{id});
      f.wait_for(id, "active", 10min);
      CHECK(looked_at.value().session.id == id);
      CHECK(extended.value().session.expires_at == f.logged(id).expires_at);
      CHECK(f.events<domain::session_extended>(id).size() == 1);
      f.settle();
      CHECK(f.living_sessions() == 0);
    }
  });
}
