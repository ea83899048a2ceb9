#pragma once

#include <filesystem>

namespace berth::eventstore {

/// Where the log is in a data directory.
std::filesystem::path log_file_in(const std::filesystem::path& data_directory);

/// Where the read model is in a data directory.
std::filesystem::path read_model_file_in(const std::filesystem::path& data_directory);

/// The right to write in a data directory. One process at a time has it; it ends with the object,
/// or with the process.
class data_directory {
public:
  /// Creates the directory when there is none; only its owner may enter it. Throws log_error,
  /// which names the process that holds the directory, or says why it cannot be used.
  explicit data_directory(std::filesystem::path path);
  data_directory(const data_directory&) = delete;
  ~data_directory();

  std::filesystem::path log_file() const { return log_file_in(path_); }
  std::filesystem::path read_model_file() const { return read_model_file_in(path_); }

private:
  std::filesystem::path path_;
  int lock_ = -1;
};

} // namespace berth::eventstore
