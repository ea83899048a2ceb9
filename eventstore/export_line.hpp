#pragma once

#include "eventstore/stored_event.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

/// The log as it is handed out to be read elsewhere: one JSON object per line.
namespace berth::eventstore {

/// Everything stored of one event, and a line feed.
std::string export_line(const stored_event& event);

/// Lines of consecutive events.
struct exported_page {
  std::string lines;
  std::uint64_t last = 0; ///< position of the last line; the next page comes after it
  bool has_more = false;
};

/// Up to `limit` events (at least 1) after a position; fewer when they are long. Throws log_error
/// when the log cannot be read.
exported_page export_page(database& log, std::uint64_t after, std::size_t limit);

} // namespace berth::eventstore
