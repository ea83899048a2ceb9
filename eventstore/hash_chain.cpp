#include "eventstore/hash_chain.hpp"

#include <openssl/evp.h>

#include <charconv>
#include <stdexcept>

namespace berth::eventstore {

namespace {

/// A text that no two different sequences of values share: each has its length in front.
class preimage {
public:
  explicit preimage(char kind) : bytes_(1, kind) {}

  preimage& raw(std::span<const std::uint8_t> value) {
    bytes_.append(reinterpret_cast<const char*>(value.data()), value.size());
    return *this;
  }
  preimage& add(std::string_view value) {
    number(value.size());
    bytes_ += value;
    return *this;
  }
  preimage& add(std::uint64_t value) {
    number(sizeof value);
    number(value);
    return *this;
  }
  preimage& add(const domain::ulid& value) {
    number(value.bytes.size());
    return raw(value.bytes);
  }
  preimage& add(const std::optional<domain::ulid>& value) {
    if (value)
      return add(*value);
    number(~std::uint64_t{0}); // no value is so long
    return *this;
  }

  digest hash() const {
    digest result;
    unsigned size = 0;
    if (EVP_Digest(bytes_.data(), bytes_.size(), result.data(), &size, EVP_sha256(), nullptr) != 1
        || size != result.size())
      throw std::runtime_error{"OpenSSL cannot compute SHA-256"};
    return result;
  }

private:
  void number(std::uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8)
      bytes_ += static_cast<char>(value >> shift);
  }

  std::string bytes_;
};

// The kinds keep the three uses of the hash apart, as RFC 6962 section 2.1 does.
constexpr char leaf_kind = 0;
constexpr char origin_kind = 1;
constexpr char link_kind = 2;

} // namespace

digest first_link(std::span<const std::uint8_t> uuid) {
  return preimage{origin_kind}.raw(uuid).hash();
}

digest next_link(const digest& before, const stored_event& event) {
  auto leaf = preimage{leaf_kind}
                  .add(event.position)
                  .add(event.stream)
                  .add(event.version)
                  .add(event.event_id)
                  .add(event.type)
                  .add(std::uint64_t{event.schema_version})
                  .add(static_cast<std::uint64_t>(event.recorded_at))
                  .add(event.command_id)
                  .add(event.correlation_id)
                  .add(event.causation_id)
                  .add(event.actor)
                  .add(event.payload)
                  .hash();
  return preimage{link_kind}.raw(before).raw(leaf).hash();
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
