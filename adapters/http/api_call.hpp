#pragma once

#include <string>
#include <utility>
#include <vector>

namespace berth::http {

/// A request as the facade sees it: everything else of HTTP stays at the connection.
struct api_call {
  std::string method;
  std::string target; ///< path and query
  std::string authorization;
  std::string content_type;
  std::string idempotency_key;
  std::string body;
  std::string request_id;
};

struct api_response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string content_type;
  std::string body;
};

} // namespace berth::http
