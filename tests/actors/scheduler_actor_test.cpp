#include "actors/scheduler_actor.hpp"

#include "actors/errors.hpp"
#include "tests/support/test_journal.hpp"

#include <algorithm>
#include <map>

using namespace berth;
using namespace berth::tests;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t vm_ram_mb = 4096;

domain::session_id session_number(std::uint8_t n) {
  return {{{n}}};
}

struct fixture : actor_fixture {
  explicit fixture(std::uint64_t seed = 1) : actor_fixture{seed} {}

  test_journal journal{*this};
  actors::scheduler_actor scheduler;

  void start() { scheduler = spawn(actors::scheduler, collaborators()); }
  actors::scheduler_collaborators collaborators() { return {journal.handle(), clock(), random()}; }

  void measure(const std::string& node, double used = 0.3) {
    tell(scheduler, actors::node_load{{.node = {node},
                                       .online = true,
                                       .cpu = used,
                                       .cores = 32,
                                       .ram_used_mb = static_cast<std::uint64_t>(used * 131'072),
                                       .ram_total_mb = 131'072,
                                       .sampled_at = now()}});
    settle();
  }
  pending<actors::placement> place(std::uint8_t session) {
    return ask<actors::placement>(scheduler,
                                  actors::place_session{session_number(session), {vm_ram_mb, 4}});
  }
  std::vector<domain::candidate> nodes() {
    return ask<actors::node_loads>(scheduler, actors::get_node_loads{}).value().nodes;
  }
  /// Everything that is reserved on the only node.
  std::vector<domain::reservation> reservations() { return nodes().front().reservations; }

  void request_and_place(std::uint8_t session, std::uint32_t vm, const std::string& node) {
    domain::template_spec from{.name = "Ubuntu", .ram_mb = vm_ram_mb};
    journal.append(session_number(session),
                   {domain::session_requested{.id = session_number(session), .from = from},
                    domain::session_placed{.node = {node}, .vm = {vm}}});
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "scheduler: the least loaded registered node is chosen") {
  journal.register_node("pve-1");
  journal.register_node("pve-2");
  start();
  measure("pve-1", 0.5);
  measure("pve-2", 0.3);
  measure("stranger", 0.0);
  auto found = place(1).value();
  CHECK(found.node.value == "pve-2");
  CHECK(found.considered.size() == 2);
}

TEST_CASE_FIXTURE(fixture, "scheduler: when no node can take a VM it says why for each") {
  journal.register_node("pve-1");
  journal.register_node("pve-2");
  start();
  measure("pve-1", 0.9);
  advance(actors::first_measurements);
  auto refusal = place(1);
  CHECK(actors::code_of(refusal.error()) == actors::errc::no_capacity);
  auto text = actors::text_of(refusal.error());
  CHECK(text.find("pve-1 is above 85 % load (measured 0.90") != std::string::npos);
  CHECK(text.find("pve-2 is not measured yet") != std::string::npos);
}

TEST_CASE_FIXTURE(fixture, "scheduler: just after its start it waits for the first measurements") {
  journal.register_node("pve-1");
  journal.register_node("pve-2");
  start();
  auto one = place(1);
  auto two = place(2);
  measure("pve-1", 0.9);
  CHECK_FALSE(one.ready());
  measure("pve-2", 0.3);
  CHECK(one.value().node.value == "pve-2");
  CHECK(two.value().node.value == "pve-2");
}

TEST_CASE_FIXTURE(fixture, "scheduler: it does not wait for a node that stays silent") {
  journal.register_node("pve-1");
  start();
  auto early = place(1);
  CHECK_FALSE(early.ready());
  advance(actors::first_measurements);
  CHECK(actors::code_of(early.error()) == actors::errc::no_capacity);
  CHECK(actors::code_of(place(1).error()) == actors::errc::no_capacity);
}

TEST_CASE_FIXTURE(fixture, "scheduler: a node that comes back must be measured anew") {
  journal.register_node("pve-1");
  start();
  measure("pve-1");
  journal.append(domain::node_name{"pve-1"}, domain::node_removed{});
  CHECK(nodes().empty());
  journal.register_node("pve-1");
  REQUIRE(nodes().size() == 1);
  CHECK_FALSE(nodes().front().sample);
}

TEST_CASE_FIXTURE(fixture, "scheduler: nodes out of service are left out") {
  journal.register_node("pve-1");
  start();
  measure("pve-1");
  journal.append(domain::node_name{"pve-1"}, domain::node_drain_begun{"new disks"});
  CHECK(actors::code_of(place(1).error()) == actors::errc::no_capacity);
  journal.append(domain::node_name{"pve-1"}, domain::node_returned{});
  CHECK(place(1).value().node.value == "pve-1");
}

TEST_CASE("scheduler: whoever asks at its start is answered from the whole log") {
  with_seeds(50, [](std::uint64_t seed) {
    fixture f{seed};
    for (std::uint8_t n = 1; n <= 5; ++n)
      f.journal.register_node("pve-" + std::to_string(n));
    f.scheduler = f.spawn(actors::scheduler, f.collaborators());
    auto loads = f.request<actors::node_loads>(f.scheduler, actors::get_node_loads{});
    f.settle();
    CHECK(loads.value().nodes.size() == 5);
  });
}

TEST_CASE("scheduler: thirty launches at once are spread within one of even") {
  with_seeds(20, [](std::uint64_t seed) {
    fixture f{seed};
    for (int n = 1; n <= 7; ++n)
      f.journal.register_node("pve-" + std::to_string(n));
    f.start();
    for (int n = 1; n <= 7; ++n)
      f.measure("pve-" + std::to_string(n));
    std::vector<pending<actors::placement>> answers;
    for (std::uint8_t n = 1; n <= 30; ++n)
      answers.push_back(f.request<actors::placement>(
          f.scheduler, actors::place_session{session_number(n), {vm_ram_mb, 4}}));
    f.settle();
    std::map<domain::node_name, int> spread;
    for (const auto& answer : answers)
      ++spread[answer.value().node];
    CHECK(spread.size() == 7);
    for (const auto& [node, vms] : spread) {
      CHECK(vms >= 4);
      CHECK(vms <= 5);
    }
  });
}

TEST_CASE_FIXTURE(fixture, "scheduler: an answer that never reaches the log holds its room for 60 "
                           "s") {
  journal.register_node("pve-1", 1);
  start();
  measure("pve-1");
  place(1).value();
  CHECK(actors::code_of(place(2).error()) == actors::errc::no_capacity);
  advance(59'999ms);
  CHECK(reservations().size() == 1);
  advance(1ms);
  CHECK(reservations().empty());
  CHECK(place(2).value().node.value == "pve-1");
}

TEST_CASE_FIXTURE(fixture, "scheduler: a session that asks again holds one place") {
  journal.register_node("pve-1", 1);
  start();
  measure("pve-1");
  place(1).value();
  CHECK(place(1).value().node.value == "pve-1");
}

TEST_CASE_FIXTURE(fixture, "scheduler: a placement in the log takes the place of the answer") {
  journal.register_node("pve-1");
  start();
  measure("pve-1");
  place(1).value();
  request_and_place(1, 10'000'000, "pve-1");
  auto held = reservations();
  REQUIRE(held.size() == 1);
  CHECK(held.front().vm.value == 10'000'000);
  CHECK(held.front().ram_mb == vm_ram_mb);
  CHECK_FALSE(held.front().running_since);
  advance(2min);
  CHECK(reservations().size() == 1);
}

TEST_CASE_FIXTURE(fixture, "scheduler: a VM holds its room until it is gone, and a restart knows "
                           "it") {
  journal.register_node("pve-1");
  request_and_place(1, 10'000'000, "pve-1");
  auto id = session_number(1);
  domain::vm_id vm{10'000'000};
  advance(30s);
  journal.append(id, {domain::vm_started{vm, now() + 120s}});
  start();
  REQUIRE(reservations().size() == 1);
  CHECK(reservations().front().running_since == now());
  journal.append(
      id, {domain::session_ended{domain::end_reason::deadline, ""}, domain::deletion_intended{vm}});
  CHECK(reservations().size() == 1);
  journal.append(id, {domain::vm_deleted{vm}});
  CHECK(reservations().empty());
}

TEST_CASE_FIXTURE(fixture, "scheduler: every attempt's VM holds room until it is gone") {
  journal.register_node("pve-1");
  start();
  request_and_place(1, 10'000'000, "pve-1");
  auto id = session_number(1);
  journal.append(id, {domain::attempt_failed{.attempt = 1, .vm = {10'000'000}}});
  journal.append(id, {domain::session_placed{.attempt = 2, .node = {"pve-1"}, .vm = {10'000'001}}});
  CHECK(reservations().size() == 2);
  journal.append(id, {domain::vm_deleted{{10'000'000}}});
  CHECK(reservations().size() == 1);
}

TEST_CASE_FIXTURE(fixture, "scheduler: a kept VM takes no room until it is resumed") {
  journal.register_node("pve-1");
  start();
  domain::vm_id vm{10'000'000};
  request_and_place(1, vm.value, "pve-1");
  journal.append(session_number(1), {domain::vm_kept{vm, {"pve-1"}}});
  CHECK(reservations().empty());
  domain::template_spec from{.ram_mb = vm_ram_mb};
  journal.append(session_number(2),
                 {domain::session_requested{.id = session_number(2), .from = from},
                  domain::vm_taken_over{vm, {"pve-1"}, session_number(1)}});
  CHECK(reservations().size() == 1);
  CHECK(reservations().front().ram_mb == vm_ram_mb);
}

TEST_CASE_FIXTURE(fixture, "scheduler: a VM counts where it runs, not where it was placed") {
  journal.register_node("pve-1");
  journal.register_node("pve-2");
  start();
  domain::vm_id vm{10'000'000};
  request_and_place(1, vm.value, "pve-1");
  journal.append(session_number(1), {domain::session_activated{vm, {"pve-2"}, "10.0.0.1"}});
  CHECK(nodes()[0].reservations.empty());
  CHECK(nodes()[1].reservations.size() == 1);
  journal.append(session_number(1), {domain::vm_moved{vm, {"pve-1"}}});
  CHECK(nodes()[0].reservations.size() == 1);
}

TEST_CASE_FIXTURE(fixture, "scheduler: an older sample does not replace a newer one") {
  journal.register_node("pve-1");
  start();
  measure("pve-1", 0.4);
  tell(scheduler,
       actors::node_load{{.node = {"pve-1"}, .online = false, .sampled_at = now() - 1ms}});
  settle();
  CHECK(nodes().front().sample->online);
}

TEST_CASE_FIXTURE(fixture, "scheduler: it ends with its journal") {
  start();
  settle();
  journal.crash();
  auto answer = place(1);
  CHECK_FALSE(actors::code_of(answer.error()));
}
