#include "domain/reconciliation/reconcile.hpp"

#include "tests/support/session_histories.hpp"

#include <doctest/doctest.h>

using namespace berth::tests;
using kind = difference_kind;

namespace {

/// A log, a cluster, and what surveys of the one by the other lead to.
struct world {
  claim_ledger ledger;
  reconciliation known;
  suspicions suspected;
  cluster_survey seen{.vms = {.complete = true}, .volumes = volume_list{}};
  time_point now = nine;

  explicit world(const history& events = {}) {
    for (const auto& event : events)
      ledger.apply(own, event, nine);
  }

  surveyed_vm& show(vm_id id = vm, std::optional<session_id> marked = own, node_name node = pve1) {
    seen.vms.vms.push_back({.vm = id,
                            .node = std::move(node),
                            .power = vm_power::running,
                            .name = marked ? "berth-1" : "web-1",
                            .identified = true,
                            .marked = marked});
    return seen.vms.vms.back();
  }

  std::vector<kind> differing() {
    std::vector<kind> kinds;
    for (const auto& difference : differences(ledger, seen, now))
      kinds.push_back(difference.is.kind);
    return kinds;
  }

  /// One survey, and the events that it leads to.
  std::vector<reconciliation_event> survey(duration after = 30s) {
    now += after;
    auto result = reconcile(known, suspected, differences(ledger, seen, now), seen, now);
    suspected = std::move(result.suspected);
    for (const auto& event : result.events)
      known = evolve(std::move(known), event, now);
    return result.events;
  }
  void survey_twice() {
    survey();
    survey();
  }
  std::vector<kind> open() const {
    std::vector<kind> kinds;
    for (const auto& [key, difference] : known.open)
      kinds.push_back(key.kind);
    return kinds;
  }
  std::optional<settlement> settled_by_survey() {
    auto events = survey();
    if (events.size() != 1)
      return std::nullopt;
    const auto* settled = std::get_if<difference_settled>(&events[0]);
    return settled ? std::optional{settled->how} : std::nullopt;
  }
};

using kinds = std::vector<kind>;

} // namespace

TEST_CASE("reconcile: a cluster that shows what the log says differs in nothing") {
  for (const auto& events : {until_active(), until_kept(), until_deleting(), until_waiting()}) {
    world w{events};
    w.show();
    CHECK(w.differing().empty());
  }
  CHECK(world{until_closed()}.differing().empty());
}

TEST_CASE("reconcile: a VM that the log never reserved is a stray, whatever it is called") {
  world w{until_active()};
  w.show();
  w.show(second_vm, std::nullopt);
  w.show({10'000'003}, own);
  CHECK(w.differing() == kinds{kind::stray, kind::stray});
}

TEST_CASE("reconcile: a VMID of ours under other marks is foreign, whatever the log wants of it") {
  for (const auto& events :
       {until_active(), until_kept(), until_closed(), until_deletion_intended(), until_cloning()})
    for (auto marked : {std::optional<session_id>{}, std::optional{heir}}) {
      world w{events};
      w.show(vm, marked);
      CHECK(w.differing() == kinds{kind::foreign});
    }
}

TEST_CASE("reconcile: a VM whose marks cannot be read, or are not written yet, is not foreign") {
  world w{until_active()};
  auto& seen = w.show(vm, std::nullopt);
  seen.identified = false;
  CHECK(w.differing().empty());
  seen.identified = true;
  seen.lock = vm_lock::clone;
  CHECK(w.differing().empty());
}

TEST_CASE("reconcile: a VM of ours that the log is done with is a late clone") {
  world w{until_closed()};
  w.show();
  CHECK(w.differing() == kinds{kind::late_clone});
}

TEST_CASE("reconcile: an active or kept VM that a complete list does not show is lost") {
  for (const auto& events : {until_active(), until_kept()}) {
    world w{events};
    CHECK(w.differing() == kinds{kind::lost});
    w.seen.vms.complete = false;
    CHECK(w.differing().empty());
  }
  for (const auto& events : {until_cloning(), until_deleting(), until_shutting_down()})
    CHECK(world{events}.differing().empty());
}

TEST_CASE("reconcile: a destruction may take five minutes") {
  world w{until_deletion_intended()};
  w.show();
  w.now = nine + 5min;
  CHECK(w.differing().empty());
  w.now += 1ms;
  CHECK(w.differing() == kinds{kind::overdue});
}

TEST_CASE("reconcile: a VM on another node has moved, when that node answers") {
  for (const auto& events : {until_active(), until_kept()}) {
    world w{events};
    auto& seen = w.show(vm, own, pve2);
    CHECK(w.differing() == kinds{kind::moved});
    seen.node_online = false;
    CHECK(w.differing().empty());
  }
}

TEST_CASE("reconcile: the VM of an active session should run, as far as its node can tell") {
  world w{until_active()};
  auto& seen = w.show();
  seen.power = vm_power::stopped;
  CHECK(w.differing() == kinds{kind::stopped});
  seen.node_online = false;
  CHECK(w.differing().empty());
  world kept{until_kept()};
  kept.show().power = vm_power::stopped;
  CHECK(kept.differing().empty());
}

TEST_CASE("reconcile: a volume has leaked when neither log nor cluster has a VM for it") {
  world w{until_closed()};
  w.seen.volumes->volumes = {{"ssd:vm-10000001-disk-0", "ssd", pve1, vm, 42},
                             {"ssd:vm-10000001-disk-0", "ssd", pve2, vm, 42},
                             {"ceph:vm-10000002-disk-0", "ceph", pve1, second_vm, 42}};
  CHECK(w.differing() == kinds{kind::leaked_volume});
  w.seen.vms.complete = false;
  CHECK(w.differing().empty());
  w.seen.vms.complete = true;
  w.show();
  CHECK(w.differing() == kinds{kind::late_clone});
}

TEST_CASE("reconcile: a difference counts when two surveys half a minute apart have shown it") {
  world w{until_active()};
  CHECK(w.survey().empty());
  CHECK(w.survey(30s - 1ms).empty());
  auto events = w.survey(1ms);
  REQUIRE(events.size() == 1);
  CHECK(std::get<difference_found>(events[0]).kind == kind::lost);
  CHECK(w.survey().empty());
  CHECK(w.open() == kinds{kind::lost});
}

TEST_CASE("reconcile: a VM that is there again in between is not lost") {
  world w{until_active()};
  w.survey();
  w.show();
  w.survey();
  w.seen.vms.vms.clear();
  CHECK(w.survey().empty());
  CHECK(w.open().empty());
}

TEST_CASE("reconcile: a survey that is not complete neither confirms nor clears an absence") {
  world w{until_active()};
  w.survey();
  w.seen.vms.complete = false;
  CHECK(w.survey(10min).empty());
  w.seen.vms.complete = true;
  w.survey();
  CHECK(w.open() == kinds{kind::lost});
  w.seen.vms.complete = false;
  CHECK(w.survey().empty());
}

TEST_CASE("reconcile: a VM on a node that is offline is neither lost nor settled") {
  world w{until_active()};
  w.show().power = vm_power::stopped;
  w.survey_twice();
  CHECK(w.open() == kinds{kind::stopped});
  w.seen.vms.vms[0].node_online = false;
  CHECK(w.survey().empty());
  CHECK(w.open() == kinds{kind::stopped});
}

TEST_CASE("reconcile: a lost VM that is there all the same is lost no more, even on a node that is "
          "offline") {
  world w{until_active()};
  w.survey_twice();
  w.show().node_online = false;
  CHECK(w.settled_by_survey() == settlement::resolved);
}

TEST_CASE("reconcile: differences are settled by what the next survey shows") {
  world stray;
  stray.show(vm, std::nullopt);
  stray.survey_twice();
  stray.seen.vms.vms.clear();
  CHECK(stray.settled_by_survey() == settlement::gone);

  world lost{until_active()};
  lost.survey_twice();
  lost.ledger.apply(own, session_ended{end_reason::vm_lost, {}}, lost.now);
  CHECK(lost.settled_by_survey() == settlement::session_told);

  world moved{until_active()};
  moved.show(vm, own, pve2);
  moved.survey_twice();
  moved.ledger.apply(own, vm_moved{vm, pve2}, moved.now);
  CHECK(moved.settled_by_survey() == settlement::session_told);

  world returned{until_active()};
  returned.show(vm, own, pve2);
  returned.survey_twice();
  returned.seen.vms.vms[0].node = pve1;
  CHECK(returned.settled_by_survey() == settlement::resolved);
}

TEST_CASE("reconcile: a late clone that is absent is left to whoever removes it") {
  world w{until_closed()};
  w.show();
  w.survey_twice();
  w.seen.vms.vms.clear();
  CHECK(w.survey().empty());
  CHECK(w.open() == kinds{kind::late_clone});
}

TEST_CASE("reconcile: a leaked volume is settled only by a list that could show it") {
  world w{until_closed()};
  w.seen.volumes->volumes = {{"ceph:vm-10000001-disk-0", "ceph", pve1, vm, 42}};
  w.survey_twice();
  CHECK(w.open() == kinds{kind::leaked_volume});
  w.seen.volumes.reset();
  CHECK(w.survey().empty());
  w.seen.volumes = volume_list{.unread = {"node pve-2"}};
  CHECK(w.survey().empty());
  w.seen.volumes->unread.clear();
  CHECK(w.settled_by_survey() == settlement::gone);
}

TEST_CASE("reconcile: the marks of forgotten sessions say how far a lost log had counted") {
  world w{until_active()};
  w.show();
  CHECK_FALSE(last_forgotten(w.ledger, w.seen.vms));
  w.show({10'000'005}, heir);
  w.show({10'000'009}, heir);
  CHECK(last_forgotten(w.ledger, w.seen.vms) == vm_id{10'000'009});
  w.show({15'000'000}, own); // Somebody's copy of a VM of ours.
  w.show({16'000'000}, std::nullopt);
  CHECK(last_forgotten(w.ledger, w.seen.vms) == vm_id{10'000'009});
}

TEST_CASE("reconciliation: a removal is intended before it is postponed or settled") {
  reconciliation r;
  auto take = [&r](const reconciliation_event& event) { r = evolve(r, event, nine); };
  CHECK_THROWS_AS(take(removal_intended{vm, own}), corrupt_history);
  take(difference_found{kind::late_clone, vm, own, pve1, "done", {}});
  CHECK_THROWS_AS(take(difference_found{kind::late_clone, vm, own, pve1, "done", {}}),
                  corrupt_history);
  CHECK_THROWS_AS(take(removal_intended{vm, heir}), corrupt_history);
  take(removal_intended{vm, own});
  CHECK(r.open.begin()->second.removal.intended);
  take(removal_postponed{vm, "busy", false, 1, nine + 10s});
  CHECK(r.open.begin()->second.removal.intended);
  take(removal_postponed{vm, "locked", true, 0, nine + 5min});
  CHECK_FALSE(r.open.begin()->second.removal.intended);
  CHECK(r.open.begin()->second.removal.quarantined);
  take(difference_settled{kind::late_clone, vm, {}, settlement::destroyed});
  CHECK(r.open.empty());
  CHECK_THROWS_AS(take(difference_settled{kind::late_clone, vm, {}, settlement::destroyed}),
                  corrupt_history);
}
