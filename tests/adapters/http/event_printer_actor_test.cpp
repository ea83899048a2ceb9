#include "adapters/http/event_printer_actor.hpp"

#include "actors/errors.hpp"
#include "tests/support/actor_fixture.hpp"
#include "tests/support/session_histories.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::tests;

namespace {

/// Counts how often sessions are asked for, and may fail.
struct asked {
  int times = 0;
  bool fails = false;
};

actors::session_directory_actor::behavior_type directory(std::shared_ptr<asked> in) {
  return {
      [](const actors::list_sessions&) { return actors::session_list{}; },
      [in](const actors::find_sessions&) -> caf::result<actors::session_list> {
        ++in->times;
        if (in->fails)
          return actors::make_error(actors::errc::log_failed, "no tables");
        return actors::session_list{};
      },
      [](const actors::list_templates&) { return actors::template_list{}; },
      [](const actors::find_kept_session&) { return actors::kept_session{}; },
      [](const actors::list_nodes&) { return actors::node_list{}; },
  };
}

/// A session's event, and one of a node.
actors::event_list two_events() {
  eventstore::recorded_event first{
      .position = 7, .stream = eventstore::stream_of(own), .recorded_at = nine};
  first.event = domain::session_event{requested()};
  eventstore::recorded_event second{.position = 8, .stream = "node-pve-1", .recorded_at = nine};
  second.event = domain::node_event{domain::node_returned{}};
  return actors::event_list{{first, second}};
}

struct fixture : actor_fixture {
  std::shared_ptr<asked> in = std::make_shared<asked>();
  http::event_printer_actor printer = spawn(
      http::event_printer, actors::session_directory_actor{spawn(directory, in)}, clock(), false);

  pending<http::printed_ptr> print(const actors::event_list& events) {
    return ask<http::printed_ptr>(printer, http::print_events{events});
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "event printer: owners get what is of sessions, others everything") {
  auto printed = print(two_events()).value();
  CHECK(printed->all->find("id: 7\nevent: session\n") != std::string::npos);
  CHECK(printed->all->find("id: 8\nevent: node\n") != std::string::npos);
  REQUIRE(printed->for_owners.size() == 2);
  CHECK(printed->for_owners[0].starts_with("id: 7\nevent: session\n"));
  CHECK(printed->for_owners[1].empty());
}

TEST_CASE_FIXTURE(fixture, "event printer: a batch is written once, however many read it") {
  auto events = two_events();
  auto first = print(events).value();
  CHECK(print(events).value() == first);
  CHECK(in->times == 1);
}

TEST_CASE_FIXTURE(fixture, "event printer: a reader is told when there is no text, and may ask "
                           "again") {
  in->fails = true;
  auto events = two_events();
  CHECK(print(events).is_error());
  in->fails = false;
  CHECK(print(events).ready());
  CHECK(in->times == 2);
}
