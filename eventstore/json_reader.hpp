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

/// Where in a document something is. Written out only when something is wrong with it.
struct json_path {
  const json_path* parent = nullptr; ///< outlives this one
  std::string_view name;             ///< of a member; empty for an item of an array
  std::size_t index = 0;

  std::string text() const {
    auto before = parent ? parent->text() : std::string{};
    if (name.empty())
      return before + '[' + std::to_string(index) + ']';
    return before.empty() ? std::string{name} : before + '.' + std::string{name};
  }
};

/// Reads the members that `json_writer` writes, in any order. Members that nobody asks for are
/// skipped; one that is missing or of another type throws log_error, which names it.
class json_reader {
public:
  /// `object` and `at`, which leads to it, must outlive the reader.
  explicit json_reader(simdjson::dom::object object, const json_path* at = nullptr)
      : object_(object), at_(at) {}

  /// Reads one member.
  template <class T>
  void operator()(std::string_view name, T& value) const {
    json_path path{at_, name};
    simdjson::dom::element found;
    if (object_.at_key(name).get(found) != simdjson::SUCCESS)
      throw log_error{"field " + path.text() + " is missing"};
    read(found, value, path);
  }

  /// Reads one member that came later: older events do not have it, and keep its default.
  template <class T>
  void unless_default(std::string_view name, T& value) const {
    simdjson::dom::element found;
    if (object_.at_key(name).get(found) == simdjson::SUCCESS)
      read(found, value, json_path{at_, name});
  }

private:
  using element = simdjson::dom::element;

  template <class T>
  static void read(element from, T& value, const json_path& path) {
    if constexpr (std::same_as<T, std::string>)
      value = as<std::string_view>(from, path, "a text");
    else if constexpr (std::same_as<T, double>)
      value = as<double>(from, path, "a number");
    else if constexpr (std::same_as<T, bool>)
      value = as<bool>(from, path, "true or false");
    else if constexpr (std::unsigned_integral<T>) {
      auto number = as<std::uint64_t>(from, path, "a whole number");
      if (number > std::numeric_limits<T>::max())
        throw log_error{"field " + path.text() + " is too large"};
      value = static_cast<T>(number);
    } else if constexpr (requires { value.value; })
      read(from, value.value, path);
    else if constexpr (requires { parse({}, &value); }) {
      auto parsed = parse(as<std::string_view>(from, path, "a text"), &value);
      if (!parsed)
        throw log_error{"field " + path.text() + " has an unknown value"};
      value = *parsed;
    } else
      fields(json_reader{as<simdjson::dom::object>(from, path, "an object"), &path}, value);
  }
  template <class T>
  static void read(element from, std::optional<T>& value, const json_path& path) {
    read(from, value.emplace(), path);
  }
  template <class T>
  static void read(element from, std::vector<T>& values, const json_path& path) {
    values.clear();
    auto items = as<simdjson::dom::array>(from, path, "an array");
    values.reserve(items.size());
    for (auto item : items) {
      json_path at{&path, {}, values.size()};
      read(item, values.emplace_back(), at);
    }
  }

  template <class T>
  static T as(element from, const json_path& path, const char* expected) {
    T value;
    if (from.get(value) != simdjson::SUCCESS)
      throw log_error{"field " + path.text() + " is not " + expected};
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
  const json_path* at_;
};

} // namespace berth::eventstore
