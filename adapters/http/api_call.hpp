#pragma once

#include "actors/accounts.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace berth::http {

/// A request as the facade sees it: everything else of HTTP stays at the connection.
struct api_call {
  std::string method;
  std::string target; ///< path and query
  std::string body;
  std::string request_id;
  std::string client; ///< the address it came from

  // Header fields; empty when missing.
  std::string accept;
  std::string accept_encoding;
  std::string authorization;
  std::string cookie;
  std::string content_type;
  std::string host;
  std::string idempotency_key;
  std::string if_match;
  std::string if_none_match;
  std::string last_event_id;
  std::string origin;
  std::string sec_fetch_mode;
  std::string sec_fetch_site;
};

/// Whether a person goes there, and not a program or a script of a page.
inline bool is_navigation(const api_call& call) {
  if (!call.sec_fetch_mode.empty())
    return call.sec_fetch_mode == "navigate";
  return call.accept.find("text/html") != std::string::npos;
}

/// What a stream of events shows, and to whom.
struct event_feed {
  actors::caller who;
  std::uint64_t after = 0; ///< the last position that the client has
  bool is_reset = false;   ///< the client's own position could not be used
  bool shows_all = false;  ///< everybody's sessions, placements and loads
};

/// Names and values, in the order in which they are sent.
using header_fields = std::vector<std::pair<std::string, std::string>>;

struct api_response {
  int status = 200;
  header_fields headers;
  std::string content_type;
  std::string body;
  std::optional<event_feed> feed; ///< instead of a body: a stream without an end
};

} // namespace berth::http
