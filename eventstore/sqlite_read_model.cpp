#include "eventstore/sqlite_read_model.hpp"

#include "eventstore/read_model_fold.hpp"
#include "eventstore/read_model_rows.hpp"
#include "eventstore/read_model_schema.hpp"
#include "eventstore/session_pages.hpp"
#include "eventstore/sqlite.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <utility>

namespace berth::eventstore {

namespace {

// Both as in read_model_schema.sql.
constexpr std::int64_t application_id = 0x42455252;
constexpr std::int64_t tables_version = 4;

database open_file(const std::filesystem::path& file) {
  database db{file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX};
  // A commit may be lost: the log still has what was in it.
  db.execute("PRAGMA journal_mode = WAL;"
             "PRAGMA synchronous = NORMAL;"
             "PRAGMA foreign_keys = ON;"
             "PRAGMA trusted_schema = OFF;"
             "PRAGMA temp_store = MEMORY");
  return db;
}

/// Whether the tables hold nothing but what this version folds from this log.
bool is_current(database& db, const event_log& log) {
  if (db.integer("PRAGMA application_id") != application_id
      || db.integer("PRAGMA user_version") != tables_version
      || db.text("PRAGMA quick_check") != "ok")
    return false;
  auto progress = db.prepare("SELECT last_position, last_event_id FROM progress");
  auto row = progress.query();
  if (!row.next())
    return false;
  auto position = row.natural(0);
  if (position == 0)
    return true;
  auto last = log.read_all(position - 1, 1);
  return !last.empty() && last.front().event_id == row.ulid(1);
}

std::optional<database> open_current(const std::filesystem::path& file, const event_log& log) {
  try {
    auto db = open_file(file);
    if (is_current(db, log)) {
      db.execute("PRAGMA shrink_memory"); // The check has read every page.
      return db;
    }
  } catch (const sqlite_error&) {
    // Damaged tables are no loss.
  }
  return std::nullopt;
}

void create_tables(database& db) {
  transaction creation{db};
  db.execute(read_model_schema);
  creation.commit();
}

database open_or_create(const std::filesystem::path& file, const event_log& log) {
  if (auto current = open_current(file, log))
    return std::move(*current);
  if (file != ":memory:")
    remove_database(file);
  auto db = open_file(file);
  create_tables(db);
  return db;
}

const std::string select_templates =
    std::string{"SELECT created_at, updated_at, "} + template_columns + " FROM vm_templates ";

template_row template_row_of(const cursor& row) {
  return {.is = template_of(row, 2), .created_at = time_in(row, 0), .updated_at = time_in(row, 1)};
}

} // namespace

class sqlite_read_model::tables {
public:
  tables(const std::filesystem::path& file, const std::shared_ptr<const event_log>& log)
      : db{open_or_create(file, *log)}, fold{db, log} {}

  database db;
  read_model_fold fold;
  statement position = db.prepare("SELECT last_position FROM progress");
  statement advance = db.prepare("UPDATE progress SET last_position = ?1, last_event_id = ?2");
  session_pages pages{db};
  statement templates = db.prepare(select_templates + "ORDER BY name, id");
  statement ready = db.prepare(
      "SELECT seconds_to_ready FROM vm_sessions WHERE template_id = ?1 AND seconds_to_ready IS NOT "
      "NULL ORDER BY id DESC LIMIT ?2");
  statement nodes =
      db.prepare("SELECT name, hostname, max_vms, mode, (SELECT count(*) FROM vm_sessions s "
                 "WHERE s.node_id = n.id AND s.status IN ('pending', 'active')) "
                 "FROM proxmox_nodes n WHERE mode <> 'removed' ORDER BY name");
  statement kept = db.prepare("SELECT id FROM vm_sessions WHERE user_id = ?1 AND template_id = ?2 "
                              "AND keeps_vm = 1 ORDER BY updated_at DESC, id DESC LIMIT 1");
};

sqlite_read_model::sqlite_read_model(const std::filesystem::path& file,
                                     std::shared_ptr<const event_log> log)
    : tables_(std::make_unique<tables>(file, log)) {}

sqlite_read_model::~sqlite_read_model() = default;

std::uint64_t sqlite_read_model::position() const {
  auto row = tables_->position.query();
  row.next();
  return row.natural(0);
}

void sqlite_read_model::apply(std::span<const recorded_event> events) {
  if (events.empty())
    return;
  auto last = position();
  transaction writing{tables_->db};
  try {
    for (const auto& event : events)
      if (event.position != ++last)
        throw log_error{"the read model expects position " + std::to_string(last) + ", not "
                        + std::to_string(event.position)};
    tables_->fold.apply(events);
    tables_->advance.run(last, events.back().event_id);
    writing.commit();
  } catch (...) {
    tables_->fold.forget();
    throw;
  }
}

std::vector<session_row> sqlite_read_model::sessions(const session_filter& wanted) const {
  return tables_->pages.read(wanted);
}

std::optional<session_row> sqlite_read_model::session(const domain::session_id& id) const {
  return tables_->pages.find(id);
}

std::vector<template_row> sqlite_read_model::templates() const {
  std::vector<template_row> found;
  for (auto row = tables_->templates.query(); row.next();)
    found.push_back(template_row_of(row));
  for (auto& one : found) {
    std::vector<std::uint32_t> seconds;
    for (auto row = tables_->ready.query(one.is.id.value, domain::launches_that_count); row.next();)
      seconds.push_back(small(row, 0));
    one.ready = domain::summarize(seconds);
  }
  return found;
}

std::vector<node_row> sqlite_read_model::nodes() const {
  std::vector<node_row> found;
  for (auto row = tables_->nodes.query(); row.next();)
    found.push_back({.is = node_of(row, 0), .active_vms = small(row, 4)});
  return found;
}

std::optional<domain::session_id> sqlite_read_model::kept_session(domain::user_id owner,
                                                                  domain::template_id from) const {
  auto row = tables_->kept.query(owner.value, from.value);
  if (!row.next())
    return std::nullopt;
  return domain::session_id{require(domain::parse_ulid(row.text(0)), "id")};
}

} // namespace berth::eventstore
