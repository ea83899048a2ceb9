#include "domain/session/session_policy.hpp"
#include "tests/support/reconciler_fixture.hpp"

#include <algorithm>

using namespace berth;
using namespace berth::tests;
using namespace std::chrono_literals;
using domain::removal_intended;
using domain::removal_postponed;
using domain::settlement;
using domain::vm_lock;
using kind = domain::difference_kind;
using kinds = std::vector<kind>;

namespace {

struct fixture : reconciler_fixture {
  explicit fixture(std::uint64_t seed = 1) : reconciler_fixture{seed} {
    session = finished_session();
    vm = vm_of(session);
    deletions = cluster->count<domain::delete_vm>();
  }

  domain::session_id session;
  domain::vm_id vm;
  std::size_t deletions = 0; ///< before anything was late

  fake_vm& appear() { return add_vm(vm, session); }
  std::size_t new_deletions() const { return cluster->count<domain::delete_vm>() - deletions; }
  std::vector<settlement> ends() {
    std::vector<settlement> all;
    for (const auto& settled : logged<domain::difference_settled>())
      all.push_back(settled.how);
    return all;
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "late clone: it is stopped and destroyed, and the log says so first") {
  appear().power = domain::vm_power::running;
  advance_until([&] { return new_deletions() > 0; }, 10min);
  CHECK(logged<removal_intended>() == std::vector{removal_intended{vm, session}});
  advance(2min);
  CHECK_FALSE(cluster->find(vm));
  CHECK(open().empty());
  CHECK(ends() == std::vector{settlement::destroyed});
  CHECK(new_deletions() == 1);
}

TEST_CASE_FIXTURE(fixture, "late clone: one look is not enough to destroy it") {
  appear();
  advance(20s);
  cluster->remove(vm);
  advance(1h);
  CHECK(differences().empty());
  CHECK(new_deletions() == 0);
}

TEST_CASE_FIXTURE(fixture, "late clone: while its clone is at work it is waited for") {
  cluster->pace.clone = 20min;
  CHECK(cluster->carry_out(domain::clone_vm{vm, session, {9000}, {"pve-1"}}));
  advance(19min);
  CHECK(open() == kinds{kind::late_clone});
  CHECK(new_deletions() == 0);
  CHECK(logged<removal_postponed>().empty());
  advance(3min);
  CHECK_FALSE(cluster->find(vm));
  CHECK(ends() == std::vector{settlement::destroyed});
}

TEST_CASE_FIXTURE(fixture,
                  "late clone: one that a dead clone has locked is left alone until somebody "
                  "unlocks it") {
  appear().lock = vm_lock::clone;
  advance(1h);
  REQUIRE(logged<removal_postponed>().size() == 1);
  CHECK(logged<removal_postponed>()[0].quarantined);
  CHECK(report().open.at(0).removal.quarantined);
  CHECK(report().open.at(0).last_fault.find("qm unlock") != std::string::npos);
  CHECK(new_deletions() == 0);
  cluster->find(vm)->lock = vm_lock::none;
  advance(6min);
  CHECK(ends() == std::vector{settlement::destroyed});
}

TEST_CASE_FIXTURE(fixture,
                  "late clone: one that loses its marks before its deletion is not touched") {
  appear();
  advance_until([&] { return !logged<removal_intended>().empty(); }, 10min);
  cluster->find(vm)->marks = domain::vm_marks::foreign;
  advance(1h);
  CHECK(cluster->find(vm));
  CHECK(open() == kinds{kind::foreign});
}

TEST_CASE_FIXTURE(fixture, "late clone: a deletion that fails is tried again, ever less often") {
  for (int times = 0; times < 3; ++times)
    cluster->inject<domain::delete_vm>(
        task_fails{domain::fault_class::transient, "the storage is busy"});
  appear();
  advance(10min);
  CHECK(ends() == std::vector{settlement::destroyed});
  CHECK(new_deletions() == 4);
  auto failures = logged<removal_postponed>();
  REQUIRE(failures.size() == 3);
  CHECK(failures[2].failures == 3);
  CHECK(failures[2].reason == "the storage is busy");
}

TEST_CASE_FIXTURE(fixture, "late clone: a deletion whose answer is lost is seen in the cluster") {
  cluster->inject<domain::delete_vm>(answer_lost{});
  cluster->inject<domain::delete_vm>(
      refused{actors::errc::transient, "somebody holds the configuration"});
  appear();
  advance(10min);
  CHECK(ends() == std::vector{settlement::destroyed});
}

TEST_CASE_FIXTURE(fixture, "late clone: one that somebody else removes is gone") {
  appear().lock = vm_lock::clone;
  advance(3min);
  cluster->remove(vm);
  advance(12min);
  CHECK(ends() == std::vector{settlement::gone});
  CHECK(new_deletions() == 0);
}

TEST_CASE("late clone: however Berth is interrupted, it goes in the end, and nothing else does") {
  with_seeds(50, [](std::uint64_t seed) {
    fixture f{seed};
    f.appear();
    f.add_vm({10'600'000}, {{{0x99}}}, domain::vm_marks::foreign);
    auto random = f.random();
    for (int lives = 0; lives < 4; ++lives) {
      for (auto steps = random() % 200; steps > 0; --steps)
        f.step_or_wait();
      f.restart_all();
    }
    f.advance(15min);
    CHECK_FALSE(f.cluster->find(f.vm));
    CHECK(f.cluster->find({10'600'000}));
    CHECK(f.logged<removal_intended>().size() == 1);
    CHECK(f.ends() == std::vector{settlement::destroyed});
    for (const auto& order : f.cluster->orders())
      CHECK(std::visit([](const auto& o) { return o.vm; }, order) == f.vm);
  });
}
