#include "adapters/proxmox/vm_marks.hpp"

#include "domain/broken_rule.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace berth::proxmox {

namespace {

constexpr std::string_view mark_prefix = "berth-";
constexpr std::string_view described_as = "Berth session ";
constexpr std::size_t ulid_size = 26;

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

/// Tags are stored in lower case, in any order, joined by semicolons.
bool has_tag(const std::string& tags, const std::string& tag) {
  return (";" + lower(tags) + ";").find(";" + tag + ";") != std::string::npos;
}

std::optional<domain::session_id> parse_id(std::string_view text) {
  std::string upper{text};
  std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return std::toupper(c); });
  auto id = domain::parse_ulid(upper);
  return id ? std::optional{domain::session_id{*id}} : std::nullopt;
}

std::optional<domain::session_id> parse_mark(std::string_view text) {
  if (!text.starts_with(mark_prefix))
    return std::nullopt;
  return parse_id(text.substr(mark_prefix.size()));
}

} // namespace

std::string mark_of(const domain::session_id& id) {
  return std::string{mark_prefix} + lower(domain::to_string(id));
}

std::string description_of(const domain::session_id& id) {
  return std::string{described_as} + domain::to_string(id)
         + "\nMade by Berth, which will delete it. Please do not rename, retag or delete it.";
}

bool has_mark(const std::string& tags, const domain::session_id& id) {
  return has_tag(tags, mark_of(id));
}

domain::vm_marks marks_in(const pve_vm_config& config, const domain::session_id& marked) {
  auto described = std::string{described_as} + domain::to_string(marked);
  if (has_mark(config.tags, marked) || domain::is_broken(domain::rule::marks_are_read))
    return domain::vm_marks::configured;
  if (config.name == mark_of(marked) || config.description.find(described) != std::string::npos)
    return domain::vm_marks::ours;
  return config.lock == "clone" ? domain::vm_marks::none : domain::vm_marks::foreign;
}

std::optional<domain::session_id> marked_in(const std::string& tags, const std::string& name,
                                            const std::string& description) {
  for (std::string_view rest = tags; !rest.empty();) {
    auto tag = rest.substr(0, rest.find(';'));
    if (auto id = parse_mark(tag))
      return id;
    rest.remove_prefix(std::min(rest.size(), tag.size() + 1));
  }
  if (auto id = parse_mark(name))
    return id;
  if (auto at = description.find(described_as); at != std::string::npos)
    return parse_id(std::string_view{description}.substr(at + described_as.size(), ulid_size));
  return std::nullopt;
}

domain::vm_lock lock_of(const std::string& text) {
  if (text.empty())
    return domain::vm_lock::none;
  if (text == "clone")
    return domain::vm_lock::clone;
  return text == "destroyed" ? domain::vm_lock::destroyed : domain::vm_lock::other;
}

domain::vm_power power_of(const std::string& status) {
  if (status == "stopped")
    return domain::vm_power::stopped;
  return status == "unknown" ? domain::vm_power::unknown : domain::vm_power::running;
}

} // namespace berth::proxmox
