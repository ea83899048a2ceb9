#include "adapters/passwords/scrypt.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <stdexcept>

namespace berth::passwords {

bytes scrypt(const domain::secret& password, const bytes& salt, const scrypt_cost& cost,
             std::size_t length) {
  // OpenSSL counts some more than the 128 * n * r bytes, and its default limit is too low for them.
  constexpr std::uint64_t spare = 32u << 20;
  auto most_memory = 128 * cost.n * cost.r + spare;
  const auto& text = password.reveal();
  bytes derived(length);
  if (EVP_PBE_scrypt(text.data(), text.size(), salt.data(), salt.size(), cost.n, cost.r, cost.p,
                     most_memory, derived.data(), derived.size())
      != 1)
    throw std::runtime_error{"OpenSSL cannot compute scrypt with these parameters"};
  return derived;
}

bytes random_bytes(std::size_t count) {
  bytes random(count);
  if (RAND_bytes(random.data(), static_cast<int>(count)) != 1)
    throw std::runtime_error{"OpenSSL has no random bytes"};
  return random;
}

bool equal_in_constant_time(const bytes& one, const bytes& other) {
  return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

} // namespace berth::passwords
