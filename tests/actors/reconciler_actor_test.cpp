#include "tests/support/reconciler_fixture.hpp"

#include "tests/support/fake_hypervisor.hpp"

using namespace berth;
using namespace berth::tests;
using namespace std::chrono_literals;
using domain::difference_found;
using domain::difference_settled;
using domain::settlement;
using domain::vm_marks;
using kind = domain::difference_kind;
using kinds = std::vector<kind>;

namespace {

constexpr domain::vm_id unknown_vm{10'500'000};
const domain::session_id stranger{{{0x99}}};

std::vector<settlement> how(const std::vector<difference_settled>& all) {
  std::vector<settlement> ends;
  for (const auto& settled : all)
    ends.push_back(settled.how);
  return ends;
}

struct day_later_fixture : reconciler_fixture {
  /// Everything restarts when what is over now has been over for a day.
  void restart_a_day_later() {
    advance(24h);
    launch_and_wait(); // Something newer, without which all of the log would be the recent past.
    restart_all();
  }

  /// A clone of the session appears, is known for what it is, and goes.
  void check_late_clone_of(const domain::session_id& id) {
    add_vm(vm_of(id), id);
    advance(10min);
    REQUIRE(logged<difference_found>().size() == 1);
    CHECK(logged<difference_found>()[0].kind == kind::late_clone);
    CHECK_FALSE(cluster->find(vm_of(id)));
    CHECK(open().empty());
  }
};

} // namespace

TEST_CASE_FIXTURE(reconciler_fixture,
                  "reconciler: nothing differs while sessions live their lives") {
  auto id = launch_and_wait(domain::session_type::persistent);
  end(id);
  wait_for(id, "kept");
  finished_session();
  advance(1h);
  CHECK(differences().empty());
  CHECK(report().is_complete);
  CHECK(report().surveyed_at);
}

TEST_CASE_FIXTURE(reconciler_fixture, "reconciler: a stray is reported and never touched") {
  add_vm(unknown_vm, stranger, vm_marks::foreign);
  survey_twice();
  CHECK(open() == kinds{kind::stray});
  CHECK(report().counts[static_cast<std::size_t>(kind::stray)] == 1);
  advance(24h);
  CHECK(logged<difference_found>().size() == 1);
  CHECK(cluster->orders().empty());
  cluster->remove(unknown_vm);
  advance(1min);
  CHECK(open().empty());
  CHECK(how(logged<difference_settled>()) == std::vector{settlement::gone});
  REQUIRE(report().settled.size() == 1);
  CHECK(report().settled[0].how == settlement::gone);
}

TEST_CASE_FIXTURE(reconciler_fixture,
                  "reconciler: somebody else's VM under a VMID of ours is never "
                  "touched") {
  auto id = finished_session();
  auto orders = cluster->orders().size();
  add_vm(vm_of(id), stranger);
  survey_twice();
  CHECK(open() == kinds{kind::foreign});
  advance(24h);
  CHECK(cluster->orders().size() == orders);
  CHECK(cluster->find(vm_of(id)));
}

TEST_CASE_FIXTURE(reconciler_fixture,
                  "reconciler: an active session whose VM is gone ends, and says "
                  "why") {
  auto id = launch_and_wait();
  cluster->remove(vm_of(id));
  survey_twice();
  auto over = logged(id);
  CHECK(over.reason == domain::end_reason::vm_lost);
  CHECK_FALSE(over.detail.empty());
  wait_for(id, "closed", 5min);
  advance(2min);
  CHECK(open().empty());
  REQUIRE(logged<difference_found>().size() == 1);
  CHECK(logged<difference_found>()[0].kind == kind::lost);
  CHECK(logged<difference_found>()[0].session == id);
  CHECK(how(logged<difference_settled>()) == std::vector{settlement::session_told});
}

TEST_CASE_FIXTURE(reconciler_fixture, "reconciler: in front of another cluster no session ends") {
  std::vector<domain::session_id> all;
  for (int i = 0; i < 7; ++i)
    all.push_back(launch_and_wait());
  std::vector<fake_vm> taken;
  for (int i = 0; i < 4; ++i) {
    taken.push_back(*cluster->find(vm_of(all[i])));
    cluster->remove(vm_of(all[i]));
  }
  advance(5min);
  CHECK(differences().empty());
  CHECK_FALSE(report().is_complete);
  CHECK(report().why_not
        == "4 of 7 VMs of active and kept sessions are missing: is this the right "
           "cluster?");
  for (const auto& id : all)
    CHECK(step_of(id) == "active");
  cluster->add(taken[0]);
  advance(5min);
  CHECK(report().is_complete);
  CHECK(step_of(all[0]) == "active");
  CHECK(logged(all[1]).reason == domain::end_reason::vm_lost);
}

TEST_CASE_FIXTURE(reconciler_fixture, "reconciler: a kept VM that is gone is kept no more") {
  auto id = launch_and_wait(domain::session_type::persistent);
  end(id);
  wait_for(id, "kept");
  cluster->remove(vm_of(id));
  survey_twice();
  CHECK(step_of(id) == "closed");
}

TEST_CASE_FIXTURE(reconciler_fixture, "reconciler: a VM that comes back between two surveys is not "
                                      "lost") {
  auto id = launch_and_wait();
  auto vm = *cluster->find(vm_of(id));
  for (int times = 0; times < 5; ++times) {
    cluster->remove(vm.vm);
    auto surveyed = report().surveyed_at;
    advance_until([&] { return report().surveyed_at != surveyed; }, 2min);
    cluster->add(vm);
    surveyed = report().surveyed_at;
    advance_until([&] { return report().surveyed_at != surveyed; }, 2min);
  }
  CHECK(differences().empty());
  CHECK(step_of(id) == "active");
}

TEST_CASE_FIXTURE(reconciler_fixture,
                  "reconciler: without quorum, or with VMs hidden, absence proves "
                  "nothing") {
  auto id = launch_and_wait();
  cluster->remove(vm_of(id));
  cluster->complete = false;
  advance(50min);
  CHECK(differences().empty());
  CHECK(step_of(id) == "active");
  CHECK_FALSE(report().is_complete);
  CHECK(report().why_not == "no quorum");
}

TEST_CASE_FIXTURE(reconciler_fixture, "reconciler: a node that is offline proves nothing") {
  cluster->nodes = {{{"pve-1"}, {}}, {{"pve-2"}, {}}};
  auto id = launch_and_wait();
  cluster->nodes.at(cluster->find(vm_of(id))->node).online = false;
  advance(50min);
  CHECK(differences().empty());
  CHECK(step_of(id) == "active");
}

TEST_CASE_FIXTURE(reconciler_fixture, "reconciler: sessions follow VMs that were moved") {
  auto active = launch_and_wait();
  auto kept = launch_and_wait(domain::session_type::persistent);
  end(kept);
  wait_for(kept, "kept");
  for (const auto& id : {active, kept}) {
    cluster->move(vm_of(id), {"pve-7"});
    survey_twice();
    CHECK(events<domain::vm_moved>(id) == std::vector{domain::vm_moved{vm_of(id), {"pve-7"}}});
    CHECK(logged(id).node.value == "pve-7");
  }
  advance(2min);
  CHECK(open().empty());
  CHECK(how(logged<difference_settled>())
        == std::vector{settlement::session_told, settlement::session_told});
  CHECK(step_of(active) == "active");
  CHECK(step_of(kept) == "kept");
}

TEST_CASE_FIXTURE(reconciler_fixture, "reconciler: an active VM that does not run is reported") {
  auto id = launch_and_wait();
  cluster->find(vm_of(id))->power = domain::vm_power::stopped;
  survey_twice();
  CHECK(open() == kinds{kind::stopped});
  cluster->find(vm_of(id))->power = domain::vm_power::running;
  advance(1min);
  CHECK(open().empty());
  CHECK(how(logged<difference_settled>()) == std::vector{settlement::resolved});
}

TEST_CASE_FIXTURE(reconciler_fixture, "reconciler: a destruction that is overdue is reported") {
  auto id = launch_and_wait();
  cluster->inject<domain::delete_vm>(worker_dies{});
  end(id);
  advance(15min);
  CHECK(open() == kinds{kind::overdue});
  CHECK(report().open[0].is.session == id);
}

TEST_CASE_FIXTURE(reconciler_fixture,
                  "reconciler: a volume that a deletion left behind is reported, "
                  "and nothing is done about it") {
  auto id = finished_session();
  auto orders = cluster->orders().size();
  cluster->disks.volumes = {{"ceph:vm-disk-0", "ceph", {"pve-1"}, vm_of(id), 42}};
  advance(17min);
  REQUIRE(open() == kinds{kind::leaked_volume});
  CHECK(report().open[0].is.is.volume == "ceph:vm-disk-0");
  CHECK(cluster->orders().size() == orders);
  cluster->disks.volumes.clear();
  advance(16min);
  CHECK(open().empty());
}

TEST_CASE_FIXTURE(reconciler_fixture,
                  "reconciler: volumes are listed at the start and every quarter "
                  "of an hour") {
  advance(14min);
  CHECK(cluster->volume_lists() == 1);
  advance(47min);
  CHECK(cluster->volume_lists() == 5);
}

TEST_CASE_FIXTURE(reconciler_fixture, "reconciler: whoever asks gets a survey at once, volumes "
                                      "included") {
  advance(5min + 20s);
  auto lists = cluster->volume_lists();
  auto asked = ask<actors::reconciliation_report>(reconciler, actors::reconcile_now{}).value();
  CHECK(asked.next_at == now());
  advance(1ms);
  CHECK(report().surveyed_at == now() - 1ms);
  CHECK(cluster->volume_lists() == lists + 1);
  CHECK(report().next_at == now() - 1ms + actors::between_surveys);
}

TEST_CASE_FIXTURE(reconciler_fixture,
                  "reconciler: what looks wrong is looked at again after half a "
                  "minute") {
  advance(5min + 20s);
  add_vm(unknown_vm, stranger, vm_marks::foreign);
  ask<actors::reconciliation_report>(reconciler, actors::reconcile_now{});
  advance(29s);
  CHECK(open().empty());
  advance(2s);
  CHECK(open() == kinds{kind::stray});
}

TEST_CASE_FIXTURE(reconciler_fixture, "reconciler: a cluster that does not answer is waited for") {
  advance(10min);
  cluster->available = false;
  advance(10min);
  CHECK_FALSE(report().is_complete);
  CHECK(report().why_not == "the cluster does not answer");
  cluster->available = true;
  advance(1min);
  CHECK(report().is_complete);
}

TEST_CASE_FIXTURE(reconciler_fixture,
                  "reconciler: VMIDs that a log from an older backup has forgotten "
                  "are skipped") {
  add_vm({10'000'041}, stranger);
  add_vm({10'000'017}, stranger);
  advance(1min);
  auto id = launch_and_wait();
  CHECK(vm_of(id).value == 10'000'042);
}

TEST_CASE_FIXTURE(reconciler_fixture,
                  "reconciler: somebody's VM at the end of the range does not use "
                  "it up") {
  auto first = launch_and_wait();
  add_vm({19'999'999}, stranger, vm_marks::foreign);
  add_vm({19'999'998}, first); // A copy of a VM of ours, tags included.
  advance(1min);
  auto id = launch_and_wait();
  CHECK(vm_of(id).value == vm_of(first).value + 1);
}

TEST_CASE_FIXTURE(reconciler_fixture,
                  "reconciler: what is open is known after a restart, and written "
                  "once") {
  add_vm(unknown_vm, stranger, vm_marks::foreign);
  survey_twice();
  auto since = report().open.at(0).since;
  restart_all();
  CHECK(open() == kinds{kind::stray});
  CHECK(report().open[0].since == since);
  advance(10min);
  CHECK(logged<difference_found>().size() == 1);
}

TEST_CASE_FIXTURE(day_later_fixture,
                  "reconciler: a late clone is known for what it is however long its session was "
                  "over at the start") {
  auto id = finished_session();
  restart_a_day_later();
  check_late_clone_of(id);
}

TEST_CASE_FIXTURE(day_later_fixture,
                  "reconciler: a VM that was handed over is gone with its last session, also when "
                  "all of them were over at the start") {
  auto first = launch_and_wait(domain::session_type::persistent);
  end(first).value();
  wait_for(first, "kept", 5min);
  auto wanted = order(domain::session_type::persistent);
  wanted.resumes = first;
  auto second = launch(wanted).value().session.id;
  wait_for(second, "active", 10min);
  end(second).value();
  wait_for(second, "kept", 5min);
  discard(second).value();
  wait_for(second, "closed", 5min);
  restart_a_day_later();
  check_late_clone_of(first);
}

TEST_CASE_FIXTURE(reconciler_fixture,
                  "reconciler: while the disk is full nothing is told that is not "
                  "written") {
  auto id = launch_and_wait();
  cluster->remove(vm_of(id));
  journal.refuse_appends("the disk is full");
  advance(10min);
  CHECK(open().empty());
  journal.refuse_appends(std::nullopt);
  advance(1min);
  CHECK(logged(id).reason == domain::end_reason::vm_lost);
}

TEST_CASE_FIXTURE(reconciler_fixture, "reconciler: it ends with its journal") {
  journal.crash();
  advance(5min);
  auto answer = ask<actors::reconciliation_report>(reconciler, actors::get_reconciliation{});
  CHECK_FALSE(actors::code_of(answer.error()));
}
