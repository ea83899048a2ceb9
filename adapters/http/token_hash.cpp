#include "adapters/http/token_hash.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace berth::http {

namespace {

std::array<unsigned char, 32> sha256(const std::string& text) {
  std::array<unsigned char, 32> digest{};
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error{"OpenSSL has no SHA-256"};
  return digest;
}

} // namespace

std::string token_hash(const std::string& token) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (auto byte : sha256(token))
    text += {digits[byte >> 4], digits[byte & 15]};
  return text;
}

domain::ulid command_id(const std::string& text) {
  auto digest = sha256(text);
  domain::ulid id;
  std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
  return id;
}

} // namespace berth::http
