#pragma once

#include "tools/simulation/disk.hpp"

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace berth::simulation {

class disk_files;

/// The index of a write-ahead log, which its connections share.
struct shared_memory {
  std::vector<std::unique_ptr<char[]>> regions;
};

/// An open file, in memory that SQLite gives and takes back.
struct file_handle : sqlite3_file {
  disk_files* on = nullptr;
  std::uint64_t process = 0; ///< that opened it
  disk_image::file_id file = 0;
  std::string name;
  bool syncs_names = false; ///< with the next sync, as SQLite does for new journals
  bool is_removed_at_end = false;
  int lock = SQLITE_LOCK_NONE;
  std::shared_ptr<shared_memory> memory; ///< null until it is mapped
  std::uint32_t shared_locks = 0;        ///< of the memory, as bits
  std::uint32_t exclusive_locks = 0;
};

/// The files of a simulated disk as one process after the other has them open. SQLite calls it; see
/// sqlite3_vfs and sqlite3_io_methods in sqlite3.h.
class disk_files {
public:
  explicit disk_files(disk_image holding);
  disk_files(const disk_files&) = delete;
  ~disk_files();

  /// Asks the hook, then lets `apply` happen with its verdict. A dead process gets `io_error`.
  template <class Apply>
  disk_verdict operate(std::uint64_t process, disk_operation what, const Apply& apply);

  int open(const char* name, file_handle& file, int flags);
  int remove(const char* name, bool sync_names);
  int exists(const char* name, int& result) const;

  void close(file_handle& file);
  int read(const file_handle& file, char* to, std::size_t count, std::uint64_t offset) const;
  int write(const file_handle& file, std::string_view bytes, std::uint64_t offset);
  int truncate(const file_handle& file, std::uint64_t size);
  int sync(file_handle& file);
  int size(const file_handle& file, sqlite3_int64& result) const;
  int lock(file_handle& file, int level);
  int unlock(file_handle& file, int level);
  int is_reserved(const file_handle& file, int& result) const;
  int map_memory(file_handle& file, std::size_t region, std::size_t size, bool extend,
                 void volatile*& result);
  int lock_memory(file_handle& file, std::uint32_t locks, int flags);
  void unmap_memory(file_handle& file);
  void barrier() const { std::scoped_lock all{mutex}; }

  void end_process();

  mutable std::mutex mutex;
  disk_image image;
  std::shared_ptr<const disk_hook> hook;
  std::uint64_t operations = 0;
  bool frozen = false;

private:
  bool is_dead(const file_handle& file) const { return file.process != process_; }
  template <class Predicate>
  bool any_other(const file_handle& file, Predicate predicate) const;

  std::uint64_t process_ = 0; ///< counts them
  std::uint64_t temporary_files_ = 0;
  std::map<disk_image::file_id, std::vector<file_handle*>> open_; ///< by this process
  std::map<disk_image::file_id, std::shared_ptr<shared_memory>> memories_;
  std::string vfs_name_;
  sqlite3_vfs vfs_;
};

} // namespace berth::simulation
