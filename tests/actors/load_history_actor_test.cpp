#include "actors/load_history_actor.hpp"

#include "tests/support/test_journal.hpp"

using namespace berth;
using namespace berth::tests;
using namespace std::chrono_literals;

namespace {

const domain::node_name pve1{"pve-1"};
const domain::node_name pve2{"pve-2"};

struct fixture : actor_fixture {
  test_journal journal{*this};
  actors::load_history_actor history = spawn(actors::load_history, journal.handle());

  fixture() { settle(); }

  void measure(const domain::node_name& node, domain::duration after, bool online = true) {
    tell(history,
         actors::node_load{{.node = node, .online = online, .sampled_at = start_of_time + after}});
    settle();
  }
  std::vector<domain::duration> recent(const domain::node_name& node) {
    auto all = ask<actors::recent_loads>(history, actors::get_recent_loads{}).value();
    std::vector<domain::duration> times;
    for (const auto& sample : all.recent[node])
      times.push_back(sample.sampled_at - start_of_time);
    return times;
  }
};

using times = std::vector<domain::duration>;

} // namespace

TEST_CASE_FIXTURE(fixture, "load history: each node has its own, oldest first") {
  measure(pve1, 1s);
  measure(pve2, 2s);
  measure(pve1, 3s);
  CHECK(recent(pve1) == times{1s, 3s});
  CHECK(recent(pve2) == times{2s});
}

TEST_CASE_FIXTURE(fixture, "load history: a node that did not answer leaves a gap") {
  measure(pve1, 1s);
  measure(pve1, 2s, false);
  measure(pve1, 3s);
  CHECK(recent(pve1) == times{1s, 3s});
}

TEST_CASE_FIXTURE(fixture, "load history: the newest sixty are remembered") {
  for (int second = 1; second <= 61; ++second)
    measure(pve1, std::chrono::seconds{second});
  auto kept = recent(pve1);
  CHECK(kept.size() == 60);
  CHECK(kept.front() == 2s);
  CHECK(kept.back() == 61s);
}

TEST_CASE_FIXTURE(fixture, "load history: a node that is removed is forgotten, no other") {
  journal.register_node("pve-1");
  measure(pve1, 1s);
  measure(pve2, 1s);
  journal.append(pve1, domain::node_removed{});
  CHECK(recent(pve1).empty());
  CHECK(recent(pve2) == times{1s});
}
