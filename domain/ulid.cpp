#include "domain/ulid.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace berth::domain {

namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t text_size = 26;

/// The value of each character, in either case; -1 for those that are no digits.
constexpr std::array<std::int8_t, 256> digits = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    auto c = static_cast<unsigned char>(alphabet[i]);
    values[c] = static_cast<std::int8_t>(i);
    if (c >= 'A')
      values[c - 'A' + 'a'] = static_cast<std::int8_t>(i);
  }
  return values;
}();

/// 26 digits have 130 bits; the first two are always 0.
constexpr int surplus_bits = 2;

void write_time(ulid& id, std::uint64_t milliseconds) {
  for (int i = 5; i >= 0; --i, milliseconds >>= 8)
    id.bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(milliseconds);
}

std::uint64_t read_time(const ulid& id) {
  std::uint64_t milliseconds = 0;
  for (std::size_t i = 0; i < 6; ++i)
    milliseconds = milliseconds << 8 | id.bytes[i];
  return milliseconds;
}

/// The next greater id; its time moves on only when all 80 random bits are spent.
void increment(ulid& id) {
  for (auto byte = id.bytes.rbegin(); byte != id.bytes.rend(); ++byte)
    if (++*byte != 0)
      return;
}

} // namespace

std::string to_string(const ulid& id) {
  std::string text(text_size, '0');
  std::uint32_t read = 0;
  int held = surplus_bits;
  auto byte = id.bytes.begin();
  for (auto& c : text) {
    if (held < 5) {
      read = read << 8 | *byte++;
      held += 8;
    }
    held -= 5;
    c = alphabet[read >> held & 31];
  }
  return text;
}

std::optional<ulid> parse_ulid(std::string_view text) {
  if (text.size() != text_size || text[0] > '7')
    return std::nullopt;
  ulid id;
  std::uint32_t read = 0;
  int held = -surplus_bits;
  auto byte = id.bytes.begin();
  for (auto c : text) {
    auto value = digits[static_cast<unsigned char>(c)];
    if (value < 0)
      return std::nullopt;
    read = read << 5 | static_cast<std::uint32_t>(value);
    held += 5;
    if (held >= 8) {
      held -= 8;
      *byte++ = static_cast<std::uint8_t>(read >> held);
    }
  }
  return id;
}

time_point time_of(const ulid& id) {
  return time_point{std::chrono::milliseconds{static_cast<std::int64_t>(read_time(id))}};
}

ulid_source::ulid_source(std::function<std::uint64_t()> random) : random_(std::move(random)) {}

ulid ulid_source::next(time_point now) {
  auto milliseconds = static_cast<std::uint64_t>(now.time_since_epoch().count());
  if (milliseconds <= read_time(last_)) {
    increment(last_);
    return last_;
  }
  write_time(last_, milliseconds);
  auto high = random_();
  auto low = random_();
  for (std::size_t i = 6; i < 14; ++i, high >>= 8)
    last_.bytes[i] = static_cast<std::uint8_t>(high);
  last_.bytes[14] = static_cast<std::uint8_t>(low);
  last_.bytes[15] = static_cast<std::uint8_t>(low >> 8);
  return last_;
}

} // namespace berth::domain
