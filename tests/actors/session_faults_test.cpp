#include "tests/support/session_fixture.hpp"

using namespace berth;
using namespace berth::tests;
using namespace std::chrono_literals;

namespace {

struct fixture : session_fixture {
  /// An order of this kind is refused so many times.
  template <class Order>
  void refuse(actors::errc code, int times = 1) {
    for (int i = 0; i < times; ++i)
      cluster->inject<Order>(refused{code, "Proxmox says no"});
  }
  domain::session_id launch_one() { return launch(order()).value().session.id; }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "faults: a transient one is tried again after 10, 30 and 60 s, give or "
                           "take a fifth") {
  refuse<domain::clone_vm>(actors::errc::transient, 3);
  auto id = launch_one();
  std::vector<domain::time_point> failed_at;
  while (step_of(id) != "active") {
    REQUIRE(step_or_wait());
    if (events<domain::step_failed>(id).size() > failed_at.size())
      failed_at.push_back(now());
  }
  auto failures = events<domain::step_failed>(id);
  REQUIRE(failures.size() == 3);
  const domain::duration waits[] = {10s, 30s, 60s};
  for (std::size_t i = 0; i < failures.size(); ++i) {
    auto wait = failures[i].retry_at - failed_at[i];
    CHECK(wait >= waits[i] * 8 / 10);
    CHECK(wait <= waits[i] * 12 / 10);
    if (i > 0)
      CHECK(failed_at[i] >= failures[i - 1].retry_at);
  }
  CHECK(events<domain::session_placed>(id).size() == 1);
  CHECK(cluster->vms().size() == 1);
}

TEST_CASE_FIXTURE(fixture, "faults: a node without room is left for another at once") {
  refuse<domain::start_vm>(actors::errc::capacity);
  auto id = launch_one();
  wait_for(id, "active", 3min);
  auto placed = events<domain::session_placed>(id);
  REQUIRE(placed.size() == 2);
  CHECK(placed[0].node.value == "pve-1");
  CHECK(placed[1].node.value == "pve-2");
  CHECK(placed[0].vm != placed[1].vm);
  auto recorded = journal.history(id);
  for (std::size_t i = 1; i < recorded.size(); ++i)
    if (recorded[i].event == domain::event{domain::session_event{placed[1]}})
      CHECK(recorded[i].recorded_at == recorded[i - 1].recorded_at);
  advance(2min);
  REQUIRE(cluster->vms().size() == 1);
  CHECK(cluster->vms().front().vm == placed[1].vm);
}

TEST_CASE_FIXTURE(fixture, "faults: a permanent one fails the session at once") {
  refuse<domain::configure_vm>(actors::errc::permanent);
  auto id = launch_one();
  wait_for(id, "closed", 5min);
  CHECK(domain::status_of(logged(id)) == domain::session_status::failed);
  CHECK(logged(id).detail == "Proxmox says no");
  CHECK(events<domain::session_placed>(id).size() == 1);
  CHECK(cluster->vms().empty());
}

TEST_CASE_FIXTURE(fixture, "faults: after three attempts the session fails and the remains are "
                           "destroyed") {
  refuse<domain::start_vm>(actors::errc::transient, 12);
  auto id = launch_one();
  wait_for(id, "closed", 1h);
  CHECK(logged(id).reason == domain::end_reason::provisioning_failed);
  CHECK(events<domain::session_placed>(id).size() == 3);
  CHECK(events<domain::vm_deleted>(id).size() == 3);
  CHECK(cluster->count<domain::clone_vm>() == 3);
  CHECK(cluster->vms().empty());
}

TEST_CASE_FIXTURE(fixture, "faults: a guest that has no address after 120 s loses its attempt") {
  cluster->boots = false;
  auto id = launch_one();
  wait_for(id, "waiting_for_address");
  advance(119s);
  CHECK(step_of(id) == "waiting_for_address");
  advance(10s);
  CHECK(events<domain::attempt_failed>(id).size() == 1);
  cluster->boots = true;
  wait_for(id, "active", 5min);
  advance(5min);
  CHECK(cluster->vms().size() == 1);
}

TEST_CASE_FIXTURE(fixture, "faults: a lost answer after the clone took effect leads to one VM") {
  cluster->inject<domain::clone_vm>(answer_lost{});
  auto id = launch_one();
  wait_for(id, "active", 5min);
  CHECK(cluster->count<domain::clone_vm>() == 1);
  CHECK(cluster->vms().size() == 1);
}

TEST_CASE_FIXTURE(fixture, "faults: a clone that never arrived is asked for again under its VMID") {
  cluster->inject<domain::clone_vm>(order_lost{});
  auto id = launch_one();
  wait_for(id, "active", 5min);
  CHECK(cluster->count<domain::clone_vm>() == 2);
  CHECK(events<domain::session_placed>(id).size() == 1);
  CHECK(cluster->vms().size() == 1);
}

TEST_CASE_FIXTURE(fixture, "faults: a deletion that fails for an hour is never given up") {
  auto id = launch_and_wait();
  refuse<domain::delete_vm>(actors::errc::transient, 20);
  end(id).value();
  advance(1h);
  CHECK(step_of(id) == "deleting");
  CHECK(cluster->vms().size() == 1);
  wait_for(id, "closed", 2h);
  CHECK(cluster->vms().empty());
  CHECK(cluster->count<domain::delete_vm>() == 21);
}

TEST_CASE_FIXTURE(fixture, "faults: somebody else's VM under our VMID is never touched") {
  fake_vm stranger{.vm = {10'000'000}, .node = {"pve-2"}, .marks = domain::vm_marks::foreign};
  stranger.power = domain::vm_power::running;
  cluster->add(stranger);
  auto id = launch_one();
  wait_for(id, "active", 5min);
  CHECK(events<domain::vm_quarantined>(id).size() == 1);
  end(id).value();
  advance(2h);
  CHECK(step_of(id) == "deleting");
  REQUIRE(cluster->vms().size() == 1);
  CHECK(cluster->vms().front().vm == stranger.vm);
  for (const auto& order : cluster->orders())
    CHECK(std::visit([](const auto& o) { return o.vm; }, order) != stranger.vm);
  cluster->remove(stranger.vm);
  wait_for(id, "closed", 30min);
}

TEST_CASE_FIXTURE(fixture, "faults: a clone that died under its lock is quarantined, and another "
                           "VMID is taken") {
  cluster->inject<domain::clone_vm>(worker_dies{});
  auto id = launch_one();
  wait_for(id, "active", 10min);
  auto placed = events<domain::session_placed>(id);
  REQUIRE(placed.size() == 2);
  CHECK(placed[0].vm != placed[1].vm);
  advance(5min);
  auto quarantined = events<domain::vm_quarantined>(id);
  REQUIRE(quarantined.size() == 1);
  CHECK(quarantined.front().vm == placed[0].vm);
  cluster->find(placed[0].vm)->lock = domain::vm_lock::none;
  end(id).value();
  wait_for(id, "closed", 30min);
  CHECK(cluster->vms().empty());
}

TEST_CASE_FIXTURE(fixture, "faults: a cluster that is gone for an hour fails no session") {
  auto running = launch_and_wait();
  extend(running, 2h).value();
  auto starting = launch(order()).value().session.id;
  auto ending = launch(order()).value().session.id;
  extend(starting, 2h).value();
  wait_for(starting, "cloning");
  end(ending).value();
  cluster->available = false;
  advance(1h);
  CHECK(step_of(running) == "active");
  CHECK(events<domain::step_failed>(starting).empty());
  CHECK(events<domain::attempt_failed>(starting).empty());
  CHECK(events<domain::teardown_failed>(ending).empty());
  cluster->available = true;
  wait_for(starting, "active", 5min);
  wait_for(ending, "closed", 5min);
  CHECK(cluster->vms().size() == 2);
}
