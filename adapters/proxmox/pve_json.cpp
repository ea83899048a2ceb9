#include "adapters/proxmox/pve_json.hpp"

#include <charconv>
#include <cmath>

namespace berth::proxmox {

namespace {

std::string first_line(std::string text) {
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  for (auto& c : text)
    if (c == '\n' || c == '\r')
      c = ' ';
  return text;
}

} // namespace

std::optional<json_element> field(json_element of, std::string_view name) {
  json_element found;
  if (!of.is_object() || of[name].get(found) != simdjson::SUCCESS || found.is_null())
    return std::nullopt;
  return found;
}

std::optional<std::string> text_field(json_element of, std::string_view name) {
  auto found = field(of, name);
  if (!found)
    return std::nullopt;
  if (std::string_view text; found->get(text) == simdjson::SUCCESS)
    return std::string{text};
  if (found->is_number() || found->is_bool())
    return simdjson::to_string(*found);
  return std::nullopt;
}

std::optional<double> number_field(json_element of, std::string_view name) {
  auto found = field(of, name);
  if (!found)
    return std::nullopt;
  if (double number = 0; found->get(number) == simdjson::SUCCESS)
    return number;
  if (bool flag = false; found->get(flag) == simdjson::SUCCESS)
    return flag ? 1 : 0;
  std::string_view text;
  double number = 0;
  if (found->get(text) != simdjson::SUCCESS)
    return std::nullopt;
  auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || !std::isfinite(number))
    return std::nullopt;
  return number;
}

std::optional<std::int64_t> integer_field(json_element of, std::string_view name) {
  auto number = number_field(of, name);
  if (!number || !(std::abs(*number) < 9e15))
    return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

std::string error_text(const net::https_response& response) {
  simdjson::dom::parser parser;
  simdjson::padded_string padded{response.body};
  json_element body;
  std::string text = response.reason;
  if (parser.parse(padded).get(body) == simdjson::SUCCESS) {
    if (auto message = text_field(body, "message"); message && !message->empty())
      text = *message;
    simdjson::dom::object errors;
    if (auto found = field(body, "errors"); found && found->get(errors) == simdjson::SUCCESS)
      for (auto [name, why] : errors) {
        std::string_view words;
        if (why.get(words) == simdjson::SUCCESS)
          text += " " + std::string{name} + ": " + std::string{words};
      }
  }
  text = first_line(std::move(text));
  return text.empty() ? "status " + std::to_string(response.status) : text;
}

} // namespace berth::proxmox
