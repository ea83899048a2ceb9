#include "adapters/guacamole/database_source.hpp"

#include "adapters/guacamole/connection_parameters.hpp"

#include <boost/json/value_from.hpp>
#include <openssl/rand.h>

#include <array>
#include <stdexcept>

namespace berth::guacamole {

namespace {

namespace json = boost::json;

/// 128 bits in hex digits.
std::string random_text() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<unsigned char, 16> random{};
  if (RAND_bytes(random.data(), random.size()) != 1)
    throw std::runtime_error{"OpenSSL has no random numbers"};
  std::string text;
  for (auto byte : random)
    text.append({digits[byte >> 4], digits[byte & 15]});
  return text;
}

/// How everything of a session begins.
std::string prefix_of(const domain::session_id& session) {
  return "berth-" + domain::to_string(session) + "-";
}

/// Guacamole knows whole days only; what ends a link in time is its removal.
std::string last_day(const actors::desktop_connection& to) {
  return domain::to_rfc3339(to.expires_at).substr(0, std::string_view{"2026-11-23"}.size());
}

json::value permission_to_read(const std::string& connection) {
  return json::array{json::object{
      {"op", "add"}, {"path", "/connectionPermissions/" + connection}, {"value", "READ"}}};
}

} // namespace

gateway_result<minted_link> database_source::mint(const actors::desktop_connection& to) const {
  auto admin = api_.sign_in(settings_.account, settings_.password);
  if (!admin)
    return admin.error();
  auto minted = mint_as(*admin, to);
  // Left alone it would end by itself: a failure here is no reason to withhold the link.
  (void)api_.sign_out(*admin);
  return minted;
}

gateway_result<minted_link> database_source::mint_as(const domain::secret& admin,
                                                     const actors::desktop_connection& to) const {
  auto name = prefix_of(to.session) + random_text();
  domain::secret password{random_text()};
  auto connection = create_connection(admin, name, to);
  if (!connection)
    return connection.error();
  json::object user{
      {"username", name},
      {"password", password.reveal()},
      {"attributes", json::object{{"valid-until", last_day(to)}, {"timezone", "UTC"}}}};
  if (auto created = api_.data(admin, "POST", "/users", user); !created)
    return created.error();
  auto granted =
      api_.data(admin, "PATCH", "/users/" + name + "/permissions", permission_to_read(*connection));
  if (!granted)
    return granted.error();
  auto token = api_.sign_in(name, password);
  if (!token)
    return token.error();
  return minted_link{api_.link_to(*connection, settings_.data_source, *token), *token};
}

gateway_result<std::string>
database_source::create_connection(const domain::secret& admin, const std::string& name,
                                   const actors::desktop_connection& to) const {
  json::object connection{{"parentIdentifier", "ROOT"},
                          {"name", name},
                          {"protocol", domain::to_string(to.protocol)},
                          {"parameters", json::value_from(parameters_of(to))},
                          {"attributes", json::object{}}};
  auto created = api_.data(admin, "POST", "/connections", connection);
  if (!created)
    return created.error();
  const auto* object = created->if_object();
  const auto* identifier = object ? object->if_contains("identifier") : nullptr;
  if (!identifier || !identifier->is_string())
    return gateway_fault{"the desktop gateway does not say which connection it has created"};
  return {boost::system::in_place_value, identifier->get_string()};
}

gateway_result<actors::links_revoked>
database_source::revoke(const domain::session_id& session,
                        const std::vector<domain::secret>& tokens) const {
  for (const auto& token : tokens)
    if (auto done = api_.sign_out(token); !done)
      return done.error();
  auto admin = api_.sign_in(settings_.account, settings_.password);
  if (!admin)
    return admin.error();
  auto removed = remove(*admin, "/users", prefix_of(session));
  if (removed)
    removed = remove(*admin, "/connections", prefix_of(session));
  (void)api_.sign_out(*admin);
  if (!removed)
    return removed.error();
  return actors::links_revoked{};
}

/// A directory lists its objects by identifier; that of a user is the name.
gateway_result<void> database_source::remove(const domain::secret& admin,
                                             const std::string& directory,
                                             const std::string& prefix) const {
  auto listed = api_.data(admin, "GET", directory);
  if (!listed)
    return listed.error();
  const auto* objects = listed->if_object();
  if (!objects)
    return gateway_fault{"the desktop gateway's answer to GET " + directory + " is no directory"};
  for (const auto& [identifier, object] : *objects) {
    const auto* fields = object.if_object();
    const auto* name =
        fields ? fields->if_contains(directory == "/users" ? "username" : "name") : nullptr;
    if (!name || !name->is_string() || !name->get_string().starts_with(prefix))
      continue;
    auto path = directory + "/" + std::string{identifier};
    if (auto deleted = api_.data(admin, "DELETE", path); !deleted)
      return deleted.error();
  }
  return {};
}

} // namespace berth::guacamole
