#pragma once

#include "adapters/http/problem.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace berth::http {

/// Reads the fields of a body that is one JSON object, and collects everything that is wrong with
/// them, so that a person is told all of it at once. A field that is read is known; any other is an
/// error.
class request_body {
public:
  explicit request_body(const std::string& text);

  bool has(const char* name);

  /// 0 when missing or wrong, which `fault` then tells.
  std::int64_t integer(const char* name, std::int64_t least, std::int64_t most);
  std::optional<std::int64_t> optional_integer(const char* name, std::int64_t least,
                                               std::int64_t most);

  /// Lengths are in bytes of UTF-8.
  std::string text(const char* name, std::size_t shortest, std::size_t longest);
  std::optional<std::string> optional_text(const char* name, std::size_t shortest,
                                           std::size_t longest);
  std::optional<bool> optional_flag(const char* name);
  std::optional<std::vector<std::string>> optional_texts(const char* name);

  /// One of the values that `parse` knows; `choices` names them for the error.
  template <class Value>
  std::optional<Value> optional_choice(const char* name,
                                       std::optional<Value> (*parse)(std::string_view),
                                       const char* choices) {
    auto given = optional_text(name, 0, 100);
    if (!given)
      return std::nullopt;
    auto value = parse(*given);
    if (!value)
      reject(name, std::string{"must be "} + choices);
    return value;
  }
  template <class Value>
  Value choice(const char* name, std::optional<Value> (*parse)(std::string_view),
               const char* choices) {
    if (!has(name))
      reject(name, "is required");
    return optional_choice(name, parse, choices).value_or(Value{});
  }

  void reject(const std::string& name, std::string why);

  /// What is wrong with the body; nothing when all is well. Call it last.
  std::optional<problem> fault();

private:
  const boost::json::value* find(const char* name);

  boost::json::object fields_;
  std::optional<problem> malformed_;
  std::set<std::string> known_;
  std::vector<field_error> errors_;
};

} // namespace berth::http
