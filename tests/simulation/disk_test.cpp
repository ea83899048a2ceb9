#include "tools/simulation/disk.hpp"

#include "eventstore/sqlite.hpp"
#include "eventstore/sqlite_event_log.hpp"
#include "eventstore/sqlite_read_model.hpp"
#include "eventstore/verify.hpp"
#include "tests/support/event_samples.hpp"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <atomic>
#include <random>
#include <thread>

/// SQLite and the log over a disk in memory.
using namespace berth::simulation;
using namespace berth::eventstore;
using namespace berth::tests;

namespace {

const std::filesystem::path file = "simulated/log.db";

struct fixture {
  simulated_disk disk;
  test_sources outside;
  std::mt19937_64 random{1};

  database connect(int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) {
    return {"simulated/some.db", flags};
  }
  std::unique_ptr<sqlite_event_log> open_log() {
    return std::make_unique<sqlite_event_log>(file, outside.sources());
  }
  /// The verdict for each operation of this kind from now on.
  void answer(disk_call call, disk_verdict verdict) {
    disk.set_hook([=](const disk_operation& what) {
      return what.call == call ? verdict : disk_verdict::proceed;
    });
  }
};

append_request opening(std::uint8_t session) {
  return to_session(nth_session(session), 0, until_placing());
}

} // namespace

// -- SQLite ---------------------------------------------------------------------

TEST_CASE("simulated disk: a database is there when it is opened again") {
  fixture with;
  {
    auto db = with.connect();
    db.execute("CREATE TABLE t (x); INSERT INTO t VALUES (7)");
  }
  CHECK(with.connect().integer("SELECT x FROM t") == 7);
  CHECK_FALSE(std::filesystem::exists("simulated"));
}

TEST_CASE("simulated disk: files end with their disk") {
  {
    fixture with;
    with.connect().execute("CREATE TABLE t (x)");
  }
  fixture with;
  CHECK_THROWS_AS(with.connect(SQLITE_OPEN_READONLY).integer("SELECT 1 FROM t"), sqlite_error);
}

TEST_CASE("simulated disk: a rollback journal takes a killed transaction back") {
  fixture with;
  auto db = with.connect();
  db.execute("CREATE TABLE t (x); INSERT INTO t VALUES (7); PRAGMA cache_size = 1;"
             "BEGIN; UPDATE t SET x = 8; CREATE TABLE large (x);"
             "INSERT INTO large VALUES (zeroblob(100000))"); // Spills into the file.
  with.disk.freeze();
  with.disk.thaw();
  auto next = with.connect();
  CHECK(next.integer("SELECT x FROM t") == 7);
  CHECK(next.text("PRAGMA integrity_check") == "ok");
}

TEST_CASE("simulated disk: a writer locks out another one, and not a reader") {
  fixture with;
  auto writer = with.connect();
  writer.execute("PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1)");
  auto other = with.connect();
  auto reader = with.connect(SQLITE_OPEN_READONLY);
  writer.execute("BEGIN IMMEDIATE; INSERT INTO t VALUES (2)");
  CHECK(reader.integer("SELECT count(*) FROM t") == 1);
  CHECK_THROWS_AS(other.execute("BEGIN IMMEDIATE"), sqlite_error);
  writer.execute("COMMIT");
  other.execute("BEGIN IMMEDIATE; INSERT INTO t VALUES (3); COMMIT");
  CHECK(reader.integer("SELECT count(*) FROM t") == 3);
}

TEST_CASE("simulated disk: a reader keeps its snapshot, and a checkpoint waits for it") {
  fixture with;
  auto writer = with.connect();
  writer.execute("PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1)");
  auto reader = with.connect(SQLITE_OPEN_READONLY);
  reader.execute("BEGIN");
  CHECK(reader.integer("SELECT count(*) FROM t") == 1);
  writer.execute("INSERT INTO t VALUES (2)");
  CHECK(writer.integer("PRAGMA wal_checkpoint(TRUNCATE)") == 1); // busy
  CHECK(reader.integer("SELECT count(*) FROM t") == 1);
  reader.execute("COMMIT");
  CHECK(writer.integer("PRAGMA wal_checkpoint(TRUNCATE)") == 0);
  CHECK(reader.integer("SELECT count(*) FROM t") == 2);
}

TEST_CASE("simulated disk: without a write-ahead log a reader keeps the writer from committing") {
  fixture with;
  auto writer = with.connect();
  writer.execute("CREATE TABLE t (x); INSERT INTO t VALUES (1)");
  auto reader = with.connect(SQLITE_OPEN_READONLY);
  reader.execute("BEGIN");
  CHECK(reader.integer("SELECT count(*) FROM t") == 1);
  writer.execute("BEGIN; INSERT INTO t VALUES (2)");
  CHECK_THROWS_AS(writer.execute("COMMIT"), sqlite_error);
  reader.execute("COMMIT");
  writer.execute("COMMIT");
  CHECK(reader.integer("SELECT count(*) FROM t") == 2);
}

TEST_CASE("simulated disk: a reader in another thread sees whole commits only") {
  fixture with;
  auto writer = with.connect();
  writer.execute("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 5; CREATE TABLE t (x);"
                 "PRAGMA busy_timeout = 5000");
  std::atomic<bool> done = false;
  std::atomic<bool> torn = false;
  std::thread reading{[&] {
    auto reader = with.connect(SQLITE_OPEN_READONLY);
    reader.execute("PRAGMA busy_timeout = 5000");
    while (!done)
      if (reader.integer("SELECT count(*) FROM t") % 2 != 0)
        torn = true;
  }};
  for (int i = 0; i < 500; ++i)
    writer.execute("BEGIN; INSERT INTO t VALUES (1); INSERT INTO t VALUES (2); COMMIT");
  done = true;
  reading.join();
  CHECK_FALSE(torn);
  CHECK(writer.integer("SELECT count(*) FROM t") == 1000);
}

// -- crashes --------------------------------------------------------------------

TEST_CASE("simulated disk: what the log answered survives a loss of power") {
  fixture with;
  std::vector<recorded_event> written;
  auto log = with.open_log();
  for (std::uint8_t n = 1; n <= 5; ++n)
    written.push_back(must_append(*log, opening(n)).at(0));
  with.disk.lose_power(std::ref(with.random));
  log.reset();
  with.disk.thaw();
  CHECK(with.open_log()->read_all(0, 10) == written);
  CHECK_FALSE(verify(file).flaw);
}

TEST_CASE("simulated disk: a drive that lies about syncs loses what the log answered") {
  fixture with;
  auto log = with.open_log();
  must_append(*log, opening(1));
  with.answer(disk_call::sync, disk_verdict::pretend);
  must_append(*log, opening(2));
  with.disk.lose_power([] { return std::uint64_t{0}; });
  log.reset();
  with.disk.thaw();
  CHECK(with.open_log()->head() == 1);
}

TEST_CASE("simulated disk: a killed process loses nothing, synced or not") {
  fixture with;
  auto log = with.open_log();
  with.answer(disk_call::sync, disk_verdict::pretend);
  must_append(*log, opening(1));
  with.disk.freeze();
  log.reset();
  with.disk.thaw();
  CHECK(with.open_log()->head() == 1);
}

TEST_CASE("simulated disk: what a dead process does changes nothing") {
  fixture with;
  auto dead = with.open_log();
  must_append(*dead, opening(1));
  with.disk.freeze();
  CHECK_THROWS_AS(with.open_log(), log_error);
  with.disk.thaw();
  auto log = with.open_log();
  auto before = with.disk.operations();
  CHECK(std::holds_alternative<append_refused>(append_one(*dead, opening(2))));
  dead.reset(); // It would checkpoint and take its locks along.
  CHECK(with.disk.operations() == before);
  must_append(*log, opening(3));
  CHECK(log->head() == 2);
}

TEST_CASE("simulated disk: a flipped bit is found by the verification") {
  fixture with;
  must_append(*with.open_log(), opening(1));
  auto image = with.disk.image();
  auto at = image.bytes(image.find(file).value()).find("Ubuntu");
  REQUIRE(at != std::string::npos);
  with.disk.flip_bit(file, at, 3);
  CHECK(verify(file).flaw.has_value());
}

TEST_CASE("simulated disk: a damaged read model is made anew") {
  fixture with;
  must_append(*with.open_log(), {.stream = stream_of(pve1),
                                 .events = {node_event{node_registered{pve1, "pve-1.lan"}}},
                                 .because = {"system:seed", request_one, std::nullopt}});
  std::shared_ptr<const event_log> log = sqlite_event_log::open_read_only(file);
  const std::filesystem::path tables = "simulated/read.db";
  sqlite_read_model{tables, log}.apply(log->read_all(0, 1));
  CHECK(sqlite_read_model{tables, log}.position() == 1);
  for (std::uint64_t offset = 0; offset < 100; ++offset)
    with.disk.flip_bit(tables, offset, 0);
  CHECK(sqlite_read_model{tables, log}.position() == 0);
}

// -- faults ---------------------------------------------------------------------

TEST_CASE("simulated disk: a write without room is refused, and room cures it") {
  fixture with;
  auto log = with.open_log();
  with.answer(disk_call::write, disk_verdict::no_space);
  auto result = append_one(*log, opening(1));
  REQUIRE(std::holds_alternative<append_refused>(result));
  CHECK(std::get<append_refused>(result).reason.find("full") != std::string::npos);
  with.disk.set_hook({});
  must_append(*log, opening(1));
}

TEST_CASE("simulated disk: after a failed sync the outcome of the commit is unknown") {
  fixture with;
  auto log = with.open_log();
  with.answer(disk_call::sync, disk_verdict::io_error);
  CHECK(std::holds_alternative<outcome_unknown>(append_one(*log, opening(1))));
  with.disk.set_hook({});
  CHECK(std::holds_alternative<outcome_unknown>(append_one(*log, opening(2))));
}

TEST_CASE("simulated disk: what a failed sync left unwritten takes nothing along that came later") {
  fixture with;
  auto log = with.open_log();
  must_append(*log, opening(1));
  with.answer(disk_call::sync, disk_verdict::io_error);
  append_one(*log, opening(2));
  with.disk.freeze();
  log.reset();
  with.disk.set_hook({});
  with.disk.thaw();

  log = with.open_log();
  auto next = must_append(*log, opening(3));
  with.disk.lose_power([] { return std::uint64_t{0}; });
  log.reset();
  with.disk.thaw();
  CHECK(with.open_log()->read_stream(stream_of(nth_session(3))) == next);
}

TEST_CASE("simulated disk: a log that cannot be opened says so") {
  fixture with;
  with.answer(disk_call::open, disk_verdict::io_error);
  CHECK_THROWS_AS(with.open_log(), log_error);
}

TEST_CASE("simulated disk: no log is opened that could not get its write-ahead log") {
  fixture with;
  with.disk.set_hook([syncs = 0](const disk_operation& what) mutable {
    bool fails = what.call == disk_call::sync && ++syncs == 1; // Of the rollback journal.
    return fails ? disk_verdict::io_error : disk_verdict::proceed;
  });
  CHECK_THROWS_WITH_AS(with.open_log(), doctest::Contains("I/O error"), log_error);
  must_append(*with.open_log(), opening(1));
}

TEST_CASE("simulated disk: operations are counted and told") {
  fixture with;
  std::vector<std::string> told;
  std::uint64_t last = 0;
  with.disk.set_hook([&](const disk_operation& what) {
    last = what.number;
    told.push_back(std::string{name_of(what.call)} + ' ' + std::string{what.file});
    return disk_verdict::proceed;
  });
  auto log = with.open_log();
  must_append(*log, opening(1));
  CHECK(told.front() == "open simulated/log.db");
  CHECK(told.back() == "sync simulated/log.db-wal");
  CHECK(last == with.disk.operations());
  CHECK(last == told.size());
}
