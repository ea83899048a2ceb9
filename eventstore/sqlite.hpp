#pragma once

#include "domain/ulid.hpp"
#include "eventstore/event_log.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

/// As much of SQLite as the stores need: connections, statements, and errors with their codes.
namespace berth::eventstore {

/// A call of SQLite failed.
struct sqlite_error : log_error {
  sqlite_error(int extended_code, const std::string& text);

  int code; ///< the primary result code, such as SQLITE_FULL
};

/// The rows that a query gives. The statement is free again when its cursor is gone.
class cursor {
public:
  explicit cursor(sqlite3_stmt* statement) : statement_(statement) {}
  cursor(cursor&& other) noexcept;
  cursor& operator=(cursor&&) = delete;
  ~cursor();

  /// Moves to the next row; false when there is none, and from then on.
  bool next();

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  std::uint64_t natural(int column) const; ///< for columns that are never negative
  std::string text(int column) const { return std::string{text_view(column)}; }
  std::string_view text_view(int column) const;         ///< valid until the next row
  std::span<const std::uint8_t> blob(int column) const; ///< valid until the next row
  domain::ulid ulid(int column) const;
  std::optional<domain::ulid> optional_ulid(int column) const;

private:
  sqlite3_stmt* statement_;
  bool ended_ = false; ///< SQLite would begin again
};

/// A prepared statement, kept for many uses.
class statement {
public:
  /// `connection` must outlive the statement.
  statement(sqlite3* connection, std::string_view sql);

  /// Binds the values to ?1, ?2, ... and gives the rows.
  template <class... Values>
  cursor query(const Values&... values) {
    int index = 0;
    (bind(++index, values, lifetime::call), ...);
    return cursor{handle_.get()};
  }

  /// For statements without rows.
  template <class... Values>
  void run(const Values&... values) {
    int index = 0;
    (bind(++index, values, lifetime::statement), ...);
    cursor{handle_.get()}.next();
  }

private:
  /// How long a bound text or blob stays where it is: SQLite copies those that do not last until
  /// the statement is free again.
  enum class lifetime : std::uint8_t { call, statement };

  void bind(int index, std::int64_t value, lifetime of);
  void bind(int index, std::uint64_t value, lifetime of) {
    bind(index, static_cast<std::int64_t>(value), of);
  }
  void bind(int index, std::uint32_t value, lifetime of) { bind(index, std::int64_t{value}, of); }
  void bind(int index, bool value, lifetime of) { bind(index, std::int64_t{value}, of); }
  void bind(int index, std::string_view value, lifetime of);
  void bind(int index, std::span<const std::uint8_t> value, lifetime of);
  void bind(int index, const domain::ulid& value, lifetime of) {
    bind(index, std::span{value.bytes}, of);
  }
  void bind(int index, std::nullopt_t, lifetime of);
  template <class T>
  void bind(int index, const std::optional<T>& value, lifetime of) {
    if (value)
      bind(index, *value, of);
    else
      bind(index, std::nullopt, of);
  }

  struct finalizer {
    void operator()(sqlite3_stmt* handle) const;
  };
  std::unique_ptr<sqlite3_stmt, finalizer> handle_;
};

/// A connection. One thread at a time may use it.
class database {
public:
  /// `flags` as for sqlite3_open_v2. Only its owner may read a file that is created. Throws
  /// sqlite_error.
  database(const std::filesystem::path& path, int flags);

  /// Runs one or more statements without rows.
  void execute(const char* sql);
  statement prepare(std::string_view sql) { return {handle(), sql}; }

  /// The first column of the only row.
  std::int64_t integer(std::string_view sql) { return first_row(sql).integer; }
  std::string text(std::string_view sql) { return first_row(sql).text; }

  sqlite3* handle() const { return handle_.get(); }

private:
  struct value {
    std::int64_t integer;
    std::string text;
  };
  value first_row(std::string_view sql);

  struct closer {
    void operator()(sqlite3* handle) const;
  };
  std::unique_ptr<sqlite3, closer> handle_;
};

/// Removes a database that nobody has open, with what belongs to it, from where `database` would
/// open it. Nothing happens when there is none. Throws sqlite_error.
void remove_database(const std::filesystem::path& path);

/// A write transaction, rolled back unless committed.
class transaction {
public:
  explicit transaction(database& on);
  transaction(const transaction&) = delete;
  ~transaction();

  void commit();

  /// False when SQLite would not roll back, which leaves the connection useless.
  bool roll_back() noexcept;

private:
  database& on_;
};

} // namespace berth::eventstore
