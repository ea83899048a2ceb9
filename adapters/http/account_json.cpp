#include "adapters/http/account_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace berth::http {

namespace {

namespace json = boost::json;

json::value time_or_null(const std::optional<domain::time_point>& at) {
  return at ? json::value(domain::to_rfc3339(*at)) : json::value(nullptr);
}

} // namespace

json::object user_object(const actors::user_view& user) {
  return {{"id", user.is.id.value},
          {"login", user.is.login},
          {"role", domain::to_string(user.is.held)},
          {"quota", user.is.quota},
          {"open_sessions", user.open_sessions},
          {"is_active", user.is.is_active},
          {"has_password", user.is.has_password},
          {"registered_at", domain::to_rfc3339(user.is.registered_at)}};
}

std::string write_user(const actors::user_view& user) {
  return json::serialize(user_object(user));
}

std::string write_users(const actors::user_list& list) {
  json::array items;
  for (const auto& user : list.users)
    items.push_back(user_object(user));
  return json::serialize(json::object{{"items", std::move(items)}});
}

std::string token_name(const std::string& token_hash) {
  constexpr std::size_t length = 16;
  return token_hash.substr(0, length);
}

json::object token_object(const domain::bearer_token& token) {
  return {{"id", token_name(token.hash)},
          {"label", token.label},
          {"issued_at", domain::to_rfc3339(token.issued_at)},
          {"expires_at", time_or_null(token.expires_at)},
          {"last_used", time_or_null(token.last_used)}};
}

std::string write_tokens(const domain::user& of) {
  json::array items;
  for (const auto& token : of.tokens)
    items.push_back(token_object(token));
  return json::serialize(json::object{{"items", std::move(items)}});
}

} // namespace berth::http
