#include "eventstore/data_directory.hpp"

#include "eventstore/event_log.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace berth::eventstore {

namespace {

[[noreturn]] void cannot(const std::string& what, const std::filesystem::path& path, int error) {
  throw log_error{"cannot " + what + ' ' + path.string() + ": "
                  + std::generic_category().message(error)};
}

void create(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (!error)
    std::filesystem::permissions(directory, std::filesystem::perms::owner_all, error);
  if (error)
    cannot("use the data directory", directory, error.value());
}

/// The process that has written its number into the lock.
std::string holder(int lock) {
  std::array<char, 16> text{};
  auto size = pread(lock, text.data(), text.size() - 1, 0);
  return size > 0 ? "process " + std::string{text.data()} : "another process";
}

} // namespace

std::filesystem::path log_file_in(const std::filesystem::path& data_directory) {
  return data_directory / "log.db";
}

std::filesystem::path read_model_file_in(const std::filesystem::path& data_directory) {
  return data_directory / "read.db";
}

data_directory::data_directory(std::filesystem::path path) : path_(std::move(path)) {
  create(path_);
  auto file = path_ / "LOCK";
  lock_ = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0)
    cannot("open", file, errno);
  if (flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    auto error = errno;
    auto owner = holder(lock_);
    close(lock_);
    if (error != EWOULDBLOCK)
      cannot("lock", file, error);
    throw log_error{"the data directory " + path_.string() + " is in use by " + owner
                    + ": stop it, or choose another directory"};
  }
  // For people only; the lock itself is what counts, so a failure here does no harm.
  auto pid = std::to_string(getpid());
  if (ftruncate(lock_, 0) == 0)
    static_cast<void>(pwrite(lock_, pid.data(), pid.size(), 0) == 0);
}

data_directory::~data_directory() {
  close(lock_);
}

} // namespace berth::eventstore
