#include "eventstore/sqlite_read_model.hpp"

#include "eventstore/read_model_fold.hpp"
#include "eventstore/read_model_rows.hpp"
#include "eventstore/read_model_schema.hpp"
#include "eventstore/sqlite.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <utility>

namespace berth::eventstore {

namespace {

// Both as in read_model_schema.sql.
constexpr std::int64_t application_id = 0x42455252;
constexpr std::int64_t tables_version = 3;

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

domain::time_point time_in(const cursor& row, int column) {
  return require(domain::parse_rfc3339(row.text(column)), "a time");
}

std::uint32_t small(const cursor& row, int column) {
  return static_cast<std::uint32_t>(row.natural(column));
}

constexpr const char* select_sessions =
    "SELECT s.id, s.user_id, s.template_id, s.template_name, s.os_type, s.protocol, "
    "s.session_type, s.status, s.step, s.end_reason, s.detail, coalesce(n.name, ''), s.keeps_vm, "
    "s.created_at, s.updated_at, s.expires_at, u.login, s.version "
    "FROM vm_sessions s JOIN users u ON u.id = s.user_id LEFT JOIN proxmox_nodes n ON n.id = "
    "s.node_id ";

session_row session_of_row(const cursor& row) {
  session_row session{.id = {require(domain::parse_ulid(row.text(0)), "id")},
                      .owner = {small(row, 1)},
                      .from_template = {small(row, 2)},
                      .template_name = row.text(3),
                      .os = require(domain::parse_os_type(row.text(4)), "os_type"),
                      .protocol = require(domain::parse_desktop_protocol(row.text(5)), "protocol"),
                      .type = require(domain::parse_session_type(row.text(6)), "session_type"),
                      .status = row.text(7),
                      .step = row.text(8),
                      .detail = row.text(10),
                      .node = {row.text(11)},
                      .keeps_vm = row.integer(12) != 0,
                      .created_at = time_in(row, 13),
                      .updated_at = time_in(row, 14),
                      .expires_at = time_in(row, 15),
                      .owner_login = row.text(16),
                      .version = row.natural(17)};
  if (!row.is_null(9))
    session.reason = require(domain::parse_end_reason(row.text(9)), "end_reason");
  return session;
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
  statement sessions =
      db.prepare(std::string{select_sessions}
                 + "WHERE (?1 IS NULL OR s.user_id = ?1) AND (?2 IS NULL OR s.status = ?2) "
                   "AND (?3 IS NULL OR n.name = ?3) AND (?4 = 0 OR s.step <> 'closed') "
                   "AND (?5 IS NULL OR s.id < ?5) ORDER BY s.id DESC LIMIT ?6");
  statement session = db.prepare(std::string{select_sessions} + "WHERE s.id = ?1");
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
    for (const auto& event : events) {
      if (event.position != ++last)
        throw log_error{"the read model expects position " + std::to_string(last) + ", not "
                        + std::to_string(event.position)};
      tables_->fold.apply(event);
    }
    tables_->advance.run(last, events.back().event_id);
    writing.commit();
  } catch (...) {
    tables_->fold.forget();
    throw;
  }
}

std::vector<session_row> sqlite_read_model::sessions(const session_filter& wanted) const {
  std::vector<session_row> found;
  std::optional<std::uint32_t> owner;
  if (wanted.owner)
    owner = wanted.owner->value;
  std::optional<std::string> node;
  if (wanted.node)
    node = wanted.node->value;
  std::optional<std::string> before;
  if (wanted.before)
    before = to_string(*wanted.before);
  for (auto row = tables_->sessions.query(owner, wanted.status, node, wanted.not_closed, before,
                                          wanted.limit);
       row.next();)
    found.push_back(session_of_row(row));
  return found;
}

std::optional<session_row> sqlite_read_model::session(const domain::session_id& id) const {
  auto row = tables_->session.query(to_string(id));
  return row.next() ? std::optional{session_of_row(row)} : std::nullopt;
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
