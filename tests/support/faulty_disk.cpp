#include "tests/support/faulty_disk.hpp"

#include <sqlite3.h>

/// A VFS in front of the usual one. SQLite keeps one list of them per process, hence the globals.
namespace berth::tests {

namespace {

bool full = false;
bool syncs_fail = false;

/// The usual VFS's file follows in memory.
struct faulty_file {
  sqlite3_file base;
  const sqlite3_io_methods* usual;
};

sqlite3_vfs* usual_vfs = nullptr;
sqlite3_vfs faulty_vfs;
sqlite3_io_methods methods;

sqlite3_file* usual_of(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<faulty_file*>(file) + 1);
}

/// Calls the usual method with the usual file.
template <auto Method, class... Arguments>
int pass(sqlite3_file* file, Arguments... arguments) {
  auto* usual = usual_of(file);
  return (usual->pMethods->*Method)(usual, arguments...);
}

int write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 at) {
  return full ? SQLITE_FULL : pass<&sqlite3_io_methods::xWrite>(file, bytes, count, at);
}

int sync(sqlite3_file* file, int flags) {
  return syncs_fail ? SQLITE_IOERR_FSYNC : pass<&sqlite3_io_methods::xSync>(file, flags);
}

void barrier(sqlite3_file* file) {
  auto* usual = usual_of(file);
  usual->pMethods->xShmBarrier(usual);
}

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  file->pMethods = nullptr;
  auto code = usual_vfs->xOpen(usual_vfs, name, usual_of(file), flags, out_flags);
  if (code == SQLITE_OK)
    file->pMethods = &methods;
  return code;
}

void prepare_methods() {
  using io = sqlite3_io_methods;
  methods.iVersion = 2;
  methods.xClose = pass<&io::xClose>;
  methods.xRead = pass<&io::xRead, void*, int, sqlite3_int64>;
  methods.xWrite = write;
  methods.xTruncate = pass<&io::xTruncate, sqlite3_int64>;
  methods.xSync = sync;
  methods.xFileSize = pass<&io::xFileSize, sqlite3_int64*>;
  methods.xLock = pass<&io::xLock, int>;
  methods.xUnlock = pass<&io::xUnlock, int>;
  methods.xCheckReservedLock = pass<&io::xCheckReservedLock, int*>;
  methods.xFileControl = pass<&io::xFileControl, int, void*>;
  methods.xSectorSize = pass<&io::xSectorSize>;
  methods.xDeviceCharacteristics = pass<&io::xDeviceCharacteristics>;
  methods.xShmMap = pass<&io::xShmMap, int, int, int, void volatile**>;
  methods.xShmLock = pass<&io::xShmLock, int, int, int>;
  methods.xShmBarrier = barrier;
  methods.xShmUnmap = pass<&io::xShmUnmap, int>;
}

} // namespace

faulty_disk::faulty_disk() {
  repair();
  usual_vfs = sqlite3_vfs_find(nullptr);
  prepare_methods();
  faulty_vfs = *usual_vfs;
  faulty_vfs.zName = "faulty";
  faulty_vfs.szOsFile = static_cast<int>(sizeof(faulty_file)) + usual_vfs->szOsFile;
  faulty_vfs.xOpen = open;
  sqlite3_vfs_register(&faulty_vfs, 1);
}

faulty_disk::~faulty_disk() {
  sqlite3_vfs_unregister(&faulty_vfs);
  sqlite3_vfs_register(usual_vfs, 1);
}

void faulty_disk::fill() {
  full = true;
}
void faulty_disk::break_syncs() {
  syncs_fail = true;
}
void faulty_disk::repair() {
  full = syncs_fail = false;
}

} // namespace berth::tests
