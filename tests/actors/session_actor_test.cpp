#include "actors/session_actor.hpp"

#include "tests/support/session_fixture.hpp"

#include <string>
#include <vector>

using namespace berth;
using namespace berth::tests;
using namespace std::chrono_literals;

TEST_CASE_FIXTURE(session_fixture, "session: a launch goes from pending to active through every "
                                   "named step") {
  auto launched = launch(order()).value();
  auto id = launched.session.id;
  CHECK(domain::status_of(launched.session) == domain::session_status::pending);
  std::vector<std::string> steps{"placed"};
  while (steps.back() != "active" && step_or_wait())
    if (auto step = std::string{step_of(id)}; step != steps.back())
      steps.push_back(step);
  CHECK(steps
        == std::vector<std::string>{"placed", "cloning", "configuring", "starting",
                                    "waiting_for_address", "active"});
  REQUIRE(cluster->vms().size() == 1);
  CHECK(cluster->vms().front().power == domain::vm_power::running);
  CHECK(cluster->count<domain::clone_vm>() == 1);
}

TEST_CASE("session: a launch is answered only after its commit") {
  with_seeds(20, [](std::uint64_t seed) {
    session_fixture f{seed};
    auto answer = f.request<actors::session_view>(f.supervisor, f.order());
    auto id = f.session_number(1);
    while (!answer.ready() && f.step())
      if (answer.ready())
        CHECK_FALSE(f.journal.history(id).empty());
    CHECK(answer.value().version == 2);
    CHECK(answer.value().position == 2);
  });
}

TEST_CASE_FIXTURE(session_fixture, "session: without capacity a launch leaves no trace") {
  free_nodes->clear();
  auto refusal = launch(order());
  CHECK(actors::code_of(refusal.error()) == actors::errc::no_capacity);
  CHECK(journal.history(session_number(1)).empty());
  CHECK(living_sessions() == 0);
}

TEST_CASE_FIXTURE(session_fixture,
                  "session: a launch whose node is closed while it is being placed "
                  "goes to another node") {
  domain::node_name closed{"pve-9"};
  auto stream = eventstore::stream_of(closed);
  first_placements->push_back({closed, {}, {stream, 1}});
  journal.register_node("pve-9");
  journal.append(closed, domain::node_drain_begun{"new disks"});
  auto id = launch(order()).value().session.id;
  REQUIRE(events<domain::session_placed>(id).size() == 1);
  CHECK(events<domain::session_placed>(id)[0].node.value == "pve-1");
}

TEST_CASE_FIXTURE(session_fixture, "session: the next attempt does not go to a node that is closed "
                                   "while it is being placed") {
  auto id = launch(order()).value().session.id;
  wait_for(id, "starting");
  domain::node_name closed{"pve-9"};
  auto stream = eventstore::stream_of(closed);
  journal.register_node("pve-9");
  journal.append(closed, domain::node_drain_begun{"new disks"});
  first_placements->push_back({closed, {}, {stream, 1}});
  cluster->remove(events<domain::session_placed>(id)[0].vm);
  wait_for(id, "active");
  for (const auto& placed : events<domain::session_placed>(id))
    CHECK(placed.node != closed);
  CHECK(first_placements->empty());
}

TEST_CASE_FIXTURE(session_fixture, "session: a launch that the log refuses leaves no trace") {
  journal.refuse_appends("the disk is full");
  auto refusal = launch(order());
  CHECK(actors::code_of(refusal.error()) == actors::errc::log_refused);
  CHECK(actors::text_of(refusal.error()) == "the disk is full");
  CHECK(journal.history(session_number(1)).empty());
  CHECK(living_sessions() == 0);
  CHECK(cluster->orders().empty());
}

TEST_CASE_FIXTURE(session_fixture, "session: once the disk has room again, it goes on") {
  auto id = launch(order()).value().session.id;
  journal.refuse_appends("the disk is full");
  advance(10min);
  journal.refuse_appends(std::nullopt);
  wait_for(id, "active", 5min);
  CHECK(cluster->count<domain::clone_vm>() == 1);
}

TEST_CASE("session: the same command twice gives the same session and one VM") {
  with_seeds(20, [](std::uint64_t seed) {
    session_fixture f{seed};
    auto wanted = f.order();
    auto one = f.request<actors::session_view>(f.supervisor, wanted);
    auto two = f.request<actors::session_view>(f.supervisor, wanted);
    f.settle();
    CHECK(one.value().session.id == two.value().session.id);
    auto id = one.value().session.id;
    f.wait_for(id, "active");
    auto three = f.launch(wanted);
    CHECK(three.value().session.id == id);
    CHECK(three.value().version == one.value().version);
    CHECK(f.cluster->vms().size() == 1);
    CHECK(f.living_sessions() == 0);
  });
}

TEST_CASE_FIXTURE(session_fixture, "session: what does not exist is unknown, and gets no actor") {
  CHECK(actors::code_of(end(session_number(9)).error()) == actors::errc::unknown);
  CHECK(actors::code_of(extend(session_number(9), 30min).error()) == actors::errc::unknown);
  CHECK(living_sessions() == 0);
}

TEST_CASE("session: its owner can end it at every step, and nothing is left") {
  for (const char* step :
       {"placed", "cloning", "configuring", "starting", "waiting_for_address", "active"}) {
    CAPTURE(step);
    with_seeds(5, [step](std::uint64_t seed) {
      session_fixture f{seed};
      auto id = f.request<actors::session_view>(f.supervisor, f.order());
      while (!id.ready() || f.step_of(id.value().session.id) != step)
        REQUIRE(f.step_or_wait());
      auto ended = f.end(id.value().session.id).value();
      CHECK(domain::status_of(ended.session) == domain::session_status::expired);
      CHECK(ended.session.reason == domain::end_reason::ended_by_user);
      f.wait_for(ended.session.id, "closed", 10min);
      CHECK(f.cluster->vms().empty());
      CHECK(f.cluster->count<domain::clone_vm>() <= 1);
      f.settle();
      CHECK(f.living_sessions() == 0);
    });
  }
}

TEST_CASE_FIXTURE(session_fixture, "session: it can be ended while it waits for a node") {
  cluster->inject<domain::clone_vm>(refused{actors::errc::transient, "pve-1 is busy"});
  cluster->inject<domain::clone_vm>(
      task_fails{domain::fault_class::capacity, "the storage is full"});
  auto id = launch(order()).value().session.id;
  free_nodes->clear();
  wait_for(id, "placing", 5min);
  end(id).value();
  wait_for(id, "closed", 10min);
  CHECK(cluster->vms().empty());
  free_nodes->push_back({"pve-3"});
  advance(10min);
  CHECK(step_of(id) == "closed");
}

TEST_CASE_FIXTURE(session_fixture, "session: ending it twice changes nothing") {
  auto id = launch_and_wait();
  auto first = end(id).value();
  CHECK(end(id).value().session.reason == first.session.reason);
  wait_for(id, "closed", 10min);
  CHECK(end(id).value().session.reason == first.session.reason);
  CHECK(events<domain::session_ended>(id).size() == 1);
}

TEST_CASE_FIXTURE(session_fixture, "session: it ends at its deadline and its VM is destroyed") {
  auto id = launch_and_wait();
  auto deadline = logged(id).expires_at;
  advance(deadline - now() - 1ms);
  CHECK(step_of(id) == "active");
  advance(1ms);
  CHECK(logged(id).reason == domain::end_reason::deadline);
  wait_for(id, "closed", 5min);
  CHECK(cluster->vms().empty());
}

TEST_CASE_FIXTURE(session_fixture,
                  "session: a clock that is set forward brings its deadline within minutes") {
  auto id = launch_and_wait();
  set_clock_forward(logged(id).expires_at - now());
  advance(actors::longest_nap);
  CHECK(logged(id).reason == domain::end_reason::deadline);
}

TEST_CASE_FIXTURE(session_fixture, "session: an extension moves its deadline") {
  auto id = launch_and_wait();
  auto before = logged(id).expires_at;
  auto extended = extend(id, 30min).value();
  CHECK(extended.session.expires_at == before + 30min);
  advance(before - now() + 29min);
  CHECK(step_of(id) == "active");
  advance(1min);
  CHECK(logged(id).reason == domain::end_reason::deadline);
}

TEST_CASE_FIXTURE(session_fixture, "session: an extension beyond eight hours in all is refused") {
  auto id = launch_and_wait();
  CHECK(actors::code_of(extend(id, 7h + 1min).error()) == actors::errc::invalid);
  CHECK(extend(id, 7h).value().session.expires_at == logged(id).created_at + 8h);
}

TEST_CASE_FIXTURE(session_fixture, "session: a timer that fires early ends nothing") {
  auto id = launch(order()).value().session.id;
  auto actor = actor_of(id);
  REQUIRE(actor);
  tell(*actor, actors::deadline_reached{});
  wait_for(id, "active");
  advance(logged(id).expires_at - now());
  CHECK(logged(id).reason == domain::end_reason::deadline);
}
