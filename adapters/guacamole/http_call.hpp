#pragma once

#include "adapters/guacamole/gateway_fault.hpp"

#include <string>
#include <vector>

namespace berth::guacamole {

/// One request over http or https.
struct http_request {
  std::string method;
  std::string url;
  std::string ca_file;              ///< PEM, for https; empty: the system's CAs
  std::vector<std::string> headers; ///< `Name: value` each
  std::string body;
};

struct http_answer {
  long status = 0;
  std::string body;
};

/// Sends the request and waits for the answer, up to ten seconds and 1 MiB; does not follow
/// redirects. A status of whatever kind is an answer. Blocks; safe from any thread. Faults name
/// neither path nor header nor body.
gateway_result<http_answer> call(const http_request& request);

} // namespace berth::guacamole
