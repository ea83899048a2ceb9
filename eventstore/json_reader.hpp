#pragma once

#include "domain/event.hpp"
#include "domain/time.hpp"
#include "eventstore/event_log.hpp"

#include <simdjson.h>

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::eventstore {

/// Reads the members that `json_writer` writes, in any order. Members that nobody asks for are
/// skipped; one that is missing or of another type throws log_error, which names it.
class json_reader {
public:
  /// `object` must outlive the reader; `path` leads to it, for messages.
  explicit json_reader(simdjson::dom::object object, std::string path = {})
      : object_(object), path_(std::move(path)) {}

  /// Reads one member.
  template <class T>
  void operator()(std::string_view name, T& value) const {
    auto path = path_.empty() ? std::string{name} : path_ + '.' + std::string{name};
    simdjson::dom::element found;
    if (object_.at_key(name).get(found) != simdjson::SUCCESS)
      throw log_error{"field " + path + " is missing"};
    read(found, value, path);
  }

  /// Reads one member that came later: older events do not have it, and keep its default.
  template <class T>
  void unless_default(std::string_view name, T& value) const {
    simdjson::dom::element found;
    if (object_.at_key(name).get(found) == simdjson::SUCCESS)
      (*this)(name, value);
  }

private:
  using element = simdjson::dom::element;

  template <class T>
  static void read(element from, T& value, const std::string& path) {
    if constexpr (std::same_as<T, std::string>)
      value = as<std::string_view>(from, path, "a text");
    else if constexpr (std::same_as<T, double>)
      value = as<double>(from, path, "a number");
    else if constexpr (std::same_as<T, bool>)
      value = as<bool>(from, path, "true or false");
    else if constexpr (std::unsigned_integral<T>) {
      auto number = as<std::uint64_t>(from, path, "a whole number");
      if (number > std::numeric_limits<T>::max())
        throw log_error{"field " + path + " is too large"};
      value = static_cast<T>(number);
    } else if constexpr (requires { value.value; })
      read(from, value.value, path);
    else if constexpr (requires { parse({}, &value); }) {
      auto parsed = parse(as<std::string_view>(from, path, "a text"), &value);
      if (!parsed)
        throw log_error{"field " + path + " has an unknown value"};
      value = *parsed;
    } else
      fields(json_reader{as<simdjson::dom::object>(from, path, "an object"), path}, value);
  }
  template <class T>
  static void read(element from, std::optional<T>& value, const std::string& path) {
    read(from, value.emplace(), path);
  }
  template <class T>
  static void read(element from, std::vector<T>& values, const std::string& path) {
    values.clear();
    for (auto item : as<simdjson::dom::array>(from, path, "an array")) {
      auto at = path + '[' + std::to_string(values.size()) + ']';
      read(item, values.emplace_back(), at);
    }
  }

  template <class T>
  static T as(element from, const std::string& path, const char* expected) {
    T value;
    if (from.get(value) != simdjson::SUCCESS)
      throw log_error{"field " + path + " is not " + expected};
    return value;
  }

  // Values that are written as text. The pointer only tells which is wanted.
  static auto parse(std::string_view text, const domain::time_point*) {
    return domain::parse_rfc3339(text);
  }
  static auto parse(std::string_view text, const domain::ulid*) { return domain::parse_ulid(text); }
  static auto parse(std::string_view text, const domain::os_type*) {
    return domain::parse_os_type(text);
  }
  static auto parse(std::string_view text, const domain::desktop_protocol*) {
    return domain::parse_desktop_protocol(text);
  }
  static auto parse(std::string_view text, const domain::session_type*) {
    return domain::parse_session_type(text);
  }
  static auto parse(std::string_view text, const domain::end_reason*) {
    return domain::parse_end_reason(text);
  }
  static auto parse(std::string_view text, const domain::fault_class*) {
    return domain::parse_fault_class(text);
  }
  static auto parse(std::string_view text, const domain::verdict*) {
    return domain::parse_verdict(text);
  }
  static auto parse(std::string_view text, const domain::role*) { return domain::parse_role(text); }
  static auto parse(std::string_view text, const domain::alert_kind*) {
    return domain::parse_alert_kind(text);
  }
  static auto parse(std::string_view text, const domain::difference_kind*) {
    return domain::parse_difference_kind(text);
  }
  static auto parse(std::string_view text, const domain::settlement*) {
    return domain::parse_settlement(text);
  }

  simdjson::dom::object object_;
  std::string path_;
};

} // namespace berth::eventstore
