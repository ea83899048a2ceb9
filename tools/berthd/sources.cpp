#include "tools/berthd/sources.hpp"

#include <openssl/rand.h>

#include <array>
#include <chrono>
#include <random>
#include <stdexcept>

namespace berth::berthd {

domain::time_point wall_clock() {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::uint64_t random_bits() {
  thread_local std::random_device device;
  return static_cast<std::uint64_t>(device()) << 32 | device();
}

std::string fresh_secret() {
  constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  constexpr std::size_t length = 43; // Six bits each.
  std::array<unsigned char, length> random{};
  if (RAND_bytes(random.data(), random.size()) != 1)
    throw std::runtime_error{"OpenSSL has no random bytes"};
  std::string secret;
  for (auto byte : random)
    secret += digits[byte & 63];
  return secret;
}

eventstore::log_sources log_sources() {
  return {wall_clock, random_bits};
}

} // namespace berth::berthd
