#include "domain/user/user.hpp"

#include <algorithm>
#include <utility>

namespace berth::domain {

namespace {

constexpr std::string_view roles[] = {"engineer", "admin"};
constexpr std::size_t longest_login = 64;
constexpr std::size_t longest_label = 100;

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

refusal invalid(std::string detail) {
  return {refusal_code::invalid, std::move(detail)};
}

struct decider {
  const user& current;

  outcome operator()(const register_user& wanted) const {
    if (wanted.id == user_id{})
      return invalid("a user's id begins at 1");
    if (!is_login(wanted.login))
      return invalid("a login has 1 to 64 of a-z 0-9 . _ -");
    if (current.id == user_id{})
      return std::vector<user_event>{user_registered{wanted.id, wanted.login, wanted.held}};
    if (current.id == wanted.id && current.login == wanted.login && current.held == wanted.held)
      return nothing();
    return refusal{refusal_code::not_in_this_state, "the user is registered already"};
  }
  outcome operator()(const issue_token& wanted) const {
    if (current.id == user_id{})
      return refusal{refusal_code::unknown, "no user has this id"};
    if (!is_sha256(wanted.token_hash))
      return invalid("a token's hash has 64 lower-case hex digits");
    if (wanted.label.size() > longest_label)
      return invalid("a token's label has 100 characters at most");
    if (std::ranges::count(current.token_hashes, wanted.token_hash) != 0)
      return nothing();
    return std::vector<user_event>{token_issued{wanted.token_hash, wanted.label}};
  }
};

struct folder {
  user current;

  user operator()(const user_registered& e) && {
    if (current.id != user_id{})
      throw corrupt_history{"a user is registered twice"};
    return {.id = e.id, .login = e.login, .held = e.held};
  }
  user operator()(const token_issued& e) && {
    if (current.id == user_id{})
      throw corrupt_history{"a user's first event is not the registration"};
    current.token_hashes.push_back(e.token_hash);
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

result<std::vector<user_event>> decide(const user& current, const user_command& wanted) {
  return std::visit(decider{current}, wanted);
}

user evolve(user before, const user_event& happened) {
  return std::visit(folder{std::move(before)}, happened);
}

} // namespace berth::domain
