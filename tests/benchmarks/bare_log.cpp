#include "tests/benchmarks/bare_log.hpp"

#include "eventstore/log_file.hpp"

#include <sqlite3.h>

#include <map>
#include <stdexcept>

namespace berth::benchmarks {

namespace {

void must(int code, sqlite3* on) {
  if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW)
    throw std::runtime_error{sqlite3_errmsg(on)};
}

sqlite3_stmt* prepare(sqlite3* on, const char* sql) {
  sqlite3_stmt* made = nullptr;
  must(sqlite3_prepare_v3(on, sql, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr), on);
  return made;
}

void text(sqlite3_stmt* to, int index, const std::string& value) {
  sqlite3_bind_text(to, index, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
}

void blob(sqlite3_stmt* to, int index, const std::string& value) {
  if (value.empty())
    sqlite3_bind_null(to, index);
  else
    sqlite3_bind_blob(to, index, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
}

void run(sqlite3_stmt* what) {
  must(sqlite3_step(what), sqlite3_db_handle(what));
  must(sqlite3_reset(what), sqlite3_db_handle(what));
}

std::string bytes(sqlite3_stmt* row, int column) {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(row, column));
  return data ? std::string(data, static_cast<std::size_t>(sqlite3_column_bytes(row, column)))
              : std::string{};
}

} // namespace

std::vector<bare_event> read_bare(const std::filesystem::path& file) {
  auto db = eventstore::open_log_to_read(file);
  std::map<std::string, std::int64_t> reserved;
  auto vmids = db.prepare("SELECT vmid, stream FROM vmids");
  for (auto row = vmids.query(); row.next();)
    reserved[row.text(1)] = row.integer(0);
  auto* events =
      prepare(db.handle(), "SELECT position, stream, version, event_id, type, schema_version, "
                           "recorded_at, command_id, correlation_id, causation_id, actor, payload, "
                           "chain FROM events ORDER BY position");
  std::vector<bare_event> all;
  while (sqlite3_step(events) == SQLITE_ROW) {
    bare_event e{.position = sqlite3_column_int64(events, 0),
                 .version = sqlite3_column_int64(events, 2),
                 .schema_version = sqlite3_column_int64(events, 5),
                 .recorded_at = sqlite3_column_int64(events, 6),
                 .stream = bytes(events, 1),
                 .event_id = bytes(events, 3),
                 .type = bytes(events, 4),
                 .command_id = bytes(events, 7),
                 .correlation_id = bytes(events, 8),
                 .causation_id = bytes(events, 9),
                 .actor = bytes(events, 10),
                 .payload = bytes(events, 11),
                 .chain = bytes(events, 12)};
    e.begins_append = e.type != "session_placed" && e.type != "session_closed";
    if (e.version == 1)
      e.reserves = reserved.at(e.stream);
    all.push_back(std::move(e));
  }
  sqlite3_finalize(events);
  return all;
}

struct bare_log::connection {
  explicit connection(const std::filesystem::path& file)
      : db{eventstore::open_log_to_write(file, {})} {
    sqlite3_wal_hook(
        raw,
        [](void* pages, sqlite3*, const char*, int written) {
          *static_cast<int*>(pages) = written;
          return SQLITE_OK;
        },
        &wal_pages);
  }
  ~connection() {
    for (auto* each : {begin, commit, event, stream, command, vmid})
      sqlite3_finalize(each);
  }

  void write_event(const bare_event& e) const {
    sqlite3_bind_int64(event, 1, e.position);
    text(event, 2, e.stream);
    sqlite3_bind_int64(event, 3, e.version);
    blob(event, 4, e.event_id);
    text(event, 5, e.type);
    sqlite3_bind_int64(event, 6, e.schema_version);
    sqlite3_bind_int64(event, 7, e.recorded_at);
    blob(event, 8, e.command_id);
    blob(event, 9, e.correlation_id);
    blob(event, 10, e.causation_id);
    text(event, 11, e.actor);
    text(event, 12, e.payload);
    blob(event, 13, e.chain);
    run(event);
  }

  void end_append(const bare_event& first, const bare_event& last) const {
    text(stream, 1, last.stream);
    sqlite3_bind_int64(stream, 2, last.version);
    sqlite3_bind_int64(stream, 3, first.position);
    sqlite3_bind_int64(stream, 4, last.type == "session_closed");
    run(stream);
    if (!first.command_id.empty()) {
      blob(command, 1, first.command_id);
      sqlite3_bind_int64(command, 2, first.position);
      sqlite3_bind_int64(command, 3, last.position);
      run(command);
    }
    if (first.reserves != 0) {
      sqlite3_bind_int64(vmid, 1, first.reserves);
      text(vmid, 2, first.stream);
      run(vmid);
    }
  }

  eventstore::database db;
  sqlite3* raw = db.handle();
  int wal_pages = 0;
  sqlite3_stmt* begin = prepare(raw, "BEGIN IMMEDIATE");
  sqlite3_stmt* commit = prepare(raw, "COMMIT");
  sqlite3_stmt* event =
      prepare(raw, "INSERT INTO events VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
                   "?13)");
  sqlite3_stmt* stream =
      prepare(raw, "INSERT INTO streams VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET version "
                   "= excluded.version, closed = excluded.closed");
  sqlite3_stmt* command = prepare(raw, "INSERT INTO commands VALUES (?1, ?2, ?3)");
  sqlite3_stmt* vmid = prepare(raw, "INSERT INTO vmids VALUES (?1, ?2)");
};

bare_log::bare_log(const std::filesystem::path& file) : on_{std::make_unique<connection>(file)} {}
bare_log::~bare_log() = default;

void bare_log::write(const std::vector<bare_event>& rows, const std::vector<std::size_t>& batches) {
  constexpr int pages_between_checkpoints = 1'000; // as Berth does it
  auto next = rows.begin();
  for (auto appends : batches) {
    run(on_->begin);
    for (; appends > 0 && next != rows.end(); --appends) {
      const auto& first = *next;
      do
        on_->write_event(*next++);
      while (next != rows.end() && !next->begins_append);
      on_->end_append(first, *std::prev(next));
    }
    run(on_->commit);
    if (on_->wal_pages >= pages_between_checkpoints)
      sqlite3_wal_checkpoint_v2(on_->raw, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  }
}

} // namespace berth::benchmarks
