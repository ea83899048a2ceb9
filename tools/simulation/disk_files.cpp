#include "tools/simulation/disk_files.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace berth::simulation {

namespace {

/// As on Unix; see sqlite3.h for what it promises.
constexpr int sector_size = 4096;
constexpr int characteristics = SQLITE_IOCAP_POWERSAFE_OVERWRITE;

int answer(disk_verdict verdict, int io_error, int no_space) {
  switch (verdict) {
  case disk_verdict::io_error:
    return io_error;
  case disk_verdict::no_space:
    return no_space;
  case disk_verdict::proceed:
  case disk_verdict::pretend:
    break;
  }
  return SQLITE_OK;
}

} // namespace

template <class Apply>
disk_verdict disk_files::operate(std::uint64_t process, disk_operation what, const Apply& apply) {
  std::shared_ptr<const disk_hook> asked;
  {
    std::scoped_lock all{mutex};
    if (process != process_ || frozen)
      return disk_verdict::io_error;
    what.number = ++operations;
    asked = hook;
  }
  auto verdict = asked && *asked ? (*asked)(what) : disk_verdict::proceed;
  std::scoped_lock all{mutex};
  if (process != process_ || frozen)
    return disk_verdict::io_error;
  apply(verdict);
  return verdict;
}

template <class Predicate>
bool disk_files::any_other(const file_handle& file, Predicate predicate) const {
  return std::ranges::any_of(open_.at(file.file), [&](const file_handle* other) {
    return other != &file && predicate(*other);
  });
}

// -- names ----------------------------------------------------------------------

int disk_files::open(const char* name, file_handle& file, int flags) {
  {
    std::scoped_lock all{mutex};
    file.on = this;
    file.process = process_;
    file.name = name ? name : "temporary-" + std::to_string(++temporary_files_);
  }
  constexpr int journals = SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL;
  file.syncs_names = (flags & SQLITE_OPEN_CREATE) != 0 && (flags & journals) != 0;
  file.is_removed_at_end = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
  bool found = false;
  auto verdict = operate(file.process, {.call = disk_call::open, .file = file.name},
                         [&](disk_verdict decided) {
                           if (decided != disk_verdict::proceed)
                             return;
                           auto existing = image.find(file.name);
                           if (!existing && (flags & SQLITE_OPEN_CREATE) == 0)
                             return;
                           found = true;
                           file.file = existing ? *existing : image.create(file.name);
                           open_[file.file].push_back(&file);
                         });
  return verdict == disk_verdict::proceed && found ? SQLITE_OK : SQLITE_CANTOPEN;
}

int disk_files::remove(const char* name, bool sync_names) {
  std::uint64_t process = 0;
  {
    std::scoped_lock all{mutex};
    process = process_;
  }
  bool found = true;
  auto verdict =
      operate(process, {.call = disk_call::remove, .file = name}, [&](disk_verdict decided) {
        if (decided != disk_verdict::proceed)
          return;
        found = image.find(name).has_value();
        image.remove(name);
        if (sync_names)
          image.sync_names();
      });
  if (!found)
    return SQLITE_IOERR_DELETE_NOENT;
  return answer(verdict, SQLITE_IOERR_DELETE, SQLITE_IOERR_DELETE);
}

int disk_files::exists(const char* name, int& result) const {
  std::scoped_lock all{mutex};
  if (frozen)
    return SQLITE_IOERR_ACCESS;
  auto file = image.find(name);
  result = file && !image.bytes(*file).empty() ? 1 : 0; // An empty file is none, as on Unix.
  return SQLITE_OK;
}

void disk_files::end_process() {
  ++process_;
  frozen = true;
  open_.clear();
  memories_.clear();
}

// -- bytes ----------------------------------------------------------------------

void disk_files::close(file_handle& file) {
  unmap_memory(file);
  std::scoped_lock all{mutex};
  if (is_dead(file))
    return;
  std::erase(open_.at(file.file), &file);
  if (file.is_removed_at_end)
    image.remove(file.name);
}

int disk_files::read(const file_handle& file, char* to, std::size_t count,
                     std::uint64_t offset) const {
  std::scoped_lock all{mutex};
  if (is_dead(file))
    return SQLITE_IOERR_READ;
  const auto& bytes = image.bytes(file.file);
  auto there = offset < bytes.size() ? std::min<std::size_t>(count, bytes.size() - offset) : 0;
  std::memcpy(to, bytes.data() + (there > 0 ? offset : 0), there);
  std::memset(to + there, 0, count - there);
  return there == count ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int disk_files::write(const file_handle& file, std::string_view bytes, std::uint64_t offset) {
  auto verdict =
      operate(file.process,
              {.call = disk_call::write, .file = file.name, .offset = offset, .size = bytes.size()},
              [&](disk_verdict decided) {
                if (decided == disk_verdict::proceed)
                  image.write(file.file, offset, bytes);
              });
  return answer(verdict, SQLITE_IOERR_WRITE, SQLITE_FULL);
}

int disk_files::truncate(const file_handle& file, std::uint64_t size) {
  auto verdict =
      operate(file.process, {.call = disk_call::truncate, .file = file.name, .size = size},
              [&](disk_verdict decided) {
                if (decided == disk_verdict::proceed)
                  image.truncate(file.file, size);
              });
  return answer(verdict, SQLITE_IOERR_TRUNCATE, SQLITE_IOERR_TRUNCATE);
}

int disk_files::sync(file_handle& file) {
  auto verdict = operate(file.process, {.call = disk_call::sync, .file = file.name},
                         [&](disk_verdict decided) {
                           if (decided == disk_verdict::pretend)
                             return;
                           if (decided != disk_verdict::proceed)
                             return image.fail_sync(file.file);
                           image.sync(file.file);
                           if (std::exchange(file.syncs_names, false))
                             image.sync_names();
                         });
  return answer(verdict, SQLITE_IOERR_FSYNC, SQLITE_IOERR_FSYNC);
}

int disk_files::size(const file_handle& file, sqlite3_int64& result) const {
  std::scoped_lock all{mutex};
  if (is_dead(file))
    return SQLITE_IOERR_FSTAT;
  result = static_cast<sqlite3_int64>(image.bytes(file.file).size());
  return SQLITE_OK;
}

// -- locks ----------------------------------------------------------------------

int disk_files::lock(file_handle& file, int level) {
  std::scoped_lock all{mutex};
  if (is_dead(file))
    return SQLITE_IOERR_LOCK;
  if (file.lock >= level)
    return SQLITE_OK;
  auto other_has = [&](int least) {
    return any_other(file, [&](const file_handle& other) { return other.lock >= least; });
  };
  if (level == SQLITE_LOCK_SHARED && other_has(SQLITE_LOCK_PENDING))
    return SQLITE_BUSY;
  if (level > SQLITE_LOCK_SHARED && other_has(SQLITE_LOCK_RESERVED))
    return SQLITE_BUSY;
  if (level == SQLITE_LOCK_EXCLUSIVE && other_has(SQLITE_LOCK_SHARED)) {
    file.lock = SQLITE_LOCK_PENDING; // Keeps new readers out until the old ones are done.
    return SQLITE_BUSY;
  }
  file.lock = level;
  return SQLITE_OK;
}

int disk_files::unlock(file_handle& file, int level) {
  std::scoped_lock all{mutex};
  file.lock = std::min(file.lock, level);
  return SQLITE_OK;
}

int disk_files::is_reserved(const file_handle& file, int& result) const {
  std::scoped_lock all{mutex};
  if (is_dead(file))
    return SQLITE_IOERR_CHECKRESERVEDLOCK;
  auto reserves = [](const file_handle& one) { return one.lock >= SQLITE_LOCK_RESERVED; };
  result = reserves(file) || any_other(file, reserves) ? 1 : 0;
  return SQLITE_OK;
}

// -- shared memory ----------------------------------------------------------------

int disk_files::map_memory(file_handle& file, std::size_t region, std::size_t size, bool extend,
                           void volatile*& result) {
  std::scoped_lock all{mutex};
  result = nullptr;
  if (is_dead(file))
    return SQLITE_IOERR_SHMMAP;
  if (!file.memory) {
    auto& memory = memories_[file.file];
    if (!memory)
      memory = std::make_shared<shared_memory>();
    file.memory = memory;
  }
  auto& regions = file.memory->regions;
  while (extend && regions.size() <= region)
    regions.push_back(std::make_unique<char[]>(size));
  if (region < regions.size())
    result = regions[region].get();
  return SQLITE_OK;
}

int disk_files::lock_memory(file_handle& file, std::uint32_t locks, int flags) {
  std::scoped_lock all{mutex};
  if (is_dead(file))
    return SQLITE_IOERR_SHMLOCK;
  if ((flags & SQLITE_SHM_UNLOCK) != 0) {
    file.shared_locks &= ~locks;
    file.exclusive_locks &= ~locks;
    return SQLITE_OK;
  }
  bool shared = (flags & SQLITE_SHM_SHARED) != 0;
  bool taken = any_other(file, [&](const file_handle& other) {
    return (locks & (other.exclusive_locks | (shared ? 0 : other.shared_locks))) != 0;
  });
  if (taken)
    return SQLITE_BUSY;
  (shared ? file.shared_locks : file.exclusive_locks) |= locks;
  return SQLITE_OK;
}

void disk_files::unmap_memory(file_handle& file) {
  std::scoped_lock all{mutex};
  file.memory.reset();
  file.shared_locks = file.exclusive_locks = 0;
  if (is_dead(file))
    return;
  // Without its last user it is forgotten, as on Unix: the next one makes it anew from the log.
  if (!any_other(file, [](const file_handle& other) { return other.memory != nullptr; }))
    memories_.erase(file.file);
}

// -- what SQLite calls --------------------------------------------------------------

namespace {

disk_files& files_of(sqlite3_vfs* vfs) {
  return *static_cast<disk_files*>(vfs->pAppData);
}

file_handle& handle_of(sqlite3_file* file) {
  return *static_cast<file_handle*>(file);
}

std::uint64_t natural(sqlite3_int64 value) {
  return static_cast<std::uint64_t>(value);
}

const sqlite3_io_methods& methods() {
  static const sqlite3_io_methods table{
      .iVersion = 2,
      .xClose =
          [](sqlite3_file* file) {
            auto& handle = handle_of(file);
            handle.on->close(handle);
            handle.~file_handle();
            return SQLITE_OK;
          },
      .xRead =
          [](sqlite3_file* file, void* to, int count, sqlite3_int64 offset) {
            auto& handle = handle_of(file);
            return handle.on->read(handle, static_cast<char*>(to), natural(count), natural(offset));
          },
      .xWrite =
          [](sqlite3_file* file, const void* from, int count, sqlite3_int64 offset) {
            auto& handle = handle_of(file);
            return handle.on->write(handle, {static_cast<const char*>(from), natural(count)},
                                    natural(offset));
          },
      .xTruncate =
          [](sqlite3_file* file, sqlite3_int64 size) {
            return handle_of(file).on->truncate(handle_of(file), natural(size));
          },
      .xSync = [](sqlite3_file* file, int) { return handle_of(file).on->sync(handle_of(file)); },
      .xFileSize =
          [](sqlite3_file* file, sqlite3_int64* size) {
            return handle_of(file).on->size(handle_of(file), *size);
          },
      .xLock = [](sqlite3_file* file,
                  int level) { return handle_of(file).on->lock(handle_of(file), level); },
      .xUnlock = [](sqlite3_file* file,
                    int level) { return handle_of(file).on->unlock(handle_of(file), level); },
      .xCheckReservedLock =
          [](sqlite3_file* file, int* result) {
            return handle_of(file).on->is_reserved(handle_of(file), *result);
          },
      .xFileControl = [](sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; },
      .xSectorSize = [](sqlite3_file*) { return sector_size; },
      .xDeviceCharacteristics = [](sqlite3_file*) { return characteristics; },
      .xShmMap =
          [](sqlite3_file* file, int region, int size, int extend, void volatile** memory) {
            return handle_of(file).on->map_memory(handle_of(file), natural(region), natural(size),
                                                  extend != 0, *memory);
          },
      .xShmLock =
          [](sqlite3_file* file, int first, int count, int flags) {
            auto locks = ((1U << count) - 1U) << first;
            return handle_of(file).on->lock_memory(handle_of(file), locks, flags);
          },
      .xShmBarrier = [](sqlite3_file* file) { handle_of(file).on->barrier(); },
      .xShmUnmap =
          [](sqlite3_file* file, int) {
            handle_of(file).on->unmap_memory(handle_of(file));
            return SQLITE_OK;
          },
  };
  return table;
}

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto* handle = new (file) file_handle;
  auto code = files_of(vfs).open(name, *handle, flags);
  if (code != SQLITE_OK) {
    handle->~file_handle();
    file->pMethods = nullptr; // Nothing to close.
    return code;
  }
  handle->pMethods = &methods();
  if (out_flags)
    *out_flags = flags;
  return SQLITE_OK;
}

} // namespace

disk_files::disk_files(disk_image holding) : image{std::move(holding)} {
  // Time, sleep and randomness are the usual ones.
  vfs_ = *sqlite3_vfs_find(nullptr);
  vfs_name_ = "simulated disk " + std::to_string(reinterpret_cast<std::uintptr_t>(this));
  vfs_.zName = vfs_name_.c_str();
  vfs_.szOsFile = sizeof(file_handle);
  vfs_.pAppData = this;
  vfs_.xOpen = open_file;
  vfs_.xDelete = [](sqlite3_vfs* vfs, const char* name, int sync_names) {
    return files_of(vfs).remove(name, sync_names != 0);
  };
  vfs_.xAccess = [](sqlite3_vfs* vfs, const char* name, int, int* result) {
    return files_of(vfs).exists(name, *result);
  };
  vfs_.xFullPathname = [](sqlite3_vfs*, const char* name, int size, char* path) {
    sqlite3_snprintf(size, path, "%s", name);
    return SQLITE_OK;
  };
  sqlite3_vfs_register(&vfs_, 1);
}

disk_files::~disk_files() {
  sqlite3_vfs_unregister(&vfs_);
}

} // namespace berth::simulation
