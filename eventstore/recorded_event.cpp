#include "eventstore/recorded_event.hpp"

namespace berth::eventstore {

namespace {

constexpr std::string_view session_prefix = "session-";

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
  return "user-" + std::to_string(id.value);
}

std::optional<domain::session_id> session_of(std::string_view stream) {
  if (!stream.starts_with(session_prefix))
    return std::nullopt;
  auto id = domain::parse_ulid(stream.substr(session_prefix.size()));
  if (!id)
    return std::nullopt;
  return domain::session_id{*id};
}

} // namespace berth::eventstore
