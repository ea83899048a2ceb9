#pragma once

#include "domain/ids.hpp"
#include "domain/refusal.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace berth::domain {

enum class role : std::uint8_t { engineer, admin };

std::string_view to_string(role held);
std::optional<role> parse_role(std::string_view text);

// -- events: stored for ever, change with care --------------------------------

struct user_registered {
  user_id id;
  std::string login; ///< 1 to 64 of a-z 0-9 . _ -
  role held{};
  bool operator==(const user_registered&) const = default;
};
/// The token itself is shown once to its owner and kept nowhere.
struct token_issued {
  std::string token_hash; ///< SHA-256 of the token, 64 lower-case hex digits
  std::string label;
  bool operator==(const token_issued&) const = default;
};
using user_event = std::variant<user_registered, token_issued>;

// -- commands -----------------------------------------------------------------

struct register_user {
  user_id id;
  std::string login;
  role held{};
};
struct issue_token {
  std::string token_hash;
  std::string label;
};
using user_command = std::variant<register_user, issue_token>;

/// A user as its events leave it; `id` 0 before registration.
struct user {
  user_id id;
  std::string login;
  role held{};
  std::vector<std::string> token_hashes;

  bool operator==(const user&) const = default;
};

/// The events `wanted` leads to; none when it changes nothing.
result<std::vector<user_event>> decide(const user& current, const user_command& wanted);

/// Throws corrupt_history when `happened` cannot follow.
user evolve(user before, const user_event& happened);

} // namespace berth::domain
