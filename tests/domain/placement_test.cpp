#include "domain/placement/placement_board.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <random>

#include <doctest/doctest.h>

using namespace berth::domain;
using namespace std::chrono_literals;

namespace {

constexpr time_point noon{std::chrono::hours{12}};
constexpr std::uint64_t total_mb = 131'072;

/// A node of 32 cores and 128 GiB with this share of both in use.
candidate node_at(std::string name, double used) {
  node_name id{std::move(name)};
  return {.of = {.name = id, .max_vms = 50},
          .sample = node_sample{.node = id,
                                .online = true,
                                .cpu = used,
                                .cores = 32,
                                .ram_used_mb = static_cast<std::uint64_t>(used * total_mb),
                                .ram_total_mb = total_mb,
                                .sampled_at = noon}};
}

reservation four_gib_vm(std::optional<time_point> running_since = {}) {
  return {.ram_mb = 4096, .running_since = running_since};
}

const placement_request four_gib{.ram_mb = 4096, .cpu_cores = 4};

std::function<std::uint64_t()> seeded(std::uint64_t seed) {
  return [random = std::mt19937_64{seed}]() mutable { return random(); };
}

placement_decision choose_node(const placement_request& wanted,
                               const std::vector<candidate>& candidates, time_point now,
                               const std::function<std::uint64_t()>& random) {
  placement_board board;
  for (const auto& one : candidates) {
    board.change(one.of);
    if (one.sample)
      board.measure(*one.sample);
    for (const auto& held : one.reservations)
      board.reserve(one.of.name, held);
  }
  return board.choose(wanted, now, random);
}

placement_decision choose(const std::vector<candidate>& candidates,
                          const placement_request& wanted = four_gib, time_point now = noon) {
  return choose_node(wanted, candidates, now, seeded(1));
}

/// The verdict on the only candidate.
verdict judged(const candidate& of, const placement_request& wanted = four_gib) {
  return choose({of}, wanted).considered.front().why;
}

/// pve-1 and pve-2 with these shares in use.
struct two_nodes {
  placement_board board;

  two_nodes(double first, double second) {
    for (const auto& one : {node_at("pve-1", first), node_at("pve-2", second)}) {
      board.change(one.of);
      board.measure(*one.sample);
    }
  }
};

std::vector<candidate> seven_nodes() {
  std::vector<candidate> nodes;
  for (double used : {0.5, 0.4, 0.6, 0.2, 0.7, 0.3, 0.8})
    nodes.push_back(node_at("pve-" + std::to_string(nodes.size() + 1), used));
  return nodes;
}

} // namespace

TEST_CASE("load score: RAM counts seven tenths, CPU three") {
  CHECK(load_score(1, 0) == doctest::Approx(0.7));
  CHECK(load_score(0, 1) == doctest::Approx(0.3));
  CHECK(load_score(0.5, 0.25) == doctest::Approx(0.425));
}

TEST_CASE("placement: the least loaded of seven nodes is chosen") {
  auto decision = choose(seven_nodes());
  REQUIRE(decision.node);
  CHECK(decision.node->value == "pve-4");
  for (const auto& n : decision.considered)
    CHECK(n.why == (n.node.value == "pve-4" ? verdict::chosen : verdict::higher_score));
}

TEST_CASE("placement: nodes are considered in the order of their names") {
  auto nodes = seven_nodes();
  std::ranges::reverse(nodes);
  CHECK(choose(nodes).considered.front().node.value == "pve-1");
}

TEST_CASE("placement: no node above 85 % is chosen, and the refusal gives every number") {
  auto decision = choose({node_at("pve-1", 0.86), node_at("pve-2", 0.93)});
  CHECK_FALSE(decision.node);
  CHECK(explain(decision.considered)
        == "pve-1 is above 85 % load (measured 0.86 0 s ago, with this VM 0.89, 0 MiB reserved, 0 "
           "of 50 VMs); pve-2 is above 85 % load (measured 0.93 0 s ago, with this VM 0.96, 0 MiB "
           "reserved, 0 of 50 VMs)");
}

TEST_CASE("placement: a node at exactly 85 % still takes a VM") {
  auto node = node_at("pve-1", 0.5);
  node.sample->ram_used_mb = node.sample->ram_total_mb = 400'000;
  node.sample->ram_used_mb = 340'000;
  node.sample->cpu = 0.85;
  CHECK(judged(node) == verdict::chosen);
  node.sample->cpu = 0.8501;
  CHECK(judged(node) == verdict::overloaded);
}

TEST_CASE("placement: what is placed and not yet measured counts against the ceiling") {
  auto node = node_at("pve-1", 0.8);
  CHECK(judged(node) == verdict::chosen);
  for (int i = 0; i < 3; ++i)
    node.reservations.push_back(four_gib_vm());
  CHECK(judged(node) == verdict::overloaded);
}

TEST_CASE("placement: a VM counts as measured once it ran for 60 s before the sample") {
  auto node = node_at("pve-1", 0.2);
  node.reservations = {four_gib_vm(noon - 60s)};
  CHECK(choose({node}).considered.front().reserved_ram_mb == 0);
  node.reservations = {four_gib_vm(noon - 60s + 1ms)};
  CHECK(choose({node}).considered.front().reserved_ram_mb == 4096);
  node.reservations = {four_gib_vm()};
  CHECK(choose({node}).considered.front().reserved_ram_mb == 4096);
}

TEST_CASE("placement: a single busy look at a node's processors moves it little") {
  two_nodes with{0.40, 0.42};
  auto& board = with.board;
  auto busy = *node_at("pve-1", 0.40).sample;
  busy.cpu = 0.49;
  busy.sampled_at += 10s;
  board.measure(busy);
  CHECK(board.choose(four_gib, noon + 10s, seeded(1)).node == node_name{"pve-1"});
  auto other = *node_at("pve-2", 0.42).sample;
  for (int looks = 0; looks < 60; ++looks) {
    other.sampled_at = busy.sampled_at += 10s;
    board.measure(busy);
    board.measure(other);
  }
  CHECK(board.choose(four_gib, noon + 610s, seeded(1)).node == node_name{"pve-2"});
}

TEST_CASE("placement: a load that jumps counts at once") {
  two_nodes with{0.40, 0.45};
  auto& board = with.board;
  auto grown = *node_at("pve-1", 0.60).sample;
  grown.sampled_at += 1s;
  board.measure(grown);
  CHECK(board.choose(four_gib, noon + 1s, seeded(1)).node == node_name{"pve-2"});
}

TEST_CASE("placement: a VM that is gone leaves its node less loaded before anybody measures it") {
  two_nodes with{0.42, 0.40};
  auto& board = with.board;
  auto held = board.reserve({"pve-1"}, four_gib_vm(noon - 1h));
  CHECK(board.choose(four_gib, noon, seeded(1)).node == node_name{"pve-2"});
  board.release(held);
  CHECK(board.choose(four_gib, noon, seeded(1)).node == node_name{"pve-1"});
}

TEST_CASE("placement: VMs that used little leave as little behind when they go") {
  two_nodes with{0.30, 0.28};
  auto& board = with.board;
  std::vector<placement_board::hold> held;
  for (int vms = 0; vms < 20; ++vms) // Of 4 GiB each, of which 2 are in use.
    held.push_back(board.reserve({"pve-1"}, four_gib_vm(noon - 1h)));
  board.release(held.back());
  CHECK(board.choose(four_gib, noon, seeded(1)).node == node_name{"pve-2"});
}

TEST_CASE("placement: room that one measurement shows is not believed before others do") {
  placement_board board;
  auto one = node_at("pve-1", 0.6);
  one.sample->cpu = 0;
  board.change(one.of);
  board.measure(*one.sample);
  one.sample->ram_used_mb = static_cast<std::uint64_t>(0.58 * total_mb);
  one.sample->sampled_at += 1s;
  board.measure(*one.sample);
  placement_request large{.ram_mb = static_cast<std::uint32_t>(0.39 * total_mb)};
  CHECK_FALSE(board.choose(large, noon + 1s, seeded(1)).node);
  one.sample->sampled_at += 1h;
  board.measure(*one.sample);
  CHECK(board.choose(large, noon + 1h, seeded(1)).node);
}

TEST_CASE("placement: a node that holds its greatest number of VMs is full") {
  auto node = node_at("pve-1", 0.1);
  node.of.max_vms = 2;
  node.reservations = {four_gib_vm(noon - 1h)};
  CHECK(judged(node) == verdict::chosen);
  node.reservations.push_back(four_gib_vm(noon - 1h));
  CHECK(judged(node) == verdict::full);
}

TEST_CASE("placement: RAM that is promised is not promised again") {
  auto node = node_at("pve-1", 0.1);
  for (int i = 0; i < 31; ++i)
    node.reservations.push_back(four_gib_vm(noon - 1h));
  CHECK(judged(node) == verdict::chosen);
  node.reservations.push_back(four_gib_vm(noon - 1h));
  CHECK(judged(node) == verdict::no_ram);
}

TEST_CASE("placement: a VM does not go where less RAM is free than it needs, and 2 % beside it") {
  auto node = node_at("pve-1", 0.1);
  node.sample->ram_used_mb = total_mb / 2;
  constexpr std::uint32_t most = total_mb / 2 - 2'622;
  CHECK(judged(node, {.ram_mb = most}) == verdict::chosen);
  CHECK(judged(node, {.ram_mb = most + 1}) == verdict::no_ram);
}

TEST_CASE("placement: a VM does not go where it has more cores than the node") {
  auto node = node_at("pve-1", 0.1);
  CHECK(judged(node, {.ram_mb = 4096, .cpu_cores = 32}) == verdict::chosen);
  CHECK(judged(node, {.ram_mb = 4096, .cpu_cores = 33}) == verdict::no_cores);
}

TEST_CASE("placement: nodes out of service, offline, unmeasured or excluded are not chosen") {
  auto node = node_at("pve-1", 0.1);
  SUBCASE("draining") {
    node.of.mode = node_mode::draining;
    CHECK(judged(node) == verdict::not_in_service);
  }
  SUBCASE("in maintenance") {
    node.of.mode = node_mode::maintenance;
    CHECK(judged(node) == verdict::not_in_service);
  }
  SUBCASE("offline") {
    node.sample->online = false;
    CHECK(judged(node) == verdict::offline);
  }
  SUBCASE("never measured") {
    node.sample.reset();
    CHECK(judged(node) == verdict::no_sample);
  }
  SUBCASE("measured without its RAM") {
    node.sample->ram_total_mb = 0;
    CHECK(judged(node) == verdict::no_sample);
  }
  SUBCASE("excluded") {
    CHECK(judged(node, {.ram_mb = 4096, .excluded = {node.of.name}}) == verdict::excluded);
  }
}

TEST_CASE("placement: a stale score counts a fifth more, but not against the ceiling") {
  auto fresh = node_at("pve-1", 0.44);
  auto stale = node_at("pve-2", 0.4);
  stale.sample->sampled_at = noon - 30s;
  CHECK(choose({fresh, stale}).node == stale.of.name);
  stale.sample->sampled_at = noon - 31s;
  CHECK(choose({fresh, stale}).node == fresh.of.name);
  auto loaded = node_at("pve-3", 0.8);
  loaded.sample->sampled_at = noon - 10min;
  CHECK(judged(loaded) == verdict::chosen);
}

TEST_CASE("placement: scores within 0.001 are equal, and every seed decides alike") {
  std::vector<candidate> nodes{node_at("pve-1", 0.3000), node_at("pve-2", 0.3009),
                               node_at("pve-3", 0.3011)};
  std::map<std::string, int> wins;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    auto chosen = choose_node(four_gib, nodes, noon, seeded(seed)).node;
    CHECK(chosen == choose_node(four_gib, nodes, noon, seeded(seed)).node);
    ++wins[chosen->value];
  }
  CHECK(wins["pve-1"] > 70);
  CHECK(wins["pve-2"] > 70);
  CHECK(wins["pve-3"] == 0);
}

TEST_CASE("placement: thirty launches at once are spread within one of even") {
  std::vector<candidate> nodes;
  for (int i = 1; i <= 7; ++i)
    nodes.push_back(node_at("pve-" + std::to_string(i), 0.3));
  auto random = seeded(7);
  for (int launch = 0; launch < 30; ++launch) {
    auto decision = choose_node(four_gib, nodes, noon, random);
    REQUIRE(decision.node);
    auto chosen = std::ranges::find(nodes, *decision.node, [](const auto& n) { return n.of.name; });
    chosen->reservations.push_back(four_gib_vm());
  }
  for (const auto& node : nodes) {
    CHECK(node.reservations.size() >= 4);
    CHECK(node.reservations.size() <= 5);
  }
}

TEST_CASE("placement: whatever the cluster looks like, the chosen node is fit and least loaded") {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    CAPTURE(seed);
    auto random = seeded(seed);
    auto share = [&random] { return static_cast<double>(random() % 1000) / 1000; };
    std::vector<candidate> nodes;
    for (auto i = random() % 9; i > 0; --i) {
      auto node = node_at("pve-" + std::to_string(i), share());
      node.of.max_vms = 1 + static_cast<std::uint32_t>(random() % 4);
      node.of.mode = static_cast<node_mode>(random() % 3 * (random() % 2));
      node.sample->online = random() % 5 != 0;
      node.sample->sampled_at = noon - std::chrono::seconds{random() % 60};
      for (auto vms = random() % 4; vms > 0; --vms)
        node.reservations.push_back(four_gib_vm());
      if (random() % 7 == 0)
        node.sample.reset();
      nodes.push_back(std::move(node));
    }
    auto decision = choose_node(four_gib, nodes, noon, random);
    CHECK(decision.considered.size() == nodes.size());
    CHECK(std::ranges::count(decision.considered, verdict::chosen, &considered_node::why)
          == (decision.node ? 1 : 0));
    if (!decision.node) {
      CHECK(std::ranges::count(decision.considered, verdict::higher_score, &considered_node::why)
            == 0);
      continue;
    }
    auto chosen = std::ranges::find(nodes, *decision.node, [](const auto& n) { return n.of.name; });
    CHECK(chosen->of.mode == node_mode::in_service);
    CHECK(chosen->sample->online);
    CHECK(chosen->reservations.size() < chosen->of.max_vms);
    auto winner = std::ranges::find(decision.considered, *decision.node, &considered_node::node);
    CHECK(winner->measured_score <= load_ceiling);
    for (const auto& n : decision.considered)
      if (n.why == verdict::higher_score)
        CHECK(n.score + tie_width >= winner->score);
  }
}

TEST_CASE("placement: an empty cluster is explained, too") {
  CHECK(explain_refusal(choose({})) == "no node is registered");
}

TEST_CASE("placement: of many nodes the sixteen least loaded are named") {
  std::vector<candidate> nodes;
  for (int i = 0; i < 100; ++i)
    nodes.push_back(node_at("pve-" + std::to_string(100 + i), 0.8 - 0.005 * i));
  auto decision = choose(nodes);
  REQUIRE(decision.node);
  CHECK(decision.considered.size() == considered_at_most);
  CHECK(decision.considered.front().node.value == "pve-184");
  CHECK(decision.considered.back().node.value == "pve-199");
  CHECK(std::ranges::count(decision.considered, *decision.node, &considered_node::node) == 1);
}

TEST_CASE("placement: nodes that are excluded take nobody's place among those named") {
  std::vector<candidate> nodes;
  for (int i = 0; i < 20; ++i)
    nodes.push_back(node_at("pve-" + std::to_string(10 + i), 0.02 * i));
  auto decision = choose(nodes, {.ram_mb = 4096, .excluded = {{"pve-10"}, {"pve-12"}}});
  CHECK(decision.node->value == "pve-11");
  CHECK(decision.considered.size() == considered_at_most);
}

TEST_CASE("placement: the refusal of ten thousand nodes counts them, and names the nearest") {
  std::vector<candidate> nodes;
  for (int i = 0; i < 10'000; ++i) {
    nodes.push_back(node_at("pve-" + std::to_string(10'000 + i), 0.99 - 0.00001 * i));
    nodes.back().sample->online = i % 100 != 0;
  }
  auto refused = choose(nodes);
  CHECK_FALSE(refused.node);
  CHECK(explain_refusal(refused)
        == "10000 nodes: 5817 above 85 % load, 4083 not enough RAM left, 100 offline; the nearest: "
           "pve-19997 is above 85 % load (measured 0.89 0 s ago, with this VM 0.92, 0 MiB "
           "reserved, 0 of 50 VMs); pve-19998 is above 85 % load (measured 0.89 0 s ago, with this "
           "VM 0.92, 0 MiB reserved, 0 of 50 VMs); pve-19999 is above 85 % load (measured 0.89 0 s "
           "ago, with this VM 0.92, 0 MiB reserved, 0 of 50 VMs)");
}

TEST_CASE("placement: every verdict has a name that can be read back") {
  for (auto why : {verdict::chosen, verdict::higher_score, verdict::overloaded, verdict::no_ram,
                   verdict::no_cores, verdict::full, verdict::offline, verdict::not_in_service,
                   verdict::no_sample, verdict::excluded})
    CHECK(parse_verdict(to_string(why)) == why);
  CHECK_FALSE(parse_verdict("lucky"));
}
