#include "adapters/guacamole/guacamole_api.hpp"

#include "adapters/guacamole/http_call.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <openssl/evp.h>

namespace berth::guacamole {

namespace {

constexpr long http_ok = 200;
constexpr long http_no_content = 204;
constexpr long http_forbidden = 403;
constexpr long http_not_found = 404;

std::string url_encode(const std::string& text) {
  return boost::urls::encode(text, boost::urls::unreserved_chars);
}

/// For URLs: two characters differ, and there is no padding (RFC 4648, section 5).
std::string to_base64url(const std::string& data) {
  std::string text((data.size() + 2) / 3 * 4 + 1, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                  reinterpret_cast<const unsigned char*>(data.data()),
                  static_cast<int>(data.size()));
  text.resize((data.size() * 4 + 2) / 3);
  for (auto& c : text)
    c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text;
}

gateway_fault unexpected(const std::string& what, long status) {
  return {"the desktop gateway answers " + std::to_string(status) + " to " + what};
}

} // namespace

gateway_result<domain::secret> guacamole_api::sign_in_by_json(const std::string& sealed) const {
  return take_token(domain::secret{"data=" + url_encode(sealed)},
                    "is json_key its json-secret-key, are both clocks right, and does "
                    "json-trusted-networks contain this machine?");
}

gateway_result<domain::secret> guacamole_api::sign_in(const std::string& account,
                                                      const domain::secret& password) const {
  return take_token(domain::secret{"username=" + url_encode(account)
                                   + "&password=" + url_encode(password.reveal())},
                    "are account and password right?");
}

gateway_result<domain::secret> guacamole_api::take_token(const domain::secret& form,
                                                         const std::string& advice) const {
  auto answer = call({.method = "POST",
                      .url = settings_.url + "/api/tokens",
                      .ca_file = settings_.ca_file,
                      .headers = {"Content-Type: application/x-www-form-urlencoded"},
                      .body = form.reveal()});
  if (!answer)
    return answer.error();
  if (answer->status == http_forbidden)
    return gateway_fault{"the desktop gateway does not let the broker in: " + advice};
  if (answer->status != http_ok)
    return unexpected("POST /api/tokens", answer->status);
  boost::json::error_code malformed;
  auto json = boost::json::parse(answer->body, malformed);
  const auto* object = json.if_object();
  const auto* token = object ? object->if_contains("authToken") : nullptr;
  if (!token || !token->is_string())
    return gateway_fault{"the desktop gateway's answer to POST /api/tokens has no token: is its "
                         "url right?"};
  return domain::secret{std::string{token->get_string()}};
}

gateway_result<void> guacamole_api::sign_out(const domain::secret& token) const {
  auto answer = call({.method = "DELETE",
                      .url = settings_.url + "/api/tokens/" + url_encode(token.reveal()),
                      .ca_file = settings_.ca_file});
  if (!answer)
    return answer.error();
  if (answer->status != http_ok && answer->status != http_no_content
      && answer->status != http_not_found)
    return unexpected("DELETE /api/tokens", answer->status);
  return {};
}

gateway_result<boost::json::value> guacamole_api::data(const domain::secret& token,
                                                       const std::string& method,
                                                       const std::string& path,
                                                       const boost::json::value& body) const {
  http_request request{.method = method,
                       .url = settings_.url + "/api/session/data/"
                              + url_encode(settings_.data_source) + path,
                       .ca_file = settings_.ca_file,
                       .headers = {"Guacamole-Token: " + token.reveal()}};
  if (!body.is_null()) {
    request.headers.emplace_back("Content-Type: application/json");
    request.body = boost::json::serialize(body);
  }
  auto answer = call(request);
  if (!answer)
    return answer.error();
  if (answer->status == http_no_content || (answer->status == http_not_found && method == "DELETE"))
    return boost::json::value{};
  if (answer->status != http_ok)
    return unexpected(method + " " + path, answer->status);
  boost::json::error_code malformed;
  auto json = boost::json::parse(answer->body.empty() ? "null" : answer->body, malformed);
  if (malformed)
    return gateway_fault{"the desktop gateway's answer to " + method + " " + path + " is not JSON"};
  return json;
}

domain::secret guacamole_api::link_to(const std::string& connection, const std::string& data_source,
                                      const domain::secret& token) const {
  using std::string_literals::operator""s;
  auto id = to_base64url(connection + "\0c\0"s + data_source);
  const auto& base = settings_.public_url.empty() ? settings_.url : settings_.public_url;
  return domain::secret{base + "/#/client/" + id + "?token=" + url_encode(token.reveal())};
}

} // namespace berth::guacamole
