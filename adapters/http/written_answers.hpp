#pragma once

#include "adapters/http/api_call.hpp"
#include "domain/time.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <unordered_map>

namespace berth::http {

/// Answers as they were written, to be sent again within the same second: pages ask for the same
/// again and again. A key says all that its answer depends on except the time, of which the answer
/// shows whole seconds.
class written_answers {
public:
  static constexpr std::size_t most_bytes = 4 * 1024 * 1024; ///< of bodies

  /// Nothing when it must be written. Valid until the next call.
  const api_response* find(const std::string& key, domain::time_point now);
  /// Gives back what it keeps, which is valid until the next call.
  const api_response& keep(const std::string& key, api_response written, domain::time_point now);

private:
  void forget_others_than(domain::time_point now);

  std::chrono::sys_seconds second_{};
  std::unordered_map<std::string, api_response> by_key_;
  std::size_t bytes_ = 0;
};

} // namespace berth::http
