#include "adapters/guacamole/auth_json.hpp"

#include "adapters/guacamole/connection_parameters.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <memory>
#include <new>
#include <stdexcept>
#include <vector>

namespace berth::guacamole {

namespace {

using bytes = std::vector<unsigned char>;
using key_bytes = std::array<unsigned char, 16>;

key_bytes parse_key(const std::string& hex) {
  if (!is_json_key(hex))
    throw std::invalid_argument{"a JSON key has 32 hex digits"};
  key_bytes key{};
  for (std::size_t i = 0; i < key.size(); ++i)
    std::from_chars(hex.data() + 2 * i, hex.data() + 2 * i + 2, key[i], 16);
  return key;
}

/// The signature, and after it what was signed.
bytes sign(std::string_view text, const key_bytes& key) {
  constexpr std::size_t signature_size = 32;
  bytes all(signature_size + text.size());
  const auto* data = reinterpret_cast<const unsigned char*>(text.data());
  if (!HMAC(EVP_sha256(), key.data(), key.size(), data, text.size(), all.data(), nullptr))
    throw std::bad_alloc{};
  std::copy(text.begin(), text.end(), all.begin() + signature_size);
  return all;
}

/// Guacamole fixes the initialisation vector at zero: the signature in front makes up for it.
bytes encrypt(const bytes& plain, const key_bytes& key) {
  std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context{EVP_CIPHER_CTX_new(),
                                                                          EVP_CIPHER_CTX_free};
  constexpr std::array<unsigned char, 16> zero{};
  bytes cipher(plain.size() + zero.size());
  int size = 0;
  int rest = 0;
  if (EVP_EncryptInit_ex(context.get(), EVP_aes_128_cbc(), nullptr, key.data(), zero.data()) != 1
      || EVP_EncryptUpdate(context.get(), cipher.data(), &size, plain.data(),
                           static_cast<int>(plain.size()))
             != 1
      || EVP_EncryptFinal_ex(context.get(), cipher.data() + size, &rest) != 1)
    throw std::runtime_error{"OpenSSL cannot encrypt by AES-128-CBC"};
  cipher.resize(static_cast<std::size_t>(size + rest));
  return cipher;
}

std::string to_base64(const bytes& data) {
  // EVP_EncodeBlock ends its text with a zero.
  std::string text((data.size() + 2) / 3 * 4 + 1, '\0');
  auto size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), data.data(),
                              static_cast<int>(data.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

} // namespace

bool is_json_key(std::string_view text) {
  return text.size() == 2 * key_bytes{}.size()
         && std::ranges::all_of(text, [](unsigned char c) { return std::isxdigit(c) != 0; });
}

domain::secret auth_json(const std::string& connection_name, const actors::desktop_connection& to) {
  boost::json::object connection{{"protocol", domain::to_string(to.protocol)},
                                 {"parameters", boost::json::value_from(parameters_of(to))}};
  boost::json::object document{
      {"username", ""},
      {"expires", to.expires_at.time_since_epoch().count()},
      {"connections", boost::json::object{{connection_name, std::move(connection)}}}};
  return domain::secret{boost::json::serialize(document)};
}

std::string seal(const domain::secret& json, const domain::secret& key) {
  auto raw = parse_key(key.reveal());
  return to_base64(encrypt(sign(json.reveal(), raw), raw));
}

} // namespace berth::guacamole
