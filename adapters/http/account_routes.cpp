#include "adapters/http/account_json.hpp"
#include "adapters/http/request_body.hpp"
#include "adapters/http/routes.hpp"
#include "adapters/http/token_hash.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>

namespace berth::http {

namespace {

namespace json = boost::json;
using actors::user_view;

// The prefix lets a browser take it from a whole, secure origin alone.
constexpr std::string_view cookie_name = "__Host-berth";
constexpr std::size_t longest_password = 1024; // Rules are the store's; this bounds the work.

void answer_user(exchange& x, const user_view& user) {
  x.answer(200, write_user(user));
}

void no_content(exchange& x, const user_view&) {
  x.no_content();
}

std::string set_cookie(const std::string& value, std::int64_t seconds) {
  return std::string{cookie_name} + '=' + value
         + "; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=" + std::to_string(seconds);
}

problem too_many_attempts(domain::duration wait) {
  auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
  return {.status = 429,
          .type = "too-many-attempts",
          .title = "Too many attempts to sign in",
          .detail = "try again in " + std::to_string(seconds) + " s",
          .headers = {{"Retry-After", std::to_string(seconds)}}};
}

problem wrong_credentials() {
  return {.status = 401,
          .type = "wrong-credentials",
          .title = "Login or password is wrong",
          .detail = "or the user has no password, or is disabled",
          .headers = {{"WWW-Authenticate", "Bearer"}}};
}

void signed_in(exchange& x, const actors::sign_in_answer& answer, const std::string& cookie) {
  if (answer.wait > domain::duration{})
    return x.refuse(too_many_attempts(answer.wait));
  if (!answer.who)
    return x.refuse(wrong_credentials());
  auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(answer.expires_at - x.now()).count();
  x.ask<user_view>(
      x.with().accounts, actors::get_user{answer.who->id},
      [cookie, seconds, until = answer.expires_at](exchange& y, const user_view& user) {
        json::object body{{"user", user_object(user)}, {"expires_at", domain::to_rfc3339(until)}};
        y.answer({200,
                  {{"Set-Cookie", set_cookie(cookie, seconds)}},
                  "application/json",
                  json::serialize(body),
                  {}});
      });
}

/// The store of passwords names the field as the one of a new user.
void refuse_new_password(exchange& x, const caf::error& why) {
  auto what = problem_of(why);
  for (auto& error : what.errors)
    error.pointer = "#/new";
  x.refuse(what);
}

/// The user of the path; refuses, and gives nothing, when it names none.
std::optional<domain::user_id> user_of_path(exchange& x) {
  const auto& text = x.at.parameter;
  domain::user_id id;
  auto read = std::from_chars(text.data(), text.data() + text.size(), id.value);
  if (read.ec == std::errc{} && read.ptr == text.data() + text.size())
    return id;
  x.refuse(not_found("'" + text.substr(0, 40) + "' is not a user id"));
  return std::nullopt;
}

std::vector<domain::user_command> read_changes(request_body& body) {
  std::vector<domain::user_command> wanted;
  auto reason = body.optional_text("reason", 0, 100).value_or("");
  if (auto held = body.optional_choice("role", domain::parse_role, "engineer, admin or auditor"))
    wanted.emplace_back(domain::change_role{*held});
  if (auto quota = body.optional_integer("quota", 0, 1000))
    wanted.emplace_back(domain::change_quota{static_cast<std::uint32_t>(*quota)});
  if (auto active = body.optional_flag("is_active")) {
    if (*active)
      wanted.emplace_back(domain::enable_user{});
    else
      wanted.emplace_back(domain::disable_user{reason});
  }
  return wanted;
}

} // namespace

std::string session_cookie(const api_call& call) {
  std::string_view rest = call.cookie;
  while (!rest.empty()) {
    auto end = std::min(rest.find(';'), rest.size());
    auto pair = rest.substr(0, end);
    pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
    if (pair.starts_with(cookie_name) && pair.substr(cookie_name.size()).starts_with('='))
      return std::string{pair.substr(cookie_name.size() + 1)};
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

// -- one's own account --------------------------------------------------------

void sign_in(exchange x) {
  request_body body{x.call->body};
  auto login = body.text("login", 1, 64);
  domain::secret password{body.text("password", 1, longest_password)};
  x.call->body.clear(); // Nothing behind this point needs the password twice.
  if (auto fault = body.fault())
    return x.refuse(*fault);
  if (auto wait = x.self->state.sign_ins.count(x.call->client, x.now()); wait > domain::duration{})
    return x.refuse(too_many_attempts(wait));
  auto cookie = x.with().fresh_secret();
  x.ask<actors::sign_in_answer>(
      x.with().accounts, actors::sign_in{login, password, token_hash(cookie)},
      [cookie](exchange& y, const actors::sign_in_answer& answer) { signed_in(y, answer, cookie); },
      launch_patience);
}

void sign_out(exchange x) {
  if (!x.who.by_cookie)
    return x.no_content();
  x.ask<user_view>(
      x.with().accounts,
      actors::change_user{x.who.id, {domain::sign_out{x.who.credential_hash}}, x.who.id, {}},
      [](exchange& y, const user_view&) {
        y.answer({204, {{"Set-Cookie", set_cookie("", 0)}}, {}, {}, {}});
      });
}

void show_me(exchange x) {
  x.ask<user_view>(x.with().accounts, actors::get_user{x.who.id}, answer_user);
}

void change_my_password(exchange x) {
  request_body body{x.call->body};
  domain::secret current{body.text("current", 1, longest_password)};
  domain::secret fresh{body.text("new", 1, longest_password)};
  x.call->body.clear();
  if (auto fault = body.fault())
    return x.refuse(*fault);
  x.ask<user_view>(x.with().accounts, actors::set_password{x.who.id, fresh, current, x.who.id},
                   no_content, launch_patience, refuse_new_password);
}

void list_my_tokens(exchange x) {
  x.ask<user_view>(
      x.with().accounts, actors::get_user{x.who.id},
      [](exchange& y, const user_view& user) { y.answer(200, write_tokens(user.is)); });
}

void issue_my_token(exchange x) {
  request_body body{x.call->body};
  auto label = body.text("label", 1, 100);
  auto days = body.optional_integer("expires_in_days", 1, 365);
  if (auto fault = body.fault())
    return x.refuse(*fault);
  std::string token = "berth_" + x.with().fresh_secret();
  auto hash = token_hash(token);
  domain::issue_token wanted{hash, label, {}};
  if (days)
    wanted.expires_at = x.now() + std::chrono::days{*days};
  x.ask<user_view>(x.with().accounts, actors::change_user{x.who.id, {wanted}, x.who.id, {}},
                   [token, hash](exchange& y, const user_view& user) {
                     auto issued =
                         std::ranges::find(user.is.tokens, hash, &domain::bearer_token::hash);
                     auto object = token_object(*issued);
                     object["token"] = token;
                     y.answer({201,
                               {{"Location", "/me/tokens/" + token_name(hash)}},
                               "application/json",
                               json::serialize(object),
                               {}});
                   });
}

void revoke_my_token(exchange x) {
  x.ask<user_view>(
      x.with().accounts, actors::get_user{x.who.id}, [](exchange& y, const user_view& user) {
        auto named = std::ranges::find_if(user.is.tokens, [&y](const auto& token) {
          return token_name(token.hash) == y.at.parameter;
        });
        if (named == user.is.tokens.end())
          return y.refuse(not_found("you have no such token"));
        y.ask<user_view>(
            y.with().accounts,
            actors::change_user{y.who.id, {domain::revoke_token{named->hash}}, y.who.id, {}},
            no_content);
      });
}

// -- everybody's accounts -----------------------------------------------------

void list_users(exchange x) {
  x.ask<actors::user_list>(
      x.with().accounts, actors::list_users{},
      [](exchange& y, const actors::user_list& list) { y.answer(200, write_users(list)); });
}

void create_user(exchange x) {
  request_body body{x.call->body};
  actors::create_user wanted{.login = body.text("login", 1, 64), .by = x.who.id};
  wanted.held = body.choice("role", domain::parse_role, "engineer, admin or auditor");
  wanted.quota =
      static_cast<std::uint32_t>(body.optional_integer("quota", 0, 1000).value_or(wanted.quota));
  if (auto password = body.optional_text("password", 1, longest_password))
    wanted.password = domain::secret{*password};
  x.call->body.clear();
  if (auto fault = body.fault())
    return x.refuse(*fault);
  x.ask<user_view>(
      x.with().accounts, wanted,
      [](exchange& y, const user_view& user) {
        y.answer({201,
                  {{"Location", "/admin/users/" + std::to_string(user.is.id.value)}},
                  "application/json",
                  write_user(user),
                  {}});
      },
      launch_patience);
}

void show_user(exchange x) {
  if (auto id = user_of_path(x))
    x.ask<user_view>(x.with().accounts, actors::get_user{*id},
                     [](exchange& y, const user_view& user) {
                       answer_tagged(y, version_tag(user.version), write_user(user));
                     });
}

void change_user(exchange x) {
  auto id = user_of_path(x);
  if (!id)
    return;
  auto expected = read_if_match(x);
  if (!expected)
    return;
  request_body body{x.call->body};
  auto wanted = read_changes(body);
  if (auto fault = body.fault())
    return x.refuse(*fault);
  x.ask<user_view>(x.with().accounts,
                   actors::change_user{*id, std::move(wanted), x.who.id, expected->version},
                   answer_user);
}

void set_user_password(exchange x) {
  auto id = user_of_path(x);
  if (!id)
    return;
  request_body body{x.call->body};
  domain::secret fresh{body.text("new", 1, longest_password)};
  x.call->body.clear();
  if (auto fault = body.fault())
    return x.refuse(*fault);
  x.ask<user_view>(x.with().accounts, actors::set_password{*id, fresh, {}, x.who.id}, no_content,
                   launch_patience, refuse_new_password);
}

} // namespace berth::http
