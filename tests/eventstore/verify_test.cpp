#include "eventstore/verify.hpp"

#include "eventstore/hash_chain.hpp"
#include "eventstore/sqlite_event_log.hpp"
#include "tests/support/event_samples.hpp"
#include "tests/support/temporary_directory.hpp"

#include <doctest/doctest.h>
#include <sqlite3.h>

using namespace berth::eventstore;
using namespace berth::tests;
using namespace berth::domain;

namespace {

struct fixture {
  test_sources outside;
  temporary_directory directory;
  std::filesystem::path file = directory / "log.db";

  fixture() { write(until_active()); }

  void write(const history& events) {
    sqlite_event_log log{file, outside.sources()};
    must_append(log, to_session(own, log.read_stream(stream_of(own)).size(), events));
  }

  /// Changes the log as somebody would who can write the file and knows its triggers.
  void tamper(const std::string& sql) {
    database db{file, SQLITE_OPEN_READWRITE};
    db.execute("DROP TRIGGER events_are_not_changed; DROP TRIGGER events_are_not_deleted;"
               "DROP TRIGGER events_are_dense;");
    db.execute(sql.c_str());
  }
  log_flaw flaw() {
    auto found = verify(file).flaw;
    REQUIRE(found);
    return *found;
  }
};

} // namespace

TEST_CASE("verify: an untouched log is sound, also while it is written") {
  fixture with;
  sqlite_event_log log{with.file, with.outside.sources()};
  auto sound = verify(with.file);
  CHECK_FALSE(sound.flaw);
  CHECK(sound.events == until_active().size());
}

TEST_CASE("verify: an empty log is sound") {
  temporary_directory directory;
  test_sources outside;
  { sqlite_event_log log{directory / "log.db", outside.sources()}; }
  CHECK(verify(directory / "log.db").events == 0);
  CHECK_FALSE(verify(directory / "log.db").flaw);
}

TEST_CASE("verify: each column of an event is under the hash") {
  for (const auto* change : {"payload = replace(payload, 'pve-1', 'pve-2')", "actor = 'user:8'",
                             "recorded_at = recorded_at + 1", "event_id = randomblob(16)",
                             "correlation_id = randomblob(16)", "causation_id = randomblob(16)",
                             "command_id = randomblob(16)", "chain = randomblob(32)",
                             "type = 'vm_deleted'", "schema_version = 0"}) {
    fixture with;
    // The last event: a later time in the middle would show as time that goes back.
    with.tamper("UPDATE events SET " + std::string{change}
                + " WHERE position = (SELECT max(position) FROM events)");
    CAPTURE(change);
    CHECK(with.flaw().position == until_active().size());
  }
}

TEST_CASE(
    "verify: a value that its column cannot have is found, even where the hash does not see it") {
  for (const auto* change :
       {"schema_version = schema_version + 4294967296", "schema_version = -1",
        "recorded_at = 9223372036854775807", "recorded_at = 253402300800000"}) {
    fixture with;
    with.tamper("UPDATE events SET " + std::string{change}
                + " WHERE position = (SELECT max(position) FROM events)");
    CAPTURE(change);
    CHECK(with.flaw().position == until_active().size());
    CHECK(with.flaw().reason.starts_with("position "));
  }
}

TEST_CASE("verify: a changed event is found at its position") {
  fixture with;
  with.tamper("UPDATE events SET payload = replace(payload, '10000001', '10000002') "
              "WHERE position = 3");
  CHECK(with.flaw().position == 3);
  CHECK(with.flaw().reason.find("hash chain") != std::string::npos);
}

TEST_CASE("verify: a removed event is found") {
  fixture with;
  with.tamper("DELETE FROM events WHERE position = 2");
  CHECK(with.flaw().position == 2);
  CHECK(with.flaw().reason == "position 3 follows 1");
}

TEST_CASE("verify: events that have changed places are found") {
  fixture with;
  with.tamper("UPDATE events SET position = -1, version = -1 WHERE position = 3;"
              "UPDATE events SET position = 3, version = 3 WHERE position = 4;"
              "UPDATE events SET position = 4, version = 4 WHERE position = -1");
  CHECK(with.flaw().position == 3);
}

TEST_CASE("verify: time that goes back is found") {
  fixture with;
  with.tamper("UPDATE events SET recorded_at = recorded_at - 1 WHERE position = 2");
  CHECK(with.flaw().reason == "time goes back");
}

TEST_CASE("verify: an end that was cut off shows in the list of streams") {
  fixture with;
  with.tamper("DELETE FROM events WHERE position > 3");
  CHECK(with.flaw().reason.find("should have") != std::string::npos);
}

TEST_CASE("verify: an end that was cut off with care shows against a head noted before") {
  fixture with;
  auto noted = verify(with.file).head;
  CHECK_FALSE(verify(with.file, noted).flaw);
  with.tamper("DELETE FROM events WHERE position > 3; UPDATE streams SET version = 3");
  CHECK_FALSE(verify(with.file).flaw);
  auto found = verify(with.file, noted);
  REQUIRE(found.flaw);
  CHECK(found.flaw->position == 4);
}

TEST_CASE("verify: a head noted before holds when the log has grown") {
  fixture with;
  auto noted = verify(with.file).head;
  with.write({session_ended{end_reason::deadline, {}}});
  CHECK_FALSE(verify(with.file, noted).flaw);
}

TEST_CASE("verify: what cannot be decoded is found") {
  fixture with;
  // With a chain that holds, as a faulty version of ours could have written it.
  database db{with.file, SQLITE_OPEN_READWRITE};
  auto last = db.prepare(std::string{select_events} + "ORDER BY position DESC LIMIT 1");
  auto row = last.query();
  REQUIRE(row.next());
  auto event = stored_event_of(row);
  auto before = event.chain;
  ++event.position;
  ++event.version;
  ++event.event_id.bytes.back();
  event.payload = "{}";
  auto link = next_link(before, leaf_of(event));
  db.prepare("INSERT INTO events SELECT ?1, stream, ?2, ?4, type, schema_version, "
             "recorded_at, command_id, correlation_id, causation_id, actor, '{}', ?3 FROM events "
             "WHERE position = ?1 - 1")
      .run(event.position, event.version, std::span<const std::uint8_t>{link}, event.event_id);
  CHECK(with.flaw().position == event.position);
  CHECK(with.flaw().reason.find("is missing") != std::string::npos);
}

TEST_CASE("verify: it can be stopped") {
  fixture with;
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_AS(verify(with.file, std::nullopt, stop.get_token()), verification_stopped);
}
