#pragma once

#include "adapters/net/asio.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace berth::net {

struct https_request {
  std::string method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string content_type;
  std::chrono::milliseconds timeout{40000}; ///< for the whole call, connecting included
};

struct https_response {
  int status = 0;
  std::string reason;
  std::string body;
  std::size_t host = 0; ///< which of the settings' hosts answered
};

/// Why there is no response.
struct transport_error {
  enum class kind {
    unreachable, ///< no host could be reached: nothing was sent
    untrusted,   ///< the host showed another certificate: nothing was sent
    interrupted, ///< the request may have arrived; its answer did not
  };
  kind what{};
  std::string text;
};

using https_result = std::variant<https_response, transport_error>;

/// Carries requests to one service. Runs on the io thread.
class https_transport {
public:
  virtual ~https_transport() = default;

  virtual awaitable<https_result> send(https_request wanted) = 0;
};

} // namespace berth::net
