#include "domain/reconciliation/claim_ledger.hpp"

#include "tests/support/session_histories.hpp"

#include <doctest/doctest.h>

using namespace berth::tests;

namespace {

void apply(claim_ledger& to, const session_id& id, const history& events, time_point at = nine) {
  for (const auto& event : events)
    to.apply(id, event, at);
}

vm_wish wish_after(const history& events) {
  claim_ledger ledger;
  apply(ledger, own, events);
  auto claim = ledger.find(vm);
  REQUIRE(claim);
  return claim->wants;
}

} // namespace

TEST_CASE("claim ledger: says what the log wants of a VM at each step of a session") {
  CHECK(wish_after(until_placed()) == vm_wish::provisioning);
  CHECK(wish_after(until_active()) == vm_wish::active);
  CHECK(wish_after(until_shutting_down()) == vm_wish::shutting_down);
  CHECK(wish_after(until_kept()) == vm_wish::kept);
  CHECK(wish_after(until_deleting()) == vm_wish::doomed);
  CHECK(wish_after(until_second_attempt()) == vm_wish::doomed);
  CHECK(wish_after(until_closed()) == vm_wish::gone);
}

TEST_CASE("claim ledger: a VMID that was never reserved is nobody's") {
  claim_ledger ledger;
  apply(ledger, own, until_active());
  CHECK_FALSE(ledger.find(second_vm));
  CHECK(ledger.knows(own));
  CHECK_FALSE(ledger.knows(heir));
}

TEST_CASE("claim ledger: what is gone is remembered by who made it, and nothing else") {
  claim_ledger ledger;
  apply(ledger, own, until_closed());
  CHECK(ledger.open().empty());
  CHECK(ledger.find(vm)
        == vm_claim{.session = own,
                    .marked = own,
                    .cloned_from = ubuntu().source,
                    .node = {},
                    .wants = vm_wish::gone});
  CHECK(ledger.knows(own));
}

TEST_CASE("claim ledger: a wish lasts from the event that made it, through those that do not "
          "change it") {
  claim_ledger ledger;
  apply(ledger, own, until_deleting());
  apply(ledger, own, {deletion_intended{vm}}, nine + 5min);
  CHECK(ledger.find(vm)->since == nine);
  apply(ledger, own, {vm_quarantined{vm, "locked", nine + 10min}}, nine + 6min);
  CHECK(ledger.find(vm)->since == nine);
  CHECK(ledger.find(vm)->quarantined);
}

TEST_CASE("claim ledger: follows a VM to its node") {
  claim_ledger ledger;
  apply(ledger, own, until_active() + history{vm_moved{vm, pve2}});
  CHECK(ledger.find(vm)->node == pve2);
}

TEST_CASE("claim ledger: a session goes on after a rest as if it had never rested") {
  claim_ledger ledger;
  apply(ledger, own,
        until_active(session_type::persistent)
            + history{desktop_opened{vm}, session_extended{nine + 90min}, vm_moved{vm, pve2},
                      session_ended{end_reason::deadline, {}}});
  CHECK(ledger.find(vm)->wants == vm_wish::shutting_down);
  apply(ledger, own, {vm_kept{vm, pve2}, vm_moved{vm, pve1}, discard_requested{}});
  CHECK(ledger.find(vm)
        == vm_claim{.session = own,
                    .marked = own,
                    .cloned_from = ubuntu().source,
                    .node = pve1,
                    .wants = vm_wish::doomed,
                    .since = nine});
  CHECK_THROWS_AS(apply(ledger, own, {vm_kept{vm, pve1}}), corrupt_history);
}

TEST_CASE("claim ledger: a VM that is handed over belongs to its heir, and keeps its marks") {
  claim_ledger ledger;
  apply(ledger, own, until_kept());
  auto asked = requested(session_type::persistent);
  asked.id = heir;
  apply(ledger, heir, {asked, resumption_intended{own}});
  apply(ledger, own, {vm_handed_over{heir}, session_closed{}});
  CHECK(ledger.find(vm)->session == heir);
  CHECK(ledger.find(vm)->wants == vm_wish::provisioning);
  apply(ledger, heir, {vm_taken_over{vm, pve1, own}});
  CHECK(ledger.find(vm)->session == heir);
  CHECK(ledger.find(vm)->marked == own);
}

TEST_CASE("claim ledger: what a keeper still owes does not disturb its heir") {
  claim_ledger ledger;
  apply(ledger, own,
        until_cloning(session_type::persistent)
            + history{attempt_failed{1, vm, fault_class::transient, "stuck", nine},
                      vm_quarantined{vm, "locked", nine}, placed(2, second_vm),
                      clone_intended{second_vm}, configuration_intended{second_vm},
                      start_intended{second_vm}, vm_started{second_vm, nine + 3min},
                      session_activated{second_vm, pve1, "10.0.0.9"},
                      session_ended{end_reason::deadline, {}}, vm_kept{second_vm, pve1},
                      vm_handed_over{heir}});
  auto asked = requested(session_type::persistent);
  asked.id = heir;
  apply(ledger, heir,
        {asked, resumption_intended{own}, vm_taken_over{second_vm, pve1, own},
         start_intended{second_vm}, vm_started{second_vm, nine + 9min},
         session_activated{second_vm, pve1, "10.0.0.9"}});
  apply(ledger, own, {vm_deleted{vm}, session_closed{}});
  CHECK(ledger.find(second_vm)->wants == vm_wish::active);
  CHECK(ledger.find(vm)->wants == vm_wish::gone);
}
