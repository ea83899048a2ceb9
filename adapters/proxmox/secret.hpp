#pragma once

#include <string>
#include <utility>

namespace berth::proxmox {

/// A value that must never be written anywhere: it cannot be printed, compared or converted by
/// accident.
class secret {
public:
  secret() = default;
  explicit secret(std::string value) : value_(std::move(value)) {}

  /// For the one place that sends it.
  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

private:
  std::string value_;
};

} // namespace berth::proxmox
