#include "domain/ulid.hpp"

#include <algorithm>
#include <utility>

namespace berth::domain {

namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t text_size = 26;

int digit(char c) {
  if (c >= 'a' && c <= 'z')
    c = static_cast<char>(c - 'a' + 'A');
  auto found = alphabet.find(c);
  return found == std::string_view::npos ? -1 : static_cast<int>(found);
}

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
  // 130 bits are written, five at a time; the first two are always 0.
  std::string text(text_size, '0');
  for (std::size_t i = 0; i < text_size; ++i) {
    unsigned value = 0;
    for (std::size_t bit = i * 5; bit < i * 5 + 5; ++bit) {
      unsigned set = bit < 2 ? 0 : (id.bytes[(bit - 2) / 8] >> (7 - (bit - 2) % 8)) & 1u;
      value = value << 1 | set;
    }
    text[i] = alphabet[value];
  }
  return text;
}

std::optional<ulid> parse_ulid(std::string_view text) {
  if (text.size() != text_size || text[0] > '7')
    return std::nullopt;
  ulid id;
  for (std::size_t i = 0; i < text_size; ++i) {
    auto value = digit(text[i]);
    if (value < 0)
      return std::nullopt;
    for (std::size_t j = 0; j < 5; ++j) {
      auto bit = i * 5 + j;
      if (bit >= 2 && (value >> (4 - j) & 1) != 0)
        id.bytes[(bit - 2) / 8] |= static_cast<std::uint8_t>(1u << (7 - (bit - 2) % 8));
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
