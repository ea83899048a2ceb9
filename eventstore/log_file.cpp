#include "eventstore/log_file.hpp"

#include "domain/broken_rule.hpp"
#include "eventstore/event_codec.hpp"
#include "eventstore/log_schema.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <vector>

namespace berth::eventstore {

namespace {

constexpr std::int64_t application_id = 0x42455254; // as in log_schema.sql
constexpr std::int64_t store_format = 1;

/// Not even the last connection moves the write-ahead log into the file by closing: the writer
/// does it when all is well.
void keep_write_ahead_log(database& db) {
  sqlite3_db_config(db.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

void require_ours(database& db) {
  if (db.integer("PRAGMA application_id") != application_id)
    throw log_error{"this is not an event log of Berth"};
  auto format = db.integer("PRAGMA user_version");
  if (format != store_format)
    throw log_error{"the log has format " + std::to_string(format) + ", this Berth reads format "
                    + std::to_string(store_format) + ": use the version that wrote it"};
  auto types = db.prepare("SELECT type, max(schema_version) FROM types GROUP BY type");
  for (auto row = types.query(); row.next();)
    if (row.natural(1) > known_version(row.text(0)))
      throw log_error{"the log holds events " + row.text(0) + " of version "
                      + std::to_string(row.natural(1))
                      + ", which this Berth does not know: use the version that wrote them"};
}

void make_durable(database& db) {
  if (db.text("PRAGMA journal_mode = WAL") != "wal")
    throw log_error{"the file system cannot hold a write-ahead log"};
  db.execute("PRAGMA synchronous = FULL;"
             "PRAGMA foreign_keys = ON;"
             "PRAGMA trusted_schema = OFF;"
             "PRAGMA recursive_triggers = ON;"
             "PRAGMA cell_size_check = ON;"
             "PRAGMA secure_delete = ON;"
             "PRAGMA temp_store = MEMORY;"
             "PRAGMA mmap_size = 0;"
             "PRAGMA wal_autocheckpoint = 0;"
             "PRAGMA journal_size_limit = 67108864;"
             "PRAGMA busy_timeout = 5000");
  if (domain::is_broken(domain::rule::commits_are_synced))
    return db.execute("PRAGMA synchronous = NORMAL");
  constexpr std::int64_t full = 2;
  if (db.integer("PRAGMA synchronous") != full)
    throw log_error{"SQLite does not accept synchronous = FULL: commits would not be durable"};
}

void create(database& db, const domain::ulid& uuid) {
  transaction creation{db};
  db.execute(log_schema);
  db.prepare("INSERT INTO store (uuid) VALUES (?1)").run(uuid);
  creation.commit();
}

/// Linux takes for written what a sync has failed to write, and goes on showing it: to us, to whom
/// it looks durable, until the power fails. (Rebello et al., "Can Applications Recover from fsync
/// Failures?", USENIX ATC 2020.) Whatever is added behind it would then be lost with it. So what an
/// earlier process has left in the write-ahead log is written and synced once more.
void rewrite_write_ahead_log(database& db) {
  transaction keeps_others_out{db};
  sqlite3_file* wal = nullptr;
  auto must = [](int code, const char* what) {
    if (code != SQLITE_OK)
      throw sqlite_error{code, what};
  };
  must(sqlite3_file_control(db.handle(), nullptr, SQLITE_FCNTL_JOURNAL_POINTER, &wal),
       "cannot find the write-ahead log");
  const auto* call = wal->pMethods;
  sqlite3_int64 size = 0;
  must(call->xFileSize(wal, &size), "cannot measure the write-ahead log");
  if (size == 0)
    return;
  std::vector<char> piece(1 << 16); // SQLite's Unix files take less than 128 KiB at a time.
  for (sqlite3_int64 at = 0; at < size; at += std::ssize(piece)) {
    auto length = static_cast<int>(std::min<sqlite3_int64>(std::ssize(piece), size - at));
    must(call->xRead(wal, piece.data(), length, at), "cannot read the write-ahead log");
    must(call->xWrite(wal, piece.data(), length, at), "cannot write the write-ahead log again");
  }
  must(call->xSync(wal, SQLITE_SYNC_NORMAL), "cannot sync the write-ahead log");
}

/// Says which file an error is about.
template <class Open>
database naming(const std::filesystem::path& file, Open open) {
  try {
    return open();
  } catch (const log_error& fault) {
    throw log_error{file.string() + ": " + fault.what()};
  }
}

} // namespace

database open_log_to_write(const std::filesystem::path& file, const domain::ulid& uuid) {
  return naming(file, [&] {
    database db{file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX};
    keep_write_ahead_log(db);
    make_durable(db);
    if (db.integer("SELECT count(*) FROM sqlite_schema") == 0)
      create(db, uuid);
    require_ours(db);
    rewrite_write_ahead_log(db);
    return db;
  });
}

database open_log_to_read(const std::filesystem::path& file) {
  return naming(file, [&] {
    database db{file, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX};
    keep_write_ahead_log(db);
    db.execute("PRAGMA busy_timeout = 5000; PRAGMA trusted_schema = OFF");
    require_ours(db);
    return db;
  });
}

} // namespace berth::eventstore
