#include "adapters/passwords/password_store.hpp"

#include <sqlite3.h>

#include <span>

namespace berth::passwords {

namespace {

bytes blob(const eventstore::cursor& row, int column) {
  auto stored = row.blob(column);
  return {stored.begin(), stored.end()};
}

eventstore::database open(const std::filesystem::path& path) {
  eventstore::database file{path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE};
  file.execute("PRAGMA journal_mode = DELETE;"
               "PRAGMA synchronous = FULL;"
               "PRAGMA secure_delete = ON;" // An old hash is not to be found in the file.
               "PRAGMA trusted_schema = OFF;"
               "CREATE TABLE IF NOT EXISTS passwords ("
               "  user_id INTEGER PRIMARY KEY,"
               "  n INTEGER NOT NULL, r INTEGER NOT NULL, p INTEGER NOT NULL,"
               "  salt BLOB NOT NULL, hash BLOB NOT NULL"
               ") STRICT");
  return file;
}

} // namespace

password_hash hash_password(const domain::secret& password, const scrypt_cost& cost) {
  auto salt = random_bytes(salt_length);
  return {cost, salt, scrypt(password, salt, cost, hash_length)};
}

std::filesystem::path password_file_in(const std::filesystem::path& data_directory) {
  return data_directory / "passwords.db";
}

password_store::password_store(const std::filesystem::path& file)
    : file_(open(file)),
      find_(file_.prepare("SELECT n, r, p, salt, hash FROM passwords WHERE user_id = ?1")),
      put_(file_.prepare("INSERT OR REPLACE INTO passwords VALUES (?1, ?2, ?3, ?4, ?5, ?6)")) {}

std::optional<password_hash> password_store::find(domain::user_id of) {
  auto row = find_.query(of.value);
  if (!row.next())
    return std::nullopt;
  return password_hash{.cost = {row.natural(0), static_cast<std::uint32_t>(row.natural(1)),
                                static_cast<std::uint32_t>(row.natural(2))},
                       .salt = blob(row, 3),
                       .hash = blob(row, 4)};
}

void password_store::put(domain::user_id of, const password_hash& hash) {
  put_.run(of.value, hash.cost.n, hash.cost.r, hash.cost.p,
           std::span<const std::uint8_t>{hash.salt}, std::span<const std::uint8_t>{hash.hash});
}

} // namespace berth::passwords
