#include "eventstore/export_line.hpp"

#include "eventstore/log_file.hpp"
#include "eventstore/sqlite_event_log.hpp"
#include "tests/support/event_samples.hpp"
#include "tests/support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace berth::eventstore;
using namespace berth::tests;
using namespace berth::domain;

namespace {

struct fixture {
  test_sources outside;
  temporary_directory directory;
  sqlite_event_log log{directory / "log.db", outside.sources()};
  database reading = open_log_to_read(directory / "log.db");

  exported_page page(std::uint64_t after, std::size_t limit) {
    return export_page(reading, after, limit);
  }
};

std::int64_t lines_in(const exported_page& page) {
  return std::ranges::count(page.lines, '\n');
}

} // namespace

TEST_CASE_FIXTURE(fixture, "export: a line has everything that is stored of an event") {
  must_append(log, to_session(own, 0, until_placed()));
  auto line = page(1, 1).lines;
  CHECK(line.starts_with(R"({"position":2,"stream":"session-)" + to_string(own)
                         + R"(","version":2,"event_id":")"));
  for (const auto* part :
       {R"("type":"session_placed","schema_version":1,"recorded_at":")", R"("actor":"user:7")",
        R"("command_id":null)", R"("payload":{"attempt":1,)", R"("chain":")"})
    CHECK_MESSAGE(line.find(part) != std::string::npos, part);
}

TEST_CASE_FIXTURE(fixture, "export: pages follow one another, and the last says that it is") {
  CHECK(page(0, 10).lines.empty());
  CHECK_FALSE(page(0, 10).has_more);
  must_append(log, to_session(own, 0, until_cloning()));
  auto first = page(0, 2);
  CHECK(lines_in(first) == 2);
  CHECK(first.last == 2);
  CHECK(first.has_more);
  auto second = page(first.last, 2);
  CHECK(lines_in(second) == 1);
  CHECK_FALSE(second.has_more);
  CHECK_FALSE(page(0, 3).has_more);
}

TEST_CASE_FIXTURE(fixture, "export: long events make short pages") {
  session_event long_one{session_ended{end_reason::ended_by_user, std::string(3'000'000, 'x')}};
  must_append(log, to_session(own, 0, history(5, long_one)));
  auto first = page(0, 100);
  CHECK(lines_in(first) == 3);
  CHECK(first.has_more);
}
