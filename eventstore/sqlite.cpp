#include "eventstore/sqlite.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace berth::eventstore {

namespace {

void check(int code, sqlite3* connection) {
  if (code != SQLITE_OK)
    throw sqlite_error{code, connection ? sqlite3_errmsg(connection) : sqlite3_errstr(code)};
}

/// SQLite lets everybody read what it creates; its other files take the rights of this one. An
/// existing file is not opened here: closing it would release SQLite's locks of this process.
void create_private(const std::filesystem::path& path) {
  auto created = open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (created >= 0)
    close(created);
}

} // namespace

sqlite_error::sqlite_error(int extended_code, const std::string& text)
    : log_error{text + " (SQLite code " + std::to_string(extended_code) + ")"}, code{extended_code
                                                                                     & 0xff} {}

// -- rows ---------------------------------------------------------------------

cursor::cursor(cursor&& other) noexcept
    : statement_(std::exchange(other.statement_, nullptr)), ended_(other.ended_) {}

cursor::~cursor() {
  if (!statement_)
    return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

bool cursor::next() {
  if (ended_)
    return false;
  auto code = sqlite3_step(statement_);
  ended_ = code != SQLITE_ROW;
  if (code == SQLITE_ROW || code == SQLITE_DONE)
    return code == SQLITE_ROW;
  auto* connection = sqlite3_db_handle(statement_);
  throw sqlite_error{sqlite3_extended_errcode(connection), sqlite3_errmsg(connection)};
}

bool cursor::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t cursor::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::uint64_t cursor::natural(int column) const {
  return static_cast<std::uint64_t>(integer(column));
}

std::string_view cursor::text_view(int column) const {
  const auto* bytes = sqlite3_column_text(statement_, column);
  auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return bytes ? std::string_view{reinterpret_cast<const char*>(bytes), size} : std::string_view{};
}

std::span<const std::uint8_t> cursor::blob(int column) const {
  const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

domain::ulid cursor::ulid(int column) const {
  domain::ulid id;
  auto bytes = blob(column);
  if (bytes.size() != id.bytes.size())
    throw log_error{"an id in the database does not have 16 bytes"};
  std::ranges::copy(bytes, id.bytes.begin());
  return id;
}

std::optional<domain::ulid> cursor::optional_ulid(int column) const {
  return is_null(column) ? std::nullopt : std::optional{ulid(column)};
}

// -- statements ---------------------------------------------------------------

statement::statement(sqlite3* connection, std::string_view sql) {
  sqlite3_stmt* handle = nullptr;
  auto code = sqlite3_prepare_v3(connection, sql.data(), static_cast<int>(sql.size()),
                                 SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  check(code, connection);
  handle_.reset(handle);
}

void statement::bind(int index, std::int64_t value, lifetime) {
  check(sqlite3_bind_int64(handle_.get(), index, value), sqlite3_db_handle(handle_.get()));
}

void statement::bind(int index, std::string_view value, lifetime of) {
  auto owner = of == lifetime::call ? SQLITE_TRANSIENT : SQLITE_STATIC;
  check(sqlite3_bind_text64(handle_.get(), index, value.data(), value.size(), owner, SQLITE_UTF8),
        sqlite3_db_handle(handle_.get()));
}

void statement::bind(int index, std::span<const std::uint8_t> value, lifetime of) {
  auto owner = of == lifetime::call ? SQLITE_TRANSIENT : SQLITE_STATIC;
  check(sqlite3_bind_blob64(handle_.get(), index, value.data(), value.size(), owner),
        sqlite3_db_handle(handle_.get()));
}

void statement::bind(int index, std::nullopt_t, lifetime) {
  check(sqlite3_bind_null(handle_.get(), index), sqlite3_db_handle(handle_.get()));
}

void statement::finalizer::operator()(sqlite3_stmt* handle) const {
  sqlite3_finalize(handle);
}

// -- connections --------------------------------------------------------------

database::database(const std::filesystem::path& path, int flags) {
  if ((flags & SQLITE_OPEN_CREATE) != 0 && path != ":memory:")
    create_private(path);
  sqlite3* handle = nullptr;
  auto code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  handle_.reset(handle); // also when opening failed: it holds the message
  check(code, handle);
  sqlite3_extended_result_codes(handle, 1);
}

void database::execute(const char* sql) {
  check(sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr), handle());
}

database::value database::first_row(std::string_view sql) {
  auto query = prepare(sql);
  auto row = query.query();
  if (!row.next())
    throw log_error{"no row for: " + std::string{sql}};
  value first{row.integer(0), row.text(0)};
  // A pragma answers before it is done: whether it could do it shows at its end.
  while (row.next()) {
  }
  return first;
}

void database::closer::operator()(sqlite3* handle) const {
  sqlite3_close_v2(handle);
}

void remove_database(const std::filesystem::path& path) {
  auto* files = sqlite3_vfs_find(nullptr);
  for (const auto* part : {"", "-wal", "-shm", "-journal"}) {
    auto code = files->xDelete(files, (path.string() + part).c_str(), 0);
    if (code != SQLITE_OK && code != SQLITE_IOERR_DELETE_NOENT)
      throw sqlite_error{code, "cannot remove " + path.string() + part};
  }
}

// -- transactions -------------------------------------------------------------

transaction::transaction(database& on) : on_(on) {
  on_.execute("BEGIN IMMEDIATE");
}

transaction::~transaction() {
  roll_back();
}

void transaction::commit() {
  on_.execute("COMMIT");
}

bool transaction::roll_back() noexcept {
  if (sqlite3_get_autocommit(on_.handle()) == 0)
    sqlite3_exec(on_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  return sqlite3_get_autocommit(on_.handle()) != 0;
}

} // namespace berth::eventstore
