#include "domain/user/user.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace berth::domain {

namespace {

constexpr std::string_view roles[] = {"engineer", "admin", "auditor"};
constexpr std::size_t longest_login = 64;
constexpr std::size_t longest_text = 100;
constexpr std::uint32_t greatest_quota = 1000;
constexpr std::size_t most_tokens = 50;
constexpr std::size_t most_browsers = 20;
constexpr duration use_resolution = std::chrono::hours{1};

bool is_login(const std::string& login) {
  return !login.empty() && login.size() <= longest_login && std::ranges::all_of(login, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
}

bool is_sha256(const std::string& hash) {
  return hash.size() == 64 && std::ranges::all_of(hash, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

using outcome = result<std::vector<user_event>>;

outcome nothing() {
  return std::vector<user_event>{};
}

outcome one(user_event event) {
  return std::vector{std::move(event)};
}

refusal invalid(std::string detail) {
  return {refusal_code::invalid, std::move(detail)};
}

const bearer_token* find_token(const user& of, const std::string& hash) {
  auto found = std::ranges::find(of.tokens, hash, &bearer_token::hash);
  return found == of.tokens.end() ? nullptr : &*found;
}

struct decider {
  const user& current;
  time_point now;

  outcome operator()(const register_user& wanted) const {
    if (wanted.id == user_id{})
      return invalid("a user's id begins at 1");
    if (!is_login(wanted.login))
      return invalid("login: it has 1 to 64 of a-z 0-9 . _ -");
    if (!exists())
      return one(user_registered{wanted.id, wanted.login, wanted.held});
    if (current.id == wanted.id && current.login == wanted.login && current.held == wanted.held)
      return nothing();
    return refusal{refusal_code::not_in_this_state, "the user is registered already"};
  }
  outcome operator()(const change_role& wanted) const {
    return current.held == wanted.held ? nothing() : one(role_changed{wanted.held});
  }
  outcome operator()(const change_quota& wanted) const {
    if (wanted.sessions > greatest_quota)
      return invalid("a quota is 0 to 1,000 sessions");
    return current.quota == wanted.sessions ? nothing() : one(quota_changed{wanted.sessions});
  }
  outcome operator()(const disable_user& wanted) const {
    if (wanted.reason.size() > longest_text)
      return invalid("a reason has 100 characters at most");
    return current.is_active ? one(user_disabled{wanted.reason}) : nothing();
  }
  outcome operator()(const enable_user&) const {
    return current.is_active ? nothing() : one(user_enabled{});
  }
  outcome operator()(const change_password&) const { return one(password_changed{}); }
  outcome operator()(const issue_token& wanted) const {
    if (!is_sha256(wanted.token_hash))
      return invalid("a token's hash has 64 lower-case hex digits");
    if (wanted.label.size() > longest_text)
      return invalid("a token's label has 100 characters at most");
    if (wanted.expires_at && *wanted.expires_at <= now)
      return invalid("a token expires in the future");
    if (find_token(current, wanted.token_hash))
      return nothing();
    if (!current.is_active)
      return disabled();
    if (current.tokens.size() >= most_tokens)
      return refusal{refusal_code::not_in_this_state,
                     "a user has 50 tokens at most: revoke one first"};
    return one(token_issued{wanted.token_hash, wanted.label, wanted.expires_at});
  }
  outcome operator()(const use_token& wanted) const {
    const auto* token = find_token(current, wanted.token_hash);
    if (!token || (token->last_used && now - *token->last_used < use_resolution))
      return nothing();
    return one(token_used{wanted.token_hash});
  }
  outcome operator()(const revoke_token& wanted) const {
    if (!find_token(current, wanted.token_hash))
      return refusal{refusal_code::unknown, "the user has no such token"};
    return one(token_revoked{wanted.token_hash});
  }
  outcome operator()(const sign_in& wanted) const {
    if (!is_sha256(wanted.cookie_hash))
      return invalid("a cookie's hash has 64 lower-case hex digits");
    return current.is_active ? one(signed_in{wanted.cookie_hash, wanted.expires_at}) : disabled();
  }
  outcome operator()(const sign_out& wanted) const {
    bool known = std::ranges::any_of(current.browsers, [&wanted](const auto& browser) {
      return browser.cookie_hash == wanted.cookie_hash;
    });
    return known ? one(signed_out{wanted.cookie_hash}) : nothing();
  }

  bool exists() const { return current.id != user_id{}; }
  static outcome disabled() {
    return refusal{refusal_code::not_in_this_state, "the user is disabled"};
  }
};

struct folder {
  user current;
  time_point at;

  user operator()(const user_registered& e) && {
    return {.id = e.id, .login = e.login, .held = e.held, .registered_at = at};
  }
  user operator()(const role_changed& e) && {
    current.held = e.held;
    return std::move(current);
  }
  user operator()(const quota_changed& e) && {
    current.quota = e.sessions;
    return std::move(current);
  }
  user operator()(const user_disabled&) && {
    current.is_active = false;
    current.tokens.clear();
    current.browsers.clear();
    return std::move(current);
  }
  user operator()(const user_enabled&) && {
    current.is_active = true;
    return std::move(current);
  }
  user operator()(const password_changed&) && {
    current.has_password = true;
    current.browsers.clear();
    return std::move(current);
  }
  user operator()(const token_issued& e) && {
    current.tokens.push_back(
        {.hash = e.token_hash, .label = e.label, .issued_at = at, .expires_at = e.expires_at});
    return std::move(current);
  }
  user operator()(const token_used& e) && {
    for (auto& token : current.tokens)
      if (token.hash == e.token_hash)
        token.last_used = at;
    return std::move(current);
  }
  user operator()(const token_revoked& e) && {
    std::erase_if(current.tokens, [&e](const auto& token) { return token.hash == e.token_hash; });
    return std::move(current);
  }
  user operator()(const signed_in& e) && {
    std::erase_if(current.browsers,
                  [this](const auto& browser) { return browser.expires_at <= at; });
    if (current.browsers.size() >= most_browsers)
      current.browsers.erase(current.browsers.begin());
    current.browsers.push_back({e.cookie_hash, e.expires_at});
    return std::move(current);
  }
  user operator()(const signed_out& e) && {
    std::erase_if(current.browsers,
                  [&e](const auto& browser) { return browser.cookie_hash == e.cookie_hash; });
    return std::move(current);
  }
};

} // namespace

std::string_view to_string(role held) {
  return roles[static_cast<std::size_t>(held)];
}

std::optional<role> parse_role(std::string_view text) {
  auto found = std::ranges::find(roles, text);
  if (found == std::end(roles))
    return std::nullopt;
  return static_cast<role>(found - std::begin(roles));
}

result<std::vector<user_event>> decide(const user& current, const user_command& wanted,
                                       time_point now) {
  if (current.id == user_id{} && !std::holds_alternative<register_user>(wanted))
    return refusal{refusal_code::unknown, "no user has this id"};
  return std::visit(decider{current, now}, wanted);
}

user evolve(user before, const user_event& happened, time_point at) {
  bool registers = std::holds_alternative<user_registered>(happened);
  if (registers != (before.id == user_id{}))
    throw corrupt_history{registers ? "a user is registered twice"
                                    : "a user's first event is not the registration"};
  return std::visit(folder{std::move(before), at}, happened);
}

} // namespace berth::domain
