#include "actors/protocol.hpp"
#include "tests/support/session_histories.hpp"
#include "tests/support/test_journal.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace berth;
using namespace berth::tests;

namespace {

using told = std::shared_ptr<std::vector<std::string>>;

/// Appends, reads on from the end, and watches: notes in what order it is told of its own commit.
actors::commit_watcher::behavior_type everything(actors::commit_watcher::pointer self,
                                                 const actors::journal_actor& journal, told order) {
  self->request(journal, caf::infinite, actors::next_events{})
      .then([order](const actors::event_page&) { order->emplace_back("reader"); });
  // When this is answered is open: what is told with high priority may come before.
  self->request(journal, caf::infinite, actors::watch_commits{self})
      .then([](const actors::watching_commits&) {});
  eventstore::append_request wanted{.stream = eventstore::stream_of(own),
                                    .events = {domain::session_event{requested()}},
                                    .because = {.actor = "system:test"}};
  self->request(journal, caf::infinite, actors::append_events{std::move(wanted)})
      .then([order](const actors::event_page&) { order->emplace_back("appender"); });
  return {[order](const actors::commit_seen& m) {
    order->push_back("watcher of " + std::to_string(m.events.size()));
  }};
}

} // namespace

TEST_CASE("journal: a commit is told to who watches, then to who appended it, then to who reads") {
  with_seeds(20, [](std::uint64_t seed) {
    actor_fixture in{seed};
    test_journal journal{in};
    auto order = std::make_shared<std::vector<std::string>>();
    in.own(in.system().spawn(everything, journal.handle(), order));
    in.settle();
    CHECK(*order == std::vector<std::string>{"watcher of 1", "appender", "reader"});
  });
}

TEST_CASE("journal: an append that is refused is told to nobody else") {
  actor_fixture in;
  test_journal journal{in};
  journal.refuse_appends("the disk is full");
  auto order = std::make_shared<std::vector<std::string>>();
  in.own(in.system().spawn(everything, journal.handle(), order));
  in.settle();
  CHECK(order->empty());
}
