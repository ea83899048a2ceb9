#pragma once

#include "domain/password_hash.hpp"
#include "domain/secret.hpp"

#include <cstddef>
#include <vector>

namespace berth::passwords {

using domain::scrypt_cost;
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
