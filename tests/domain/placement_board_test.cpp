#include "domain/placement/placement_board.hpp"

#include "tests/domain/placement_by_definition.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <vector>

#include <doctest/doctest.h>

using namespace berth::domain;
using namespace berth::tests;
using namespace std::chrono_literals;

namespace {

constexpr double rounding = 1e-9;

/// A board, and beside it the plain lists that the definition of placement reads.
class twin {
public:
  twin(std::uint64_t seed, std::size_t nodes) : random_{seed}, size_{nodes} {}

  void change_something() {
    switch (random_() % 12) {
    case 0:
      return change_node();
    case 1:
    case 2:
    case 3:
      return measure();
    case 4:
      return release();
    case 5:
      return move();
    case 6:
    case 7:
      return start();
    case 8:
      return pass_time();
    default:
      return reserve();
    }
  }

  void compare() {
    placement_request wanted{.ram_mb = 1024 * pick(0, 23), .cpu_cores = pick(0, 19)};
    if (random_() % 4 != 0) // Mostly it is one of the templates.
      wanted = {.ram_mb = 4096 * pick(0, 5), .cpu_cores = 8};
    for (auto excluded = random_() % 4; excluded > 1; --excluded)
      wanted.excluded.push_back(any_node());
    auto dice = random_();
    auto expected = choose_by_definition(wanted, registered(), now_, [dice] { return dice; });
    auto found = board_.choose(wanted, now_, [dice] { return dice; });
    CHECK(found.node.has_value() == expected.node.has_value());
    if (expected.considered.size() <= considered_at_most)
      return compare(found.considered, expected.considered);
    if (!found.node)
      return compare_refusals(found, expected);
    compare_best(found, expected);
  }

private:
  static void compare(const std::vector<considered_node>& found,
                      const std::vector<considered_node>& expected) {
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      auto exact = expected[i];
      CHECK(found[i].score == doctest::Approx(exact.score).epsilon(rounding));
      exact.score = found[i].score;
      CHECK(found[i] == exact);
    }
  }

  static void compare_refusals(const placement_decision& found,
                               const placement_decision& expected) {
    std::map<verdict, std::size_t> verdicts;
    for (const auto& n : expected.considered)
      ++verdicts[n.why];
    CHECK(found.verdicts == verdicts);
    CHECK(found.considered.size() <= 3);
  }

  /// The best are named, and when all that tie are among them, the same dice choose the same node.
  static void compare_best(const placement_decision& found, const placement_decision& expected) {
    std::vector<considered_node> best;
    for (const auto& n : expected.considered)
      if (n.why == verdict::chosen || n.why == verdict::higher_score)
        best.push_back(n);
    std::ranges::sort(best, {}, &considered_node::score);
    auto tied = std::ranges::count_if(best, [&best](const considered_node& n) {
      return n.score <= best.front().score + tie_width;
    });
    best.resize(std::min(best.size(), considered_at_most));
    std::ranges::sort(best, {}, &considered_node::node);
    if (tied <= static_cast<std::ptrdiff_t>(considered_at_most))
      return compare(found.considered, best);
    auto chosen = std::ranges::find(best, *found.node, &considered_node::node);
    REQUIRE(chosen != best.end());
    for (auto& n : best)
      n.why = n.node == *found.node ? verdict::chosen : verdict::higher_score;
    compare(found.considered, best);
  }

  void change_node() {
    node to{.name = any_node(), .hostname = {}, .max_vms = pick(1, 12)};
    to.mode = random_() % 2 == 0 ? node_mode::in_service : static_cast<node_mode>(random_() % 4);
    nodes_[to.name].is.of = to;
    if (to.mode == node_mode::removed)
      nodes_[to.name].is.sample.reset();
    board_.change(to);
  }

  void measure() {
    auto size = 1U << random_() % 3;
    node_sample sample{.node = any_node(), .online = random_() % 8 != 0};
    sample.cpu = share();
    sample.cores = random_() % 9 == 0 ? 0 : 8 * size;
    sample.ram_total_mb = random_() % 9 == 0 ? 0 : std::uint64_t{65'536} * size;
    sample.ram_used_mb = static_cast<std::uint64_t>(share() * 65'536 * size);
    sample.sampled_at = now_ - std::chrono::seconds{random_() % 40};
    auto& known = nodes_[sample.node];
    known.is.reservations = reservations_on(sample.node);
    if (!known.is.sample || known.is.sample->sampled_at <= sample.sampled_at)
      berth::tests::measure(known, sample);
    board_.measure(sample);
  }

  void reserve() {
    reservation wanted{.vm = {next_vm_++}, .ram_mb = 1024 * pick(1, 16)};
    auto on = any_node();
    held_[wanted.vm] = {board_.reserve(on, wanted), on, wanted};
  }

  void release() {
    if (auto* one = any_held()) {
      leave(*one);
      board_.release(one->on_board);
      held_.erase(vm_id{one->is.vm});
    }
  }

  struct held_room {
    placement_board::hold on_board;
    node_name on;
    reservation is;
  };

  void leave(const held_room& held) {
    auto& from = nodes_[held.on];
    from.is.reservations = reservations_on(held.on);
    let_go(from, held.is);
  }

  void move() {
    if (auto* one = any_held()) {
      auto to = any_node();
      if (to != one->on)
        leave(*one);
      one->on = to;
      board_.move(one->on_board, to);
    }
  }

  void start() {
    if (auto* one = any_held()) {
      if (!one->is.running_since) {
        one->is.running_since = now_ - 30s;
        mark_running(nodes_[one->on], one->is);
      }
      board_.mark_running(one->on_board, now_ - 30s);
    }
  }

  /// Mostly forward; clocks are set back, too.
  void pass_time() {
    now_ += std::chrono::milliseconds{pick(0, 20'000)};
    if (random_() % 10 == 0)
      now_ -= 25s;
  }

  std::vector<reservation> reservations_on(const node_name& node) const {
    std::vector<reservation> all;
    for (const auto& [vm, held] : held_)
      if (held.on == node)
        all.push_back(held.is);
    return all;
  }

  std::vector<known_node> registered() const {
    std::vector<known_node> all;
    for (const auto& [name, known] : nodes_) {
      if (known.is.of.name.value.empty() || known.is.of.mode == node_mode::removed)
        continue;
      all.push_back(known);
      all.back().is.reservations = reservations_on(name);
    }
    return all;
  }

  held_room* any_held() {
    if (held_.empty())
      return nullptr;
    auto from = held_.lower_bound(vm_id{pick(1, next_vm_)});
    return &(from == held_.end() ? held_.begin() : from)->second;
  }
  node_name any_node() { return {"pve-" + std::to_string(random_() % size_)}; }
  double share() { return static_cast<double>(random_() % 1000) / 1000; }
  std::uint32_t pick(std::uint32_t least, std::uint32_t most) {
    return least + static_cast<std::uint32_t>(random_() % (most - least + 1));
  }

  std::mt19937_64 random_;
  std::size_t size_;
  time_point now_{std::chrono::hours{490'000}};
  placement_board board_;
  std::map<node_name, known_node> nodes_; ///< with an empty name when not registered
  std::map<vm_id, held_room> held_;
  std::uint32_t next_vm_ = 1;
};

} // namespace

TEST_CASE("placement board: decides as the definition does, whatever has happened") {
  for (std::size_t nodes : {3, 16, 24, 100})
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      CAPTURE(nodes);
      CAPTURE(seed);
      twin both{seed, nodes};
      for (std::size_t step = 0; step < 6 * nodes + 300; ++step) {
        both.change_something();
        if (step % 2 == 0)
          both.compare();
      }
    }
}

TEST_CASE("placement board: gives every registered node, with what it holds") {
  placement_board board;
  for (int i = 0; i < 100; ++i)
    board.change({.name = {"pve-" + std::to_string(i)}, .hostname = {}, .max_vms = 5});
  auto held = board.reserve({"pve-7"}, {.vm = {1}, .ram_mb = 1024});
  board.reserve({"elsewhere"}, {.vm = {2}, .ram_mb = 1024});
  CHECK(board.candidates().size() == 100);
  CHECK(std::ranges::is_sorted(board.candidates(), {}, [](const auto& n) { return n.of.name; }));
  board.move(held, {"pve-8"});
  auto all = board.candidates();
  auto found = std::ranges::find(all, node_name{"pve-8"}, [](const auto& n) { return n.of.name; });
  CHECK(found->reservations.size() == 1);
}
