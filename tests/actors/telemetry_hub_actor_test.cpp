#include "actors/telemetry_hub_actor.hpp"

#include "tests/support/test_journal.hpp"

#include <utility>

#include <caf/typed_response_promise.hpp>

using namespace berth;
using namespace berth::tests;
using namespace std::chrono_literals;

namespace {

/// The test's word to a listener: answer what is unanswered.
struct answer_batches {};

} // namespace

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(answer_batches)

namespace {

using listener_interface = actors::telemetry_listener_actor::extend<caf::reacts_to<answer_batches>>;

/// What a subscriber has been sent, and the answers that it still owes.
struct inbox {
  std::vector<std::uint64_t> positions;
  std::vector<domain::node_sample> loads;
  std::size_t batches = 0;
  actors::event_list last;
  std::vector<caf::typed_response_promise<actors::telemetry_acknowledged>> unanswered;
  bool answers_at_once = true;
};

listener_interface::behavior_type listener(listener_interface::pointer self,
                                           std::shared_ptr<inbox> in) {
  return {[self, in](const actors::telemetry_batch& m) {
            ++in->batches;
            in->last = m.events;
            for (const auto& recorded : m.events)
              in->positions.push_back(recorded.position);
            in->loads.insert(in->loads.end(), m.loads.begin(), m.loads.end());
            auto promise = self->make_response_promise<actors::telemetry_acknowledged>();
            if (in->answers_at_once)
              promise.deliver(actors::telemetry_acknowledged{});
            else
              in->unanswered.push_back(promise);
            return promise;
          },
          [in](answer_batches) {
            for (auto& promise : std::exchange(in->unanswered, {}))
              promise.deliver(actors::telemetry_acknowledged{});
          }};
}

struct fixture : actor_fixture {
  explicit fixture(std::uint64_t seed = 1) : actor_fixture{seed} {}

  test_journal journal{*this};
  actors::telemetry_hub_actor hub =
      spawn(actors::telemetry_hub, journal.handle(),
            actors::logger{actors::log_level::error, [](std::string_view) {}});
  std::shared_ptr<inbox> in = std::make_shared<inbox>();
  listener_interface subscriber = spawn(listener, in);

  void subscribe(std::uint64_t after = 0) {
    tell(hub, actors::subscribe_telemetry{subscriber, after});
    settle();
  }
  void append(int count = 1) {
    for (int i = 0; i < count; ++i)
      journal.append(domain::session_id{{{7}}}, {domain::session_extended{now()}});
  }
  void publish(const std::string& node, double cpu) {
    tell(hub, actors::node_load{{.node = {node}, .cpu = cpu, .sampled_at = now()}});
    settle();
  }
  void acknowledge() {
    tell(subscriber, answer_batches{});
    settle();
  }
};

/// first, first + 1, ... last
std::vector<std::uint64_t> count_from(std::uint64_t first, std::uint64_t last) {
  std::vector<std::uint64_t> numbers;
  for (auto n = first; n <= last; ++n)
    numbers.push_back(n);
  return numbers;
}

} // namespace

TEST_CASE_FIXTURE(fixture, "telemetry: a subscriber gets what it has missed, then what happens") {
  append(5);
  subscribe(2);
  CHECK(in->positions == count_from(3, 5));
  append(2);
  CHECK(in->positions == count_from(3, 7));
}

TEST_CASE_FIXTURE(fixture, "telemetry: a subscriber gets the last load of every node, then each "
                           "new one") {
  publish("pve-1", 0.1);
  publish("pve-1", 0.2);
  publish("pve-2", 0.3);
  subscribe();
  REQUIRE(in->loads.size() == 2);
  CHECK(in->loads[0].cpu == 0.2);
  publish("pve-2", 0.4);
  REQUIRE(in->loads.size() == 3);
  CHECK(in->loads[2].cpu == 0.4);
}

TEST_CASE_FIXTURE(fixture, "telemetry: a slow subscriber has one batch at a time, and of each node "
                           "only the newest load waits") {
  in->answers_at_once = false;
  subscribe();
  append(1);
  CHECK(in->batches == 1);
  append(600);
  for (int i = 0; i < 100; ++i)
    publish("pve-1", i / 100.0);
  CHECK(in->batches == 1);
  acknowledge();
  CHECK(in->batches == 2);
  CHECK(in->positions == count_from(1, 501));
  REQUIRE(in->loads.size() == 1);
  CHECK(in->loads.front().cpu == 0.99);
  acknowledge();
  CHECK(in->positions == count_from(1, 601));
}

TEST_CASE("telemetry: whatever the order of things, nobody misses an event or sees one twice") {
  with_seeds(100, [](std::uint64_t seed) {
    fixture f{seed};
    auto random = f.random();
    f.in->answers_at_once = false;
    auto after = random() % 5;
    f.append(static_cast<int>(after));
    f.tell(f.hub, actors::subscribe_telemetry{f.subscriber, after});
    std::uint64_t end = after;
    for (int i = 0; i < 60; ++i) {
      switch (random() % 3) {
      case 0:
        f.append();
        ++end;
        break;
      case 1:
        f.publish("pve-1", 0.5);
        break;
      case 2:
        f.acknowledge();
        break;
      }
    }
    f.in->answers_at_once = true;
    f.acknowledge();
    CHECK(f.in->positions == count_from(after + 1, end));
  });
}

TEST_CASE_FIXTURE(fixture, "telemetry: a subscriber that ends is forgotten") {
  subscribe();
  kill(subscriber);
  append(1);
  CHECK(in->batches == 0);
}

TEST_CASE("telemetry: a subscriber that ends while it is being served ends nobody else") {
  with_seeds(100, [](std::uint64_t seed) {
    fixture f{seed};
    f.subscribe();
    f.tell(f.hub, actors::node_load{{.node = {"pve-1"}, .cpu = 0.1, .sampled_at = f.now()}});
    f.kill(f.subscriber);
    auto other = std::make_shared<inbox>();
    f.tell(f.hub, actors::subscribe_telemetry{f.spawn(listener, other), 0});
    f.append(1);
    CHECK(other->positions == count_from(1, 1));
  });
}

TEST_CASE_FIXTURE(fixture, "telemetry: a subscriber that does not answer for a minute is ended") {
  in->answers_at_once = false;
  subscribe();
  append(1);
  advance(59'999ms);
  append(1);
  CHECK(in->batches == 1);
  advance(1ms);
  auto probe = ask<actors::telemetry_acknowledged>(subscriber, actors::telemetry_batch{});
  CHECK(probe.error() == caf::sec::request_receiver_down);
}

TEST_CASE_FIXTURE(fixture, "telemetry: the others do not wait for a slow subscriber") {
  in->answers_at_once = false;
  subscribe();
  auto quick = std::make_shared<inbox>();
  tell(hub, actors::subscribe_telemetry{spawn(listener, quick), 0});
  append(3);
  CHECK(quick->positions == count_from(1, 3));
  CHECK(in->positions == count_from(1, 1));
}

TEST_CASE_FIXTURE(fixture, "telemetry: subscribers that are as far share what they are sent") {
  subscribe();
  auto other = std::make_shared<inbox>();
  tell(hub, actors::subscribe_telemetry{spawn(listener, other), 0});
  settle();
  append(1);
  REQUIRE(in->batches == 1);
  CHECK(in->last == other->last);
}

TEST_CASE_FIXTURE(fixture,
                  "telemetry: for many subscribers what happens is gathered for a moment") {
  subscribe();
  for (int i = 0; i < 200; ++i)
    tell(hub, actors::subscribe_telemetry{spawn(listener, std::make_shared<inbox>()), 0});
  settle();
  append(3);
  CHECK(in->batches == 0);
  advance(actors::longest_gathering);
  CHECK(in->batches == 1);
  CHECK(in->positions == count_from(1, 3));
}
