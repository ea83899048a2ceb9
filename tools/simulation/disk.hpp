#pragma once

#include "tools/simulation/disk_image.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace berth::simulation {

enum class disk_call { open, write, sync, truncate, remove };

std::string_view name_of(disk_call call);

/// One call that reaches the disk. Reads are no such calls.
struct disk_operation {
  std::uint64_t number = 0; ///< from 1, of all calls since the disk began
  disk_call call{};
  std::string_view file;    ///< its path as SQLite was given it; valid during the call
  std::uint64_t offset = 0; ///< of a write
  std::uint64_t size = 0;   ///< of a write, or what a truncation leaves
};

enum class disk_verdict {
  proceed,
  io_error, ///< EIO: the call fails and changes nothing
  no_space, ///< ENOSPC: the same
  pretend,  ///< the call succeeds and changes nothing, as on a drive that lies
};

/// Decides what becomes of an operation, before it happens. Runs in the thread that operates, and
/// may use the disk, other disks and SQLite.
using disk_hook = std::function<disk_verdict(const disk_operation&)>;

class disk_files;

/// A disk in memory. While it exists SQLite opens every file on it unless told otherwise; files
/// have any names, best in a folder that does not really exist. Connections may be in several
/// threads. Write-ahead logs work as on a real disk: their shared memory and all locks belong to
/// the process, which freeze() ends. Two disks may exist at a time: the younger one is SQLite's
/// choice, and must end first. Every connection to a disk ends before it.
class simulated_disk {
public:
  explicit simulated_disk(disk_image holding = {});
  simulated_disk(const simulated_disk&) = delete;
  ~simulated_disk();

  /// Every later operation asks `hook`; an empty one lets everything happen.
  void set_hook(disk_hook hook);

  /// How many operations there were, failed ones included.
  std::uint64_t operations() const;

  /// The disk as it is now.
  disk_image image() const;

  /// The process dies: each operation of what is open fails and changes nothing, for ever. Nothing
  /// can be opened until thaw().
  void freeze();

  /// The next process begins, and finds what the last one wrote, synced or not.
  void thaw();

  /// The machine dies, and with it the process. How much of what was not synced survives, and
  /// which sectors of it, is drawn from `random`: 64 uniform bits at each call. Nothing can be
  /// opened until thaw().
  void lose_power(const std::function<std::uint64_t()>& random, std::size_t sector_size = 512);

  /// Damages one bit of a file that exists. Nobody is told.
  void flip_bit(const std::string& file, std::uint64_t offset, unsigned bit);

private:
  std::unique_ptr<disk_files> files_;
};

} // namespace berth::simulation
