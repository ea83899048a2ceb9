#include "eventstore/sqlite_event_log.hpp"

#include "eventstore/sqlite.hpp"
#include "tests/support/event_samples.hpp"
#include "tests/support/faulty_disk.hpp"
#include "tests/support/temporary_directory.hpp"

#include <doctest/doctest.h>
#include <sqlite3.h>

/// What only a log in a file can promise, and how it fails.
using namespace berth::eventstore;
using namespace berth::tests;
using namespace berth::domain;

namespace {

struct fixture {
  test_sources outside;
  temporary_directory directory;
  std::filesystem::path file = directory / "log.db";

  std::unique_ptr<sqlite_event_log> open() {
    return std::make_unique<sqlite_event_log>(file, outside.sources());
  }
  /// Changes the file behind the log's back.
  void tamper(const char* sql) {
    database{file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE}.execute(sql);
  }
};

std::string refusal_of_opening(fixture& with) {
  try {
    with.open();
  } catch (const log_error& fault) {
    return fault.what();
  }
  return {};
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("sqlite log: everything is there after opening it again") {
  fixture with;
  auto request = to_session(own, 0, until_placed());
  request.command_id = command_one;
  request.reserves = vm;
  auto written = must_append(*with.open(), request);

  with.outside.now = nine - 1h;
  auto log = with.open();
  CHECK(log->read_all(0, 10) == written);
  CHECK(log->find_command(command_one) == written);
  CHECK(log->last_reserved() == vm);
  CHECK(log->open_sessions() == std::vector{request.stream});
  auto next = must_append(*log, to_session(own, 2, {clone_intended{vm}}));
  CHECK(next.at(0).position == 3);
  CHECK(next.at(0).recorded_at == nine);
}

TEST_CASE("sqlite log: what was answered survives a crash") {
  fixture with;
  auto log = with.open();
  auto written = must_append(*log, to_session(own, 0, until_placed()));
  // The files as they are now are what a killed process leaves behind.
  fixture after;
  for (const auto* name : {"log.db", "log.db-wal"})
    std::filesystem::copy_file(with.directory / name, after.directory / name);
  CHECK(after.open()->read_all(0, 10) == written);
}

TEST_CASE("sqlite log: a crash may leave a long write-ahead log") {
  fixture with;
  auto log = with.open();
  must_append(*log, to_session(own, 0, until_placed()));
  constexpr std::uint64_t commits = 100;
  for (std::uint64_t version = 2; version < 2 + commits; ++version)
    must_append(*log, to_session(own, version, {session_extended{nine}}));
  fixture after;
  for (const auto* name : {"log.db", "log.db-wal"})
    std::filesystem::copy_file(with.directory / name, after.directory / name);
  REQUIRE(std::filesystem::file_size(after.directory / "log.db-wal") > 1 << 20);
  CHECK(after.open()->head() == 2 + commits);
}

TEST_CASE("sqlite log: a torn last commit never happened") {
  fixture with;
  auto log = with.open();
  auto written = must_append(*log, to_session(own, 0, until_placing()));
  must_append(*log, to_session(own, 1, {placed()}));
  fixture after;
  for (const auto* name : {"log.db", "log.db-wal"})
    std::filesystem::copy_file(with.directory / name, after.directory / name);
  auto wal = after.directory / "log.db-wal";
  std::filesystem::resize_file(wal, std::filesystem::file_size(wal) - 100);
  CHECK(after.open()->read_all(0, 10) == written);
}

TEST_CASE("sqlite log: a reader sees what the writer commits, and writes nothing") {
  fixture with;
  auto log = with.open();
  auto reader = sqlite_event_log::open_read_only(with.file);
  auto written = must_append(*log, to_session(own, 0, until_placing()));
  CHECK(reader->read_all(0, 10) == written);
  CHECK(reader->head() == 1);
  CHECK(std::holds_alternative<append_refused>(
      append_one(*reader, to_session(keeper, 0, until_placing()))));
  reader.reset();
  CHECK(std::filesystem::file_size(with.directory / "log.db-wal") > 0);
}

TEST_CASE("sqlite log: there must be a log to read") {
  fixture with;
  CHECK_THROWS_AS(sqlite_event_log::open_read_only(with.file), log_error);
}

TEST_CASE("sqlite log: the write-ahead log is emptied at the end and does not grow for ever") {
  fixture with;
  auto log = with.open();
  auto wal = with.directory / "log.db-wal";
  std::uintmax_t largest = 0;
  for (int i = 0; i < 40; ++i) {
    session_event large{session_ended{end_reason::deadline, std::string(400'000, 'x')}};
    must_append(*log, to_session(own, static_cast<std::uint64_t>(i), {large}));
    largest = std::max(largest, std::filesystem::file_size(wal));
  }
  CHECK(largest < 10'000'000);
  log.reset();
  CHECK((!std::filesystem::exists(wal) || std::filesystem::file_size(wal) == 0));
}

TEST_CASE("sqlite log: events can be neither changed, deleted, replaced nor left out") {
  fixture with;
  must_append(*with.open(), to_session(own, 0, until_placed()));
  CHECK_THROWS_AS(with.tamper("UPDATE events SET payload = '{}'"), sqlite_error);
  CHECK_THROWS_AS(with.tamper("DELETE FROM events"), sqlite_error);
  CHECK_THROWS_AS(with.tamper("INSERT OR REPLACE INTO events SELECT * FROM events LIMIT 1"),
                  sqlite_error);
  CHECK_THROWS_AS(
      with.tamper("INSERT INTO events SELECT 4, stream, 9, randomblob(16), type, schema_version, "
                  "recorded_at, NULL, correlation_id, NULL, actor, payload, chain FROM events "
                  "LIMIT 1"),
      sqlite_error);
}

TEST_CASE("sqlite log: a full disk refuses and loses nothing, and space cures it") {
  faulty_disk disk;
  fixture with;
  auto log = with.open();
  auto written = must_append(*log, to_session(own, 0, until_placing()));
  disk.fill();
  auto request = to_session(own, 1, {placed()});
  request.command_id = command_one;
  request.reserves = vm;
  auto results = log->append(std::vector{request, to_session(keeper, 0, until_placing())});
  REQUIRE(results.size() == 2);
  for (const auto& result : results) {
    REQUIRE(std::holds_alternative<append_refused>(result));
    CHECK(contains(std::get<append_refused>(result).reason, "full"));
  }
  CHECK(log->read_all(0, 10) == written);
  disk.repair();
  CHECK(must_append(*log, request).at(0).position == 2);
  log.reset();
  CHECK(with.open()->head() == 2);
}

TEST_CASE("sqlite log: a commit that fails otherwise has an unknown outcome and ends the log") {
  faulty_disk disk;
  fixture with;
  auto log = with.open();
  must_append(*log, to_session(own, 0, until_placing()));
  disk.break_syncs();
  auto unknown = append_one(*log, to_session(own, 1, {placed()}));
  REQUIRE(std::holds_alternative<outcome_unknown>(unknown));
  disk.repair();
  CHECK(std::holds_alternative<outcome_unknown>(
      append_one(*log, to_session(keeper, 0, until_placing()))));
  CHECK_THROWS_AS(static_cast<void>(log->head()), log_error);
  CHECK_THROWS_AS(log->read_all(0, 10), log_error);
  log.reset();
  // Only opening the file again can tell: here the frames did reach it.
  auto again = with.open();
  CHECK(again->head() >= 1);
  CHECK(again->read_stream(stream_of(own)).size() == again->head());
}

TEST_CASE("sqlite log: what is no log of ours is refused, and says so") {
  fixture with;
  SUBCASE("another application's database") {
    with.tamper("CREATE TABLE t (x)");
    CHECK(contains(refusal_of_opening(with), "not an event log of Berth"));
  }
  SUBCASE("a newer format") {
    with.open();
    with.tamper("PRAGMA user_version = 2");
    CHECK(contains(refusal_of_opening(with), "use the version that wrote it"));
  }
  SUBCASE("a newer event") {
    with.open();
    with.tamper("INSERT INTO types VALUES ('session_ended', 2)");
    CHECK(contains(refusal_of_opening(with), "session_ended of version 2"));
  }
  SUBCASE("an unknown event") {
    with.open();
    with.tamper("INSERT INTO types VALUES ('vm_painted', 1)");
    CHECK(contains(refusal_of_opening(with), "vm_painted"));
  }
}
