#include "eventstore/recorded_event.hpp"

#include <charconv>

namespace berth::eventstore {

namespace {

constexpr std::string_view session_prefix = "session-";
constexpr std::string_view user_prefix = "user-";

} // namespace

std::string stream_of(const domain::session_id& id) {
  return std::string{session_prefix} + to_string(id);
}
std::string stream_of(const domain::node_name& node) {
  return "node-" + node.value;
}
std::string stream_of(domain::template_id id) {
  return "template-" + std::to_string(id.value);
}
std::string stream_of(domain::user_id id) {
  return std::string{user_prefix} + std::to_string(id.value);
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
