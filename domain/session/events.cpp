#include "domain/session/events.hpp"

namespace berth::domain {

namespace {

template <class Enum, std::size_t Size>
std::optional<Enum> parse(std::string_view text, const std::string_view (&names)[Size]) {
  for (std::size_t i = 0; i < Size; ++i)
    if (names[i] == text)
      return static_cast<Enum>(i);
  return std::nullopt;
}

constexpr std::string_view session_types[] = {"ephemeral", "persistent"};
constexpr std::string_view end_reasons[] = {"deadline", "ended_by_user", "ended_by_admin",
                                            "vm_lost", "provisioning_failed"};
constexpr std::string_view fault_classes[] = {"transient", "capacity", "permanent"};

} // namespace

std::string_view to_string(session_type type) {
  return session_types[static_cast<std::size_t>(type)];
}
std::string_view to_string(end_reason reason) {
  return end_reasons[static_cast<std::size_t>(reason)];
}
std::string_view to_string(fault_class fault) {
  return fault_classes[static_cast<std::size_t>(fault)];
}
std::optional<session_type> parse_session_type(std::string_view text) {
  return parse<session_type>(text, session_types);
}
std::optional<end_reason> parse_end_reason(std::string_view text) {
  return parse<end_reason>(text, end_reasons);
}
std::optional<fault_class> parse_fault_class(std::string_view text) {
  return parse<fault_class>(text, fault_classes);
}

} // namespace berth::domain
