#pragma once

#include "domain/ids.hpp"
#include "domain/refusal.hpp"
#include "domain/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace berth::domain {

enum class role : std::uint8_t {
  engineer, ///< launches VMs, and sees their own
  admin,    ///< sees and changes everything
  auditor,  ///< sees everything, changes nothing
};

std::string_view to_string(role held);
std::optional<role> parse_role(std::string_view text);

/// Sessions that a user may have at once, unless an admin says otherwise: the user's own number.
constexpr std::uint32_t usual_quota = 2;

// -- events: stored for ever, change with care --------------------------------

struct user_registered {
  user_id id;
  std::string login; ///< 1 to 64 of a-z 0-9 . _ -
  role held{};
  bool operator==(const user_registered&) const = default;
};
struct role_changed {
  role held{};
  bool operator==(const role_changed&) const = default;
};
struct quota_changed {
  std::uint32_t sessions = usual_quota; ///< 0 to 1,000
  bool operator==(const quota_changed&) const = default;
};
/// Ends every token and sign-in of the user.
struct user_disabled {
  std::string reason;
  bool operator==(const user_disabled&) const = default;
};
struct user_enabled {
  bool operator==(const user_enabled&) const = default;
};
/// Ends every sign-in of the user. The password and its hash are kept elsewhere.
struct password_changed {
  bool operator==(const password_changed&) const = default;
};
/// The token itself is shown once to its owner and kept nowhere.
struct token_issued {
  std::string token_hash; ///< SHA-256 of the token, 64 lower-case hex digits
  std::string label;
  std::optional<time_point> expires_at;
  bool operator==(const token_issued&) const = default;
};
/// Recorded for the first use in an hour.
struct token_used {
  std::string token_hash;
  bool operator==(const token_used&) const = default;
};
struct token_revoked {
  std::string token_hash;
  bool operator==(const token_revoked&) const = default;
};
/// A browser was given a cookie; only its hash is known here.
struct signed_in {
  std::string cookie_hash; ///< SHA-256, like a token's
  time_point expires_at;
  bool operator==(const signed_in&) const = default;
};
struct signed_out {
  std::string cookie_hash;
  bool operator==(const signed_out&) const = default;
};
using user_event =
    std::variant<user_registered, role_changed, quota_changed, user_disabled, user_enabled,
                 password_changed, token_issued, token_used, token_revoked, signed_in, signed_out>;

// -- commands -----------------------------------------------------------------

struct register_user {
  user_id id;
  std::string login;
  role held{};
};
struct change_role {
  role held{};
};
struct change_quota {
  std::uint32_t sessions = usual_quota;
};
struct disable_user {
  std::string reason;
};
struct enable_user {};
struct change_password {};
struct issue_token {
  std::string token_hash;
  std::string label;
  std::optional<time_point> expires_at;
};
/// Somebody has shown the token.
struct use_token {
  std::string token_hash;
};
struct revoke_token {
  std::string token_hash;
};
struct sign_in {
  std::string cookie_hash;
  time_point expires_at;
};
struct sign_out {
  std::string cookie_hash;
};
using user_command =
    std::variant<register_user, change_role, change_quota, disable_user, enable_user,
                 change_password, issue_token, use_token, revoke_token, sign_in, sign_out>;

struct bearer_token {
  std::string hash;
  std::string label;
  time_point issued_at;
  std::optional<time_point> expires_at;
  std::optional<time_point> last_used; ///< to the hour
  bool operator==(const bearer_token&) const = default;
};

/// A browser that is signed in.
struct browser_session {
  std::string cookie_hash;
  time_point expires_at;
  bool operator==(const browser_session&) const = default;
};

/// A user as its events leave it; `id` 0 before registration.
struct user {
  user_id id;
  std::string login;
  role held{};
  std::uint32_t quota = usual_quota;
  bool is_active = true;
  bool has_password = false;
  time_point registered_at;
  std::vector<bearer_token> tokens; ///< that were not revoked
  std::vector<browser_session> browsers;

  bool operator==(const user&) const = default;
};

/// The events `wanted` leads to; none when it changes nothing.
result<std::vector<user_event>> decide(const user& current, const user_command& wanted,
                                       time_point now);

/// Folds one event that the log recorded at `at`. Throws corrupt_history when it cannot follow.
user evolve(user before, const user_event& happened, time_point at);

} // namespace berth::domain
