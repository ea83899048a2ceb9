#pragma once

#include <cstdint>
#include <vector>

namespace berth::domain {

/// What one hashing by scrypt (RFC 7914) costs: 128 * n * r bytes of memory, and time in proportion
/// to n * r * p.
struct scrypt_cost {
  std::uint64_t n = 1u << 17; ///< a power of two; this one is OWASP's advice with the next two
  std::uint32_t r = 8;
  std::uint32_t p = 1;

  bool operator==(const scrypt_cost&) const = default;
};

/// A password as it is kept.
struct password_hash {
  scrypt_cost cost;
  std::vector<unsigned char> salt;
  std::vector<unsigned char> hash;

  bool operator==(const password_hash&) const = default;
};

} // namespace berth::domain
