#pragma once

#include <chrono>
#include <cstddef>

namespace berth::http {

/// What a client may take of the server.
struct server_limits {
  std::size_t header_bytes = 8 * 1024;
  std::size_t body_bytes = 64 * 1024;
  std::size_t connections = 1024;
  std::size_t connections_per_address = 64;
  std::chrono::seconds header_time{10}; ///< also how long an idle connection is kept
  std::chrono::seconds body_time{30};
  std::size_t streams_per_user = 5;
};

} // namespace berth::http
