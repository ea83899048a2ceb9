#pragma once

#include "eventstore/event_log.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace berth::simulation {

/// What a log found on a disk is like.
struct log_finding {
  std::uint64_t lost = 0;               ///< acknowledged events that are missing at the end
  std::optional<std::string> complaint; ///< why no crash may leave such a log behind
};

/// Knows what a log was given and what it answered, and holds against it what is found later.
class log_witness {
public:
  /// Appends `batch` to `log`, and remembers. Throws log_error unless every request is granted.
  void append(eventstore::event_log& log, const std::vector<eventstore::append_request>& batch);

  /// Opens the log in `file` as Berth does, and looks at everything in it: SQLite's integrity, the
  /// hash chain, every event, command and VMID. Then appends to it, since it must go on.
  log_finding examine(const std::filesystem::path& file) const;

private:
  struct claim {
    eventstore::append_request of;
    std::uint64_t first = 0; ///< positions of its events
    std::uint64_t last = 0;
  };

  std::optional<std::string> fault_of(const std::vector<eventstore::recorded_event>& found) const;
  std::optional<std::string> fault_in_tables(const std::filesystem::path& file,
                                             std::uint64_t head) const;

  std::vector<claim> claims_;                ///< granted, then those under way
  std::vector<std::uint64_t> commits_ = {0}; ///< the ends of the log that such a history has
  std::vector<eventstore::recorded_event> acknowledged_;
};

} // namespace berth::simulation
