#include "actors/node_monitor_actor.hpp"

#include "actors/node_fleet_actor.hpp"
#include "tests/support/fake_hypervisor.hpp"
#include "tests/support/load_probe.hpp"
#include "tests/support/test_journal.hpp"

#include <algorithm>

using namespace berth;
using namespace berth::tests;
using namespace std::chrono_literals;

namespace {

struct fixture : actor_fixture {
  std::shared_ptr<fake_cluster> cluster = std::make_shared<fake_cluster>(clock());
  std::shared_ptr<heard_loads> heard = std::make_shared<heard_loads>();
  std::vector<std::string> lines;
  test_journal journal{*this};

  fixture() { cluster->nodes[{"pve-1"}] = {}; }

  actors::node_monitor_collaborators collaborators() {
    return {.hypervisor = spawn(fake_hypervisor, cluster),
            .listeners = {spawn(load_probe, heard)},
            .log = actors::logger{actors::log_level::info,
                                  [this](std::string_view line) { lines.emplace_back(line); }}};
  }
  void start_monitor() {
    spawn(actors::node_monitor, domain::node_name{"pve-1"}, collaborators());
    settle();
  }
  void start_fleet() {
    spawn(actors::node_fleet, journal.handle(), collaborators());
    settle();
  }
  std::size_t heard_of(const std::string& node) const {
    return static_cast<std::size_t>(
        std::ranges::count(heard->samples, node, [](const auto& s) { return s.node.value; }));
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "node monitor: a sample is published at once and every 10 s") {
  start_monitor();
  CHECK(heard->samples.size() == 1);
  CHECK(heard->samples.front().online);
  advance(9'999ms);
  CHECK(heard->samples.size() == 1);
  advance(1ms);
  CHECK(heard->samples.size() == 2);
  CHECK(heard->samples.back().sampled_at == now());
}

TEST_CASE_FIXTURE(fixture, "node monitor: a node that does not answer is news, logged once") {
  start_monitor();
  cluster->nodes.at({"pve-1"}).online = false;
  advance(20s);
  CHECK(heard->samples.size() == 3);
  CHECK_FALSE(heard->samples.back().online);
  CHECK(std::ranges::count_if(
            lines, [](const auto& line) { return line.find("offline") != std::string::npos; })
        == 1);
}

TEST_CASE_FIXTURE(fixture, "node monitor: it is silent while the cluster does not answer") {
  start_monitor();
  cluster->available = false;
  advance(1min);
  CHECK(heard->samples.size() == 1);
  cluster->available = true;
  advance(10s);
  CHECK(heard->samples.size() == 2);
}

TEST_CASE_FIXTURE(fixture,
                  "node fleet: every registered node is monitored, new ones as they come") {
  journal.register_node("pve-1");
  start_fleet();
  CHECK(heard_of("pve-1") == 1);
  journal.register_node("pve-2");
  CHECK(heard_of("pve-2") == 1);
  advance(10s);
  CHECK(heard_of("pve-1") == 2);
  CHECK(heard_of("pve-2") == 2);
}

TEST_CASE_FIXTURE(fixture, "node fleet: a monitor that dies is started again after a second") {
  journal.register_node("pve-1");
  start_fleet();
  kill(caf::actor_cast<caf::actor>(heard->last_sender));
  advance(999ms);
  CHECK(heard->samples.size() == 1);
  advance(1ms);
  CHECK(heard->samples.size() == 2);
}

TEST_CASE_FIXTURE(fixture, "node fleet: a node whose limit changes keeps its one monitor") {
  journal.register_node("pve-1");
  start_fleet();
  journal.register_node("pve-1", 10);
  advance(10s);
  CHECK(heard_of("pve-1") == 2);
}

TEST_CASE_FIXTURE(fixture, "node fleet: a removed node is monitored no longer, until it is back") {
  journal.register_node("pve-1");
  start_fleet();
  journal.append(domain::node_name{"pve-1"}, domain::node_removed{});
  advance(1min);
  CHECK(heard_of("pve-1") == 1);
  journal.register_node("pve-1");
  CHECK(heard_of("pve-1") == 2);
  advance(10s);
  CHECK(heard_of("pve-1") == 3);
}

TEST_CASE_FIXTURE(fixture, "node fleet: a monitor that died is not started again for a removed "
                           "node") {
  journal.register_node("pve-1");
  start_fleet();
  kill(caf::actor_cast<caf::actor>(heard->last_sender));
  journal.append(domain::node_name{"pve-1"}, domain::node_removed{});
  advance(1min);
  CHECK(heard_of("pve-1") == 1);
}

TEST_CASE_FIXTURE(fixture, "node fleet: it ends with its journal, and its monitors with it") {
  journal.register_node("pve-1");
  start_fleet();
  journal.crash();
  advance(1min);
  CHECK(heard->samples.size() == 1);
}
