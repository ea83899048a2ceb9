#include "actors/unfinished_past.hpp"

#include "eventstore/memory_event_log.hpp"
#include "tests/support/event_samples.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::tests;

namespace {

constexpr std::size_t page_size = 4;

/// A log with one active session, and one that can still be closed.
struct fixture {
  test_sources from;
  eventstore::memory_event_log log{from.sources()};
  actors::unfinished_past past;
  std::uint64_t first_end = 0;

  fixture() {
    must_append(log, to_session(nth_session(1), 0, named(1, until_deletion_intended())));
    first_end =
        must_append(log, to_session(nth_session(2), 0, named(2, until_active()))).back().position;
  }
  static history named(std::uint8_t n, history events) {
    std::get<session_requested>(events.front()).id = nth_session(n);
    return events;
  }
  /// The first session is over, and so long ago that nobody need know of it.
  void close_first() {
    auto version = log.read_stream(eventstore::stream_of(nth_session(1))).size();
    auto last = to_session(nth_session(1), version, {vm_deleted{vm}, session_closed{}});
    last.closes = true;
    must_append(log, last);
    from.now += 2 * eventstore::recent_past;
    must_append(log, to_session(nth_session(2), until_active().size(), {desktop_opened{vm}}));
  }
  /// How many events one reader gets from `after` on.
  std::size_t read(std::uint64_t after) {
    std::size_t count = 0;
    for (auto page = past.after(log, after, page_size); !page.empty();
         page = past.after(log, after, page_size)) {
      count += page.size();
      after = page.back().position;
    }
    return count;
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "unfinished past: one reader gets all of it, page by page") {
  CHECK(read(0) == until_deletion_intended().size() + until_active().size());
  CHECK(past.end() == first_end);
}

TEST_CASE_FIXTURE(fixture, "unfinished past: what goes on meanwhile changes nothing for readers") {
  auto page = past.after(log, 0, page_size);
  close_first();
  CHECK_FALSE(past.forget());
  CHECK(past.is_read_from(page.back().position));
  CHECK(page.size() + read(page.back().position)
        == until_deletion_intended().size() + until_active().size());
  CHECK(past.end() == first_end);
}

TEST_CASE_FIXTURE(fixture, "unfinished past: whoever begins later reads what is unfinished then") {
  read(0);
  close_first();
  CHECK(past.forget());
  CHECK(read(0) == until_active().size() + 1);
  CHECK(past.end() == log.head());
}

TEST_CASE_FIXTURE(fixture, "unfinished past: who has read all of it goes on behind it") {
  read(0);
  CHECK_FALSE(past.is_read_from(first_end));
  CHECK(past.is_read_from(0));
}
