#pragma once

#include "domain/ids.hpp"
#include "domain/time.hpp"

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::eventstore {

/// Writes one object with its members in the order of the calls and without spaces. These bytes
/// are hashed and kept for ever, so no library decides on them.
class json_writer {
public:
  /// Writes one member.
  template <class T>
  void operator()(std::string_view name, const T& value) {
    if (text_.back() != '{')
      text_ += ',';
    string(name);
    text_ += ':';
    write(value);
  }

  /// Writes one member that came later: at its default it is left out, as in older events.
  template <class T>
  void unless_default(std::string_view name, const T& value) {
    if (value != T{})
      (*this)(name, value);
  }

  /// The finished object.
  std::string text() const { return text_ + '}'; }

  /// Why some value cannot be written: text that is no UTF-8, a number that is not finite, a year
  /// of five digits. Nothing when all is well.
  const std::optional<std::string>& fault() const { return fault_; }

private:
  template <class T>
  void write(const T& value) {
    if constexpr (std::same_as<T, std::string>)
      string(value);
    else if constexpr (std::same_as<T, bool>)
      text_ += value ? "true" : "false";
    else if constexpr (std::same_as<T, domain::time_point>)
      time(value);
    else if constexpr (std::same_as<T, double>)
      number(value);
    else if constexpr (std::unsigned_integral<T>)
      number(std::uint64_t{value});
    else if constexpr (requires { value.value; })
      write(value.value);
    else if constexpr (requires { to_string(value); })
      string(to_string(value));
    else {
      text_ += '{';
      fields(*this, value);
      text_ += '}';
    }
  }
  template <class T>
  void write(const std::optional<T>& value) {
    write(*value);
  }
  template <class T>
  void write(const std::vector<T>& values) {
    text_ += '[';
    for (const auto& value : values) {
      if (text_.back() != '[')
        text_ += ',';
      write(value);
    }
    text_ += ']';
  }

  void string(std::string_view value);
  void number(std::uint64_t value);
  void number(double value);
  void time(domain::time_point value);

  std::string text_ = "{";
  std::optional<std::string> fault_;
};

} // namespace berth::eventstore
