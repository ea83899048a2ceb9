#include "domain/reconciliation/difference.hpp"

#include <algorithm>
#include <iterator>

namespace berth::domain {

namespace {

constexpr std::string_view kinds[difference_kinds] = {
    "stray", "foreign", "late_clone", "lost", "overdue", "moved", "stopped", "leaked_volume"};
constexpr std::string_view settlements[] = {"gone", "destroyed", "session_told", "resolved"};

template <class Enum, std::size_t Size>
std::optional<Enum> parse(std::string_view text, const std::string_view (&names)[Size]) {
  auto found = std::ranges::find(names, text);
  if (found == std::end(names))
    return std::nullopt;
  return static_cast<Enum>(found - std::begin(names));
}

} // namespace

std::string_view to_string(difference_kind kind) {
  return kinds[static_cast<std::size_t>(kind)];
}

std::optional<difference_kind> parse_difference_kind(std::string_view text) {
  return parse<difference_kind>(text, kinds);
}

std::string_view to_string(settlement how) {
  return settlements[static_cast<std::size_t>(how)];
}

std::optional<settlement> parse_settlement(std::string_view text) {
  return parse<settlement>(text, settlements);
}

} // namespace berth::domain
