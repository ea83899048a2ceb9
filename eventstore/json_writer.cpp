#include "eventstore/json_writer.hpp"

#include <simdjson.h>

#include <array>
#include <charconv>
#include <cmath>

namespace berth::eventstore {

void json_writer::string(std::string_view value) {
  if (!simdjson::validate_utf8(value))
    fault_ = "a text is not valid UTF-8";
  constexpr std::string_view hex = "0123456789abcdef";
  text_ += '"';
  for (char c : value) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      text_ += '\\';
      text_ += c;
    } else if (byte < 0x20) {
      text_ += "\\u00";
      text_ += hex[byte >> 4];
      text_ += hex[byte & 0xf];
    } else
      text_ += c;
  }
  text_ += '"';
}

void json_writer::number(std::uint64_t value) {
  text_ += std::to_string(value);
}

void json_writer::number(double value) {
  if (!std::isfinite(value)) {
    fault_ = "a number is not finite";
    value = 0;
  }
  std::array<char, 32> digits{};
  // The shortest digits that read back as the same number.
  auto end = std::to_chars(digits.begin(), digits.end(), value).ptr;
  text_.append(digits.begin(), end);
}

void json_writer::time(domain::time_point value) {
  auto text = domain::to_rfc3339(value);
  if (domain::parse_rfc3339(text) != value)
    fault_ = "a time is not within the years 0 to 9999";
  string(text);
}

} // namespace berth::eventstore
