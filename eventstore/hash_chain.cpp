#include "eventstore/hash_chain.hpp"

#include <array>
#include <string>

namespace berth::eventstore {

namespace {

/// A text that no two different sequences of values share: each has its length in front. One at a
/// time is made in a thread.
class preimage {
public:
  explicit preimage(char kind) : bytes_(buffer()) { bytes_.assign(1, kind); }

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

  digest hash() const { return sha256(bytes_); }

private:
  static std::string& buffer() {
    thread_local std::string bytes;
    return bytes;
  }

  void number(std::uint64_t value) {
    auto byte = [value](int shift) { return static_cast<char>(value >> shift); };
    // Written out, so that compilers make one instruction of it.
    const std::array big_endian{byte(56), byte(48), byte(40), byte(32),
                                byte(24), byte(16), byte(8),  byte(0)};
    bytes_.append(big_endian.data(), big_endian.size());
  }

  std::string& bytes_;
};

// The kinds keep the three uses of the hash apart, as RFC 6962 section 2.1 does.
constexpr char leaf_kind = 0;
constexpr char origin_kind = 1;
constexpr char link_kind = 2;

} // namespace

digest first_link(std::span<const std::uint8_t> uuid) {
  return preimage{origin_kind}.raw(uuid).hash();
}

digest leaf_of(const stored_event& event) {
  return preimage{leaf_kind}
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
}

digest next_link(const digest& before, const digest& leaf) {
  return preimage{link_kind}.raw(before).raw(leaf).hash();
}

} // namespace berth::eventstore
