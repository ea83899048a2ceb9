#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

/// The limit of an event log on SQLite: the same rows in the same tables of a file with the same
/// settings, in the same transactions, and nothing around it.
namespace berth::benchmarks {

/// A row of `events`, with what else its append has written when it is the first or last of one.
struct bare_event {
  std::int64_t position = 0, version = 0, schema_version = 0, recorded_at = 0;
  std::string stream, event_id, type, command_id, correlation_id, causation_id, actor, payload,
      chain;
  bool begins_append = false;
  std::int64_t reserves = 0; ///< a VMID; 0: none
};

/// Every event of the log that Berth has written to `file`.
std::vector<bare_event> read_bare(const std::filesystem::path& file);

/// Writes such rows.
class bare_log {
public:
  explicit bare_log(const std::filesystem::path& file);
  bare_log(const bare_log&) = delete;
  ~bare_log();

  /// One transaction for the appends of each batch; `batches` counts appends.
  void write(const std::vector<bare_event>& rows, const std::vector<std::size_t>& batches);

private:
  struct connection;
  std::unique_ptr<connection> on_;
};

} // namespace berth::benchmarks
