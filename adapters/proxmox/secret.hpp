#pragma once

#include <openssl/crypto.h>

#include <string>
#include <utility>

namespace berth::proxmox {

/// A value that must never be written anywhere: it cannot be printed, compared or converted by
/// accident, and is wiped from memory at its end.
class secret {
public:
  secret() = default;
  explicit secret(std::string value) : value_(std::move(value)) {}
  secret(const secret&) = default;
  secret& operator=(const secret&) = default;
  ~secret() { OPENSSL_cleanse(value_.data(), value_.size()); }

  /// For the one place that sends it.
  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

private:
  std::string value_;
};

} // namespace berth::proxmox
