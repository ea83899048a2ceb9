#pragma once

#include "eventstore/event_log.hpp"

#include <filesystem>
#include <memory>

namespace berth::eventstore {

/// The log in a file, for ever: each commit is on the disk before it is answered.
///
/// The writer is the only connection that checkpoints; every other one opens read-only, because
/// SQLite before 3.51.3 can lose data when two connections reset the write-ahead log at once.
class sqlite_event_log final : public event_log {
public:
  /// Opens the log to write, and creates it when there is none. The caller holds the lock of the
  /// data directory. Throws log_error.
  sqlite_event_log(const std::filesystem::path& file, log_sources sources);

  /// Opens an existing log to read, also while the daemon writes it: every append is refused.
  /// Throws log_error.
  static std::unique_ptr<sqlite_event_log> open_read_only(const std::filesystem::path& file);

  ~sqlite_event_log() override;

  std::vector<append_result> append(std::vector<append_request> batch) override;
  std::vector<recorded_event> read_stream(const std::string& stream) const override;
  std::vector<recorded_event> read_all(std::uint64_t after, std::size_t limit) const override;
  std::size_t read_stored(std::uint64_t after, std::span<stored_event> into) const override;
  found_events find_events(const event_filter& wanted, std::uint64_t before,
                           std::size_t limit) const override;
  std::vector<std::uint64_t> unfinished() const override;
  std::vector<recorded_event> read_at(std::span<const std::uint64_t> positions) const override;
  std::uint64_t head() const override;
  std::vector<std::string> open_sessions() const override;
  std::optional<domain::vm_id> last_reserved() const override;
  std::optional<std::string> reserved_by(domain::vm_id vm) const override;
  std::optional<std::vector<recorded_event>>
  find_command(const domain::ulid& command) const override;
  void release_memory() override;

private:
  class reader;
  class writer;

  explicit sqlite_event_log(const std::filesystem::path& existing);

  // The writer is declared last, so that its checkpoint at the end is the last thing to happen.
  std::unique_ptr<reader> reader_;
  std::unique_ptr<writer> writer_; ///< none when opened read-only
};

} // namespace berth::eventstore
