#include "tools/berthd/backup.hpp"

#include "adapters/passwords/password_store.hpp"
#include "eventstore/data_directory.hpp"
#include "eventstore/sqlite.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace berth::berthd {

namespace {

using eventstore::database;
using eventstore::log_error;

constexpr int whole_file = -1;

struct finish_backup {
  void operator()(sqlite3_backup* under_way) const { sqlite3_backup_finish(under_way); }
};

[[noreturn]] void cannot(const std::string& what, const std::filesystem::path& path) {
  throw log_error{"cannot " + what + ' ' + path.string() + ": "
                  + std::generic_category().message(errno)};
}

void sync(const std::filesystem::path& path) {
  auto opened = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (opened < 0 || fsync(opened) != 0)
    cannot("write", path);
  close(opened);
}

/// A read-only connection that never checkpoints: the daemon's alone does.
database open_to_copy(const std::filesystem::path& file) {
  database db{file, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX};
  sqlite3_db_config(db.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  db.execute("PRAGMA busy_timeout = 5000");
  return db;
}

/// In one step, which holds one snapshot from the first page to the last.
void copy_database(const std::filesystem::path& from, const std::filesystem::path& to) {
  auto source = open_to_copy(from);
  database target{to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX};
  std::unique_ptr<sqlite3_backup, finish_backup> under_way{
      sqlite3_backup_init(target.handle(), "main", source.handle(), "main")};
  if (!under_way || sqlite3_backup_step(under_way.get(), whole_file) != SQLITE_DONE)
    throw log_error{"cannot copy " + from.string() + ": " + sqlite3_errmsg(target.handle())};
  under_way.reset();
  // A copy is one file, and needs no write-ahead log beside it until it is used.
  target.execute("PRAGMA journal_mode = DELETE");
}

eventstore::verification fill(const std::filesystem::path& from, const std::filesystem::path& to) {
  auto passwords = passwords::password_file_in(from);
  if (std::filesystem::exists(passwords)) {
    copy_database(passwords, passwords::password_file_in(to));
    sync(passwords::password_file_in(to));
  }
  auto log = eventstore::log_file_in(to);
  copy_database(eventstore::log_file_in(from), log);
  auto result = eventstore::verify(log);
  if (result.flaw)
    throw log_error{"the copied log is not sound at position "
                    + std::to_string(result.flaw->position) + ": " + result.flaw->reason};
  sync(log);
  sync(to);
  return result;
}

} // namespace

eventstore::verification back_up(const std::filesystem::path& data_directory,
                                 const std::filesystem::path& to) {
  if (mkdir(to.c_str(), 0700) != 0)
    cannot("create", to);
  try {
    return fill(data_directory, to);
  } catch (...) {
    std::error_code ignored;
    std::filesystem::remove_all(to, ignored);
    throw;
  }
}

} // namespace berth::berthd
