#include "domain/node/node.hpp"

#include <doctest/doctest.h>

using namespace berth::domain;

namespace {

const register_node good{{"pve-1"}, "pve-1.example.org", 50};

node registered() {
  return evolve({}, node_registered{good.node, good.hostname, good.max_vms});
}

} // namespace

TEST_CASE("node: registering it gives its name, host and limit") {
  auto events = decide(node{}, good);
  REQUIRE(events.has_value());
  CHECK(*events == std::vector<node_event>{node_registered{{"pve-1"}, "pve-1.example.org", 50}});
  CHECK(registered() == node{{"pve-1"}, "pve-1.example.org", 50, node_mode::in_service});
}

TEST_CASE("node: registering it again changes nothing, or its limit") {
  CHECK(decide(registered(), good)->empty());
  auto larger = good;
  larger.max_vms = 60;
  CHECK(decide(registered(), larger).value()
        == std::vector<node_event>{node_registered{{"pve-1"}, "pve-1.example.org", 60}});
}

TEST_CASE("node: a new limit leaves its mode alone") {
  auto resting = evolve(registered(), node_maintenance_begun{"new disks"});
  CHECK(evolve(resting, node_registered{{"pve-1"}, "h", 1}).mode == node_mode::maintenance);
}

TEST_CASE("node: values out of range are refused") {
  for (auto bad : {register_node{{""}, "h", 50}, register_node{{"a/b"}, "h", 50},
                   register_node{{"-a"}, "h", 50}, register_node{{"pve-1"}, "", 50},
                   register_node{{"pve-1"}, "h", 0}, register_node{{"pve-1"}, "h", 10'001}}) {
    auto events = decide(node{}, bad);
    REQUIRE(events.has_error());
    CHECK(events.error().code == refusal_code::invalid);
  }
}

TEST_CASE("node: modes follow one another, and asking twice changes nothing") {
  auto now = registered();
  CHECK(decide(now, return_node{})->empty());
  now = evolve(now, decide(now, begin_drain{"update"})->at(0));
  CHECK(now.mode == node_mode::draining);
  CHECK(decide(now, begin_drain{"update"})->empty());
  now = evolve(now, decide(now, begin_maintenance{"update"})->at(0));
  CHECK(now.mode == node_mode::maintenance);
  now = evolve(now, decide(now, return_node{})->at(0));
  CHECK(now.mode == node_mode::in_service);
}

TEST_CASE("node: an unknown one has no mode to change") {
  CHECK(decide(node{}, begin_maintenance{}).error().code == refusal_code::unknown);
  CHECK_THROWS_AS(evolve(node{}, node_returned{}), corrupt_history);
}

TEST_CASE("node: it is removed only when it is out of service") {
  CHECK(decide(registered(), remove_node{}).error().code == refusal_code::not_in_this_state);
  for (const auto& away : {node_event{node_drain_begun{}}, node_event{node_maintenance_begun{}}}) {
    auto events = decide(evolve(registered(), away), remove_node{});
    REQUIRE(events.has_value());
    CHECK(*events == std::vector<node_event>{node_removed{}});
  }
}

TEST_CASE("node: one that was removed is as unknown as one that never was, until it is registered "
          "again") {
  auto gone = evolve(evolve(registered(), node_drain_begun{}), node_removed{});
  CHECK(gone.mode == node_mode::removed);
  for (const auto& wanted :
       {node_command{remove_node{}}, node_command{return_node{}}, node_command{begin_drain{}}})
    CHECK(decide(gone, wanted).error().code == refusal_code::unknown);
  auto back = decide(gone, good);
  REQUIRE(back.has_value());
  REQUIRE(back->size() == 1);
  CHECK(evolve(gone, back->at(0)).mode == node_mode::in_service);
}
