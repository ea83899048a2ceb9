#include "eventstore/recorded_event.hpp"

#include <algorithm>
#include <charconv>

namespace berth::eventstore {

namespace {

constexpr std::string_view session_prefix = "session-";
constexpr std::string_view user_prefix = "user-";
constexpr std::string_view node_prefix = "node-";
constexpr std::string_view template_prefix = "template-";
constexpr std::size_t longest_name = 63;

bool is_number(std::string_view text) {
  std::uint32_t number = 0;
  auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size();
}

/// Letters, digits and whatever of `more`; not empty, and not long.
bool is_word(std::string_view text, std::string_view more) {
  return !text.empty() && text.size() <= longest_name && std::ranges::all_of(text, [more](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
           || more.find(c) != std::string_view::npos;
  });
}

std::string_view behind(std::string_view prefix, std::string_view text) {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : std::string_view{};
}

} // namespace

std::string stream_of(const domain::session_id& id) {
  return std::string{session_prefix} + to_string(id);
}
std::string stream_of(const domain::node_name& node) {
  return std::string{node_prefix} + node.value;
}
std::string stream_of(domain::template_id id) {
  return std::string{template_prefix} + std::to_string(id.value);
}
std::string stream_of(domain::user_id id) {
  return std::string{user_prefix} + std::to_string(id.value);
}

bool is_stream(std::string_view name) {
  return name == alerts_stream || name == reconciliation_stream || session_of(name) || user_of(name)
         || is_word(behind(node_prefix, name), ".-") || is_number(behind(template_prefix, name));
}

bool is_actor(std::string_view name) {
  return is_number(behind("user:", name)) || is_word(behind("system:", name), "_-");
}

std::optional<domain::session_id> session_of(std::string_view stream) {
  if (!stream.starts_with(session_prefix))
    return std::nullopt;
  auto id = domain::parse_ulid(stream.substr(session_prefix.size()));
  if (!id)
    return std::nullopt;
  return domain::session_id{*id};
}

std::optional<domain::user_id> user_of(std::string_view stream) {
  if (!stream.starts_with(user_prefix))
    return std::nullopt;
  auto digits = stream.substr(user_prefix.size());
  domain::user_id id;
  auto read = std::from_chars(digits.data(), digits.data() + digits.size(), id.value);
  if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size())
    return std::nullopt;
  return id;
}

} // namespace berth::eventstore
