#include "domain/aggregate.hpp"

#include "tests/support/session_histories.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace berth::tests;

namespace {

aggregate fold_all(const std::vector<event>& events) {
  aggregate folded;
  for (const auto& one : events)
    folded = evolve(std::move(folded), one, nine);
  return folded;
}

aggregate after(const history& events) {
  return fold_all({events.begin(), events.end()});
}

changed_value value_of(const std::vector<changed_value>& all, const std::string& name) {
  auto found = std::ranges::find(all, name, &changed_value::name);
  REQUIRE(found != all.end());
  return *found;
}

std::vector<std::string> names_that_changed(const aggregate& before, const aggregate& now) {
  std::vector<std::string> names;
  for (const auto& one : compare(before, now))
    if (one.value != one.before)
      names.push_back(one.name);
  return names;
}

using names = std::vector<std::string>;

} // namespace

TEST_CASE("aggregate: what was not there has no values before") {
  auto first = compare({}, after(until_placing()));
  CHECK(value_of(first, "status") == changed_value{"status", "pending", std::nullopt});
  CHECK(value_of(first, "step") == changed_value{"step", "placing", std::nullopt});
  CHECK(value_of(first, "owner") == changed_value{"owner", "7", std::nullopt});
  CHECK(value_of(first, "template").value == "2 Ubuntu 22.04");
  CHECK(value_of(first, "created_at").value == to_rfc3339(nine));
  CHECK_FALSE(value_of(first, "node").value);
  CHECK_FALSE(value_of(first, "end_reason").value);
}

TEST_CASE("aggregate: a session shows what an event changed, and keeps the rest") {
  CHECK(names_that_changed(after(until_waiting()), after(until_active()))
        == names{"status", "step", "attempt", "address"});
  CHECK(names_that_changed(after(until_active()), after(until_deleting()))
        == names{"status", "step", "vm", "address", "end_reason", "doomed_vms"});
  auto kept = compare(after(until_shutdown_intended()), after(until_kept()));
  CHECK(value_of(kept, "keeps_vm") == changed_value{"keeps_vm", "yes", "no"});
  CHECK(value_of(compare({}, after(until_handed_over())), "handed_to").value == to_string(heir));
}

TEST_CASE("aggregate: doomed VMs are named, quarantined ones as such") {
  auto two = until_second_attempt()
             + history{vm_quarantined{vm, "locked", nine + 5min}, placed(2, second_vm),
                       session_ended{end_reason::ended_by_user, {}}};
  auto values = compare({}, after(two));
  CHECK(value_of(values, "doomed_vms").value == "10000001 (quarantined), 10000002");
  CHECK(value_of(values, "last_fault").value == "locked");
}

TEST_CASE("aggregate: nodes, templates, users and alerts say what they are") {
  auto registered = fold_all({node_event{node_registered{pve1, "pve-1.lan", 40}}});
  auto drained = evolve(registered, node_event{node_drain_begun{"update"}}, nine);
  CHECK(names_that_changed(registered, drained) == names{"mode"});
  CHECK(value_of(compare(registered, drained), "mode")
        == changed_value{"mode", "draining", "in_service"});

  auto spec = ubuntu();
  spec.tags = {"lab", "vnc"};
  auto created = compare({}, fold_all({template_event{template_created{{2}, spec}}}));
  CHECK(value_of(created, "tags").value == "lab, vnc");
  CHECK(value_of(created, "desktop_port").value == "5900");
  CHECK(value_of(created, "is_active").value == "yes");
  CHECK_FALSE(value_of(created, "desktop_user").value);

  auto raised =
      fold_all({alert_event{alert_raised{1, alert_kind::session_failed, own, vm, "full"}}});
  CHECK(value_of(compare({}, raised), "waiting").value == "1");

  auto stray = fold_all({reconciliation_event{
      difference_found{difference_kind::stray, vm, std::nullopt, pve1, "unknown", {}}}});
  CHECK(value_of(compare({}, stray), "open_stray").value == "1");
  CHECK(value_of(compare({}, stray), "open_lost").value == "0");
}

TEST_CASE("aggregate: of tokens and cookies there is the number, never the hash") {
  const std::string hash(64, 'a');
  auto ada = fold_all({user_event{user_registered{{7}, "ada", role::admin}},
                       user_event{password_changed{}}, user_event{token_issued{hash, "laptop", {}}},
                       user_event{signed_in{hash, nine + 12h}}});
  auto values = compare({}, ada);
  CHECK(value_of(values, "tokens").value == "1");
  CHECK(value_of(values, "browsers_signed_in").value == "1");
  CHECK(value_of(values, "has_password").value == "yes");
  for (const auto& one : values)
    CHECK(one.value.value_or("").find("aaaa") == std::string::npos);
}

TEST_CASE("aggregate: a stream holds events of one kind alone") {
  auto user_7 = fold_all({user_event{user_registered{{7}, "ada", role::admin}}});
  CHECK_THROWS_AS(evolve(user_7, node_event{node_returned{}}, nine), corrupt_history);
}
