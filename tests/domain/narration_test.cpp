#include "tests/support/session_histories.hpp"

#include "domain/narration.hpp"

#include <doctest/doctest.h>

using namespace berth::tests;

TEST_CASE("narration: events are told in words") {
  CHECK(narrate(session_event{requested()})
        == "user 7 asked for an ephemeral session of template 2 \"Ubuntu 22.04\" (4 cores, "
           "4096 MiB RAM, 50 GiB disk, cloned from VM 9001) until 2025-11-24T17:00:00.000Z");
  CHECK(narrate(session_event{session_activated{vm, pve1, "10.0.0.9"}})
        == "active: VM 10000001 on node pve-1 answers at 10.0.0.9");
  CHECK(narrate(session_event{session_ended{end_reason::ended_by_admin, "maintenance"}})
        == "ended, an admin ended it: maintenance");
  CHECK(narrate(session_event{attempt_failed{2, {}, fault_class::capacity, "all are full", nine}})
        == "attempt 2 without a VM was given up (capacity): all are full");
  CHECK(narrate(node_event{node_maintenance_begun{}}) == "the node went into maintenance");
  CHECK(narrate(reconciliation_event{
            difference_found{difference_kind::late_clone, vm, own, pve1, "done with it", {}}})
        == "late clone: VM 10000001 on node pve-1 of session 01JD0000000000000000000001: done with "
           "it");
  CHECK(narrate(reconciliation_event{difference_settled{
            difference_kind::leaked_volume, vm, "ceph:vm-10000001-disk-0", settlement::gone}})
        == "leaked volume no more: volume ceph:vm-10000001-disk-0 is gone");
}

TEST_CASE("narration: an owner is told how far the session is, and nothing of Proxmox") {
  CHECK(narrate_to_owner(requested())
        == "an ephemeral session of \"Ubuntu 22.04\" was asked for, until "
           "2025-11-24T17:00:00.000Z");
  CHECK(narrate_to_owner(placed()) == "attempt 1: node pve-1 was chosen");
  CHECK(narrate_to_owner(session_activated{vm, pve1, "10.0.0.9"}) == "the desktop is ready");
  CHECK(narrate_to_owner(session_ended{end_reason::ended_by_admin, "maintenance"})
        == "ended, an admin ended it: maintenance");
  CHECK(narrate_to_owner(session_ended{end_reason::vm_lost, "VM 10000001 is gone"})
        == "ended, its VM was lost");
}

TEST_CASE("narration: what means nothing to an owner is not told") {
  CHECK_FALSE(narrate_to_owner(task_accepted{vm, upid}));
  CHECK_FALSE(narrate_to_owner(teardown_failed{vm, "VM is locked", 1, nine}));
  CHECK_FALSE(narrate_to_owner(vm_quarantined{vm, "foreign", nine}));
  CHECK_FALSE(narrate_to_owner(session_closed{}));
}

TEST_CASE("narration: no sentence for an owner holds a VMID, an address or Proxmox's words") {
  const session_event telling[] = {
      requested(),
      placed(),
      resumption_intended{keeper},
      vm_taken_over{vm, pve1, keeper},
      clone_intended{vm},
      configuration_intended{vm},
      start_intended{vm},
      vm_started{vm, nine},
      session_activated{vm, pve1, "10.0.0.9"},
      vm_moved{vm, pve2},
      step_failed{vm, fault_class::transient, "VM 10000001: secret", 1, nine},
      attempt_failed{1, vm, fault_class::capacity, "VM 10000001: secret", nine},
      session_failed{end_reason::provisioning_failed, "VM 10000001: secret"},
      session_extended{nine},
      desktop_opened{vm},
      session_ended{end_reason::vm_lost, "VM 10000001: secret"},
      shutdown_intended{vm},
      vm_kept{vm, pve1},
      vm_handed_over{heir},
      discard_requested{},
      deletion_intended{vm},
      vm_deleted{vm},
  };
  for (const auto& event : telling) {
    auto told = narrate_to_owner(event);
    REQUIRE(told);
    CAPTURE(*told);
    for (const auto* hidden : {"10000001", "9001", "10.0.0.9", "secret", "UPID"})
      CHECK(told->find(hidden) == std::string::npos);
  }
}
