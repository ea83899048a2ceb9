#pragma once

#include <string>
#include <utility>

#include <string.h>

namespace berth::domain {

/// A value that must never be written anywhere: it cannot be printed, compared or converted by
/// accident, and is wiped from memory at its end.
class secret {
public:
  secret() = default;
  explicit secret(std::string value) : value_(std::move(value)) {}
  secret(const secret&) = default;
  secret& operator=(const secret&) = default;
  ~secret() { explicit_bzero(value_.data(), value_.size()); }

  /// For the one place that sends or checks it.
  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

private:
  std::string value_;
};

} // namespace berth::domain
