#include "tools/pve_simulator/parameters.hpp"

#include "tools/pve_simulator/api_error.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <regex>

namespace berth::pve_simulator {

namespace {

const std::regex integer_shape{R"([+-]?\d+)"};
const std::regex number_shape{R"([+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?)"};
const std::regex dns_shape{
    R"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*)"};

const std::regex vmid_shape{"[1-9][0-9]{2,8}"};
const std::regex config_id_shape{"[A-Za-z][A-Za-z0-9_-]+"};
const std::regex tag_list_shape{
    R"(([A-Za-z0-9_][A-Za-z0-9_+.-]*)?([;, ]+([A-Za-z0-9_][A-Za-z0-9_+.-]*)?)*)"};

std::string wrong_type(const char* type, const std::string& got) {
  return std::string{"type check ('"} + type + "') failed - got '" + got + "'";
}

std::string check_range(const parameter& declared, const std::string& value) {
  errno = 0;
  auto number = std::strtol(value.c_str(), nullptr, 10);
  if (declared.minimum && number < *declared.minimum)
    return "value must have a minimum value of " + std::to_string(*declared.minimum);
  if (declared.maximum && number > *declared.maximum)
    return "value must have a maximum value of " + std::to_string(*declared.maximum);
  return {};
}

std::string check_length(const parameter& declared, const std::string& value) {
  auto length = static_cast<long>(value.size());
  if (declared.minimum && length < *declared.minimum)
    return "value must be at least " + std::to_string(*declared.minimum) + " characters long";
  if (declared.maximum && length > *declared.maximum)
    return "value may only be " + std::to_string(*declared.maximum) + " characters long";
  return {};
}

/// What is wrong with the value; empty when nothing is.
std::string check_value(const parameter& declared, const std::string& value) {
  if (value == repeated_value)
    return "type check ('string') failed - got ARRAY";
  switch (declared.kind) {
  case parameter_kind::text:
    return check_length(declared, value);
  case parameter_kind::vmid:
    if (!std::regex_match(value, integer_shape))
      return wrong_type("integer", value);
    return std::regex_match(value, vmid_shape)
               ? ""
               : "invalid format - value does not look like a valid VM ID\n";
  case parameter_kind::config_id:
    return std::regex_match(value, config_id_shape)
               ? ""
               : "invalid format - invalid configuration ID '" + value + "'\n";
  case parameter_kind::tags:
    return std::regex_match(value, tag_list_shape) ? ""
                                                   : "invalid format - invalid characters in tag\n";
  case parameter_kind::memory:
    return std::strtol(value.c_str(), nullptr, 10) >= 16
               ? ""
               : "invalid format - format error\nmemory.current: value must have a minimum value "
                 "of "
                 "16\n";
  case parameter_kind::integer:
    return std::regex_match(value, integer_shape) ? check_range(declared, value)
                                                  : wrong_type("integer", value);
  case parameter_kind::boolean:
    return value == "0" || value == "1" ? "" : wrong_type("boolean", value);
  case parameter_kind::number:
    return std::regex_match(value, number_shape) ? "" : wrong_type("number", value);
  case parameter_kind::dns_name:
    return std::regex_match(value, dns_shape)
               ? ""
               : "invalid format - value does not look like a valid DNS name\n";
  case parameter_kind::choice:
    break;
  }
  if (std::ranges::find(declared.choices, value) != declared.choices.end())
    return {};
  std::string all;
  for (const auto& choice : declared.choices)
    all += (all.empty() ? "" : ", ") + choice;
  return "value '" + value + "' does not have a value in the enumeration '" + all + "'";
}

} // namespace

void check_parameters(const parameter_values& given, const std::vector<parameter>& declared) {
  std::map<std::string, std::string> errors;
  for (const auto& [name, value] : given) {
    auto found = std::ranges::find(declared, name, &parameter::name);
    auto wrong = found == declared.end()
                     ? "property is not defined in schema and the schema does not allow additional "
                       "properties"
                     : check_value(*found, value);
    if (!wrong.empty())
      errors[name] = wrong;
  }
  for (const auto& one : declared)
    if (one.required && !given.contains(one.name))
      errors[one.name] = "property is missing and it is not optional";
  if (!errors.empty())
    reject_parameters(std::move(errors));
}

std::string percent_decode(const std::string& text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && std::isxdigit(text[i + 1]) != 0
        && std::isxdigit(text[i + 2]) != 0) {
      decoded += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else
      decoded += text[i];
  }
  return decoded;
}

parameter_values parse_form(const std::string& text) {
  parameter_values values;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    auto end = std::min(text.find_first_of("&;", begin), text.size());
    auto piece = text.substr(begin, end - begin);
    std::ranges::replace(piece, '+', ' ');
    if (!piece.empty()) {
      auto equals = piece.find('=');
      auto name = percent_decode(piece.substr(0, equals));
      auto value = equals == std::string::npos ? std::string{} : piece.substr(equals + 1);
      value = percent_decode(value.substr(0, value.find('=')));
      if (name != "_dc" && !values.emplace(name, value).second)
        values[name] = repeated_value;
    }
    begin = end + 1;
  }
  return values;
}

parameter_values parse_json_parameters(const std::string& text) {
  boost::json::error_code error;
  auto parsed = boost::json::parse(text, error);
  if (error || !parsed.is_object())
    die("malformed JSON string, neither tag, array, object, number, string or atom, at character "
        "offset "
        + std::to_string(text.size())
        + " (before \"(end of string)\") at /usr/share/perl5/PVE/APIServer/AnyEvent.pm line 934.");
  parameter_values values;
  for (const auto& [name, value] : parsed.get_object()) {
    if (value.is_null())
      continue;
    values[name] = value.is_string() ? std::string{value.get_string()}
                   : value.is_bool() ? (value.get_bool() ? "1" : "0")
                                     : boost::json::serialize(value);
  }
  return values;
}

} // namespace berth::pve_simulator
