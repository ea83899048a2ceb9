#pragma once

#include "domain/secret.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace berth::passwords {

/// What one hashing costs: 128 * n * r bytes of memory, and time in proportion to n * r * p.
struct scrypt_cost {
  std::uint64_t n = 1u << 17; ///< a power of two; this one is OWASP's advice with the next two
  std::uint32_t r = 8;
  std::uint32_t p = 1;

  bool operator==(const scrypt_cost&) const = default;
};

using bytes = std::vector<unsigned char>;

constexpr std::size_t salt_length = 16;
constexpr std::size_t hash_length = 32;

/// RFC 7914 by OpenSSL. Blocks for as long as the cost says. Throws std::runtime_error when OpenSSL
/// refuses the parameters or has no memory.
bytes scrypt(const domain::secret& password, const bytes& salt, const scrypt_cost& cost,
             std::size_t length);

/// Bytes nobody can guess.
bytes random_bytes(std::size_t count);

/// Takes as long wherever the two differ.
bool equal_in_constant_time(const bytes& one, const bytes& other);

} // namespace berth::passwords
