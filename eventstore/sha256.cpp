#include "eventstore/sha256.hpp"

#include <openssl/evp.h>

#include <charconv>
#include <memory>
#include <stdexcept>

namespace berth::eventstore {

namespace {

/// SHA-256 with what OpenSSL would otherwise look up and allocate for each hash. For one thread.
class hasher {
public:
  digest operator()(std::string_view bytes) {
    digest result;
    unsigned size = 0;
    if (!algorithm_ || !context_
        || EVP_DigestInit_ex2(context_.get(), algorithm_.get(), nullptr) != 1
        || EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1
        || EVP_DigestFinal_ex(context_.get(), result.data(), &size) != 1 || size != result.size())
      throw std::runtime_error{"OpenSSL cannot compute SHA-256"};
    return result;
  }

private:
  struct release {
    void operator()(EVP_MD* algorithm) const { EVP_MD_free(algorithm); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD, release> algorithm_{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
  std::unique_ptr<EVP_MD_CTX, release> context_{EVP_MD_CTX_new()};
};

} // namespace

digest sha256(std::string_view bytes) {
  thread_local hasher hash;
  return hash(bytes);
}

std::string to_hex(const digest& hash) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (auto byte : hash) {
    text += digits[byte >> 4];
    text += digits[byte & 0xf];
  }
  return text;
}

std::optional<digest> parse_digest(std::string_view hex) {
  digest hash;
  if (hex.size() != 2 * hash.size())
    return std::nullopt;
  for (std::size_t i = 0; i < hash.size(); ++i) {
    const auto* begin = hex.data() + 2 * i;
    if (std::from_chars(begin, begin + 2, hash[i], 16).ptr != begin + 2)
      return std::nullopt;
  }
  return hash;
}

} // namespace berth::eventstore
