#include "tests/support/test_journal.hpp"

#include "eventstore/memory_event_log.hpp"

#include <utility>

namespace berth::tests {

namespace {

/// Actors are made of values that can be copied, and a log cannot.
std::shared_ptr<std::unique_ptr<eventstore::event_log>> empty_log(actor_fixture& in) {
  return std::make_shared<std::unique_ptr<eventstore::event_log>>(
      std::make_unique<eventstore::memory_event_log>(
          eventstore::log_sources{in.clock(), in.random()}));
}

} // namespace

test_journal::test_journal(actor_fixture& in)
    : in_{in}, journal_{in.spawn(actors::journal, empty_log(in), actors::vmid_range{})} {}

std::uint64_t test_journal::append(const domain::session_id& to,
                                   std::vector<domain::session_event> events) {
  return append(eventstore::stream_of(to), {events.begin(), events.end()});
}

std::uint64_t test_journal::append(const domain::node_name& to, const domain::node_event& event) {
  return append(eventstore::stream_of(to), {event});
}

std::uint64_t test_journal::append(std::string stream, std::vector<domain::event> events) {
  auto history = in_.ask<actors::stream_history>(journal_, actors::read_stream{stream});
  auto version = history.value().events.size();
  actors::append_events wanted{{.stream = std::move(stream),
                                .expected_version = version,
                                .events = std::move(events),
                                .because = {.actor = "system:test"}}};
  return in_.ask<actors::event_page>(journal_, std::move(wanted)).value().head;
}

void test_journal::register_node(const std::string& name, std::uint32_t max_vms) {
  append(domain::node_name{name}, domain::node_registered{{name}, name + ".example.org", max_vms});
}

void test_journal::crash() {
  in_.kill(journal_);
}

} // namespace berth::tests
