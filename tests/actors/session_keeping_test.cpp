#include "tests/support/session_fixture.hpp"

#include <optional>

using namespace berth;
using namespace berth::tests;
using namespace std::chrono_literals;

namespace {

struct fixture : session_fixture {
  using session_fixture::session_fixture;

  domain::session_id keep_one() {
    auto id = launch_and_wait(domain::session_type::persistent);
    end(id).value();
    wait_for(id, "kept", 5min);
    return id;
  }
  actors::launch_session resumption_of(const domain::session_id& kept_by) {
    auto wanted = order(domain::session_type::persistent);
    wanted.resumes = kept_by;
    return wanted;
  }
  void check_moved(const domain::session_id& from, const domain::session_id& to) {
    wait_for(to, "active", 10min);
    CHECK(step_of(from) == "closed");
    REQUIRE(cluster->vms().size() == 1);
    CHECK(cluster->vms().front().vm == events<domain::session_activated>(to).front().vm);
    CHECK(events<domain::session_activated>(from).front().vm
          == events<domain::session_activated>(to).front().vm);
    CHECK(cluster->count<domain::clone_vm>() == 1);
    CHECK(cluster->count<domain::delete_vm>() == 0);
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "keeping: the VM of a persistent session is shut down and kept") {
  auto id = keep_one();
  CHECK(domain::status_of(logged(id)) == domain::session_status::expired);
  advance(24h);
  REQUIRE(cluster->vms().size() == 1);
  CHECK(cluster->vms().front().power == domain::vm_power::stopped);
  CHECK(cluster->count<domain::delete_vm>() == 0);
}

TEST_CASE_FIXTURE(fixture, "keeping: a new session resumes the same VM, which outlives it too") {
  auto first = keep_one();
  auto second = launch(resumption_of(first)).value().session.id;
  check_moved(first, second);
  end(second).value();
  wait_for(second, "kept", 5min);
  CHECK(cluster->vms().size() == 1);
}

TEST_CASE_FIXTURE(fixture, "keeping: a kept VM goes to one of two sessions that want it") {
  auto kept_by = keep_one();
  auto one = launch(resumption_of(kept_by)).value().session.id;
  auto two = launch(resumption_of(kept_by)).value().session.id;
  advance(5min);
  int active = 0, failed = 0;
  for (const auto& id : {one, two}) {
    active += domain::status_of(logged(id)) == domain::session_status::active;
    failed += domain::status_of(logged(id)) == domain::session_status::failed;
  }
  CHECK(active == 1);
  CHECK(failed == 1);
  CHECK(cluster->vms().size() == 1);
}

TEST_CASE_FIXTURE(fixture, "keeping: a discarded VM is destroyed") {
  auto id = keep_one();
  discard(id).value();
  wait_for(id, "closed", 5min);
  CHECK(cluster->vms().empty());
}

TEST_CASE_FIXTURE(fixture, "keeping: a VM that was handed over cannot be discarded by its former "
                           "session") {
  auto first = keep_one();
  auto second = launch(resumption_of(first)).value().session.id;
  wait_for(second, "active", 5min);
  CHECK(actors::code_of(discard(first).error()) == actors::errc::not_in_this_state);
  CHECK(cluster->vms().size() == 1);
}

TEST_CASE("keeping: a process that dies at any message of a hand-over loses no VM") {
  with_seeds(3, [](std::uint64_t seed) {
    bool struck = true;
    for (int messages = 0; struck; ++messages) {
      CAPTURE(messages);
      fixture f{seed};
      auto first = f.keep_one();
      auto wanted = f.resumption_of(first);
      f.request<actors::session_view>(f.supervisor, wanted);
      auto resumed = [&f] { return f.step_of(f.session_number(2)) == "starting"; };
      for (int i = 0; i < messages && !resumed(); ++i)
        f.step_or_wait();
      struck = !resumed();
      f.restart();
      auto second = f.launch(wanted).value().session.id;
      f.check_moved(first, second);
    }
  });
}

TEST_CASE_FIXTURE(fixture,
                  "keeping: a resumption that is ended at once keeps the VM all the same") {
  auto first = keep_one();
  auto second = launch(resumption_of(first)).value().session.id;
  end(second).value();
  wait_for(second, "kept", 5min);
  REQUIRE(cluster->vms().size() == 1);
  CHECK(cluster->vms().front().power == domain::vm_power::stopped);
}
