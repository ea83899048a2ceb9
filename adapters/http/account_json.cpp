#include "adapters/http/account_json.hpp"

#include "domain/narration.hpp"
#include "eventstore/event_codec.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <ranges>

namespace berth::http {

namespace {

namespace json = boost::json;

json::value time_or_null(const std::optional<domain::time_point>& at) {
  return at ? json::value(domain::to_rfc3339(*at)) : json::value(nullptr);
}

json::object audit_object(const eventstore::recorded_event& recorded,
                          const std::map<std::string, std::string>& logins) {
  json::object entry{{"position", recorded.position},
                     {"at", domain::to_rfc3339(recorded.recorded_at)},
                     {"actor", recorded.because.actor},
                     {"actor_login", nullptr},
                     {"stream", recorded.stream},
                     {"type", eventstore::type_of(recorded.event)},
                     {"text", domain::narrate(recorded.event)}};
  if (auto found = logins.find(recorded.because.actor); found != logins.end())
    entry["actor_login"] = found->second;
  return entry;
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

std::string write_audit(const std::vector<eventstore::recorded_event>& events,
                        const std::map<std::string, std::string>& logins) {
  json::array items;
  for (const auto& recorded : std::views::reverse(events))
    items.push_back(audit_object(recorded, logins));
  json::value next(nullptr);
  if (!events.empty() && events.front().position > 1)
    next = events.front().position;
  return json::serialize(json::object{{"items", std::move(items)}, {"next_before", next}});
}

} // namespace berth::http
