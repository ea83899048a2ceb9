#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::simulation {

/// The files of a disk, and which changes of them a loss of power may still take back. Plain data:
/// a copy is another disk. One folder, whose files are known by their whole paths.
///
/// A change of a file's bytes is safe after the next sync of that file, a name that was created or
/// removed after the next sync of the folder, as POSIX has it. After a sync that failed, what it
/// should have written is safe only when it is written again: Linux takes such pages for clean.
class disk_image {
public:
  using file_id = std::uint32_t; ///< stays the file's own, also after its name is removed

  std::optional<file_id> find(const std::string& name) const;
  /// Makes an empty file, in place of one that has the name.
  file_id create(const std::string& name);
  void remove(const std::string& name);
  void sync_names();

  const std::string& bytes(file_id file) const { return files_.at(file).bytes; }
  /// Fills a gap before `offset` with zeros.
  void write(file_id file, std::uint64_t offset, std::string_view bytes);
  void truncate(file_id file, std::uint64_t size);
  void sync(file_id file);
  /// A sync that did not succeed: what it should have made safe stays unsafe.
  void fail_sync(file_id file);
  /// Damages one bit of what is there, and nobody is told.
  void flip_bit(file_id file, std::uint64_t offset, unsigned bit);

  /// Whether a loss of power could take anything back.
  bool is_safe() const;

  /// Of each unsafe write every sector, and every other unsafe change, is kept when `survives` says
  /// so; what is left is safe. Sectors are aligned and of `sector_size` bytes; one that a write
  /// covers in part keeps its other bytes.
  void lose_power(const std::function<bool()>& survives, std::size_t sector_size);

private:
  enum class change_kind { write, truncation };
  enum class change_state { unsafe, abandoned, safe };

  /// What it takes to undo a change.
  struct change {
    change_kind kind;
    change_state state = change_state::unsafe;
    std::uint64_t offset;      ///< where the write began, or the new end
    std::uint64_t length;      ///< of the write
    std::uint64_t size;        ///< of the file before
    std::string replaced = {}; ///< what was at `offset` before
  };

  struct file {
    std::string bytes;
    std::vector<change> changes; ///< oldest first; none before the oldest that is not safe
  };

  static void lose_power(file& in, const std::function<bool()>& survives, std::size_t sector_size);
  static void forget_safe_changes(file& in);

  using folder = std::map<std::string, file_id>;

  std::map<file_id, file> files_;
  folder names_;
  folder safe_names_; ///< what the folder is after a loss of power at the worst
  file_id last_id_ = 0;
};

} // namespace berth::simulation
