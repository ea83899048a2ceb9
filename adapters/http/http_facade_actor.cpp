#include "adapters/http/http_facade_actor.hpp"

#include "actors/errors.hpp"
#include "adapters/http/problem.hpp"
#include "adapters/http/routes.hpp"
#include "adapters/http/token_hash.hpp"

#include <memory>
#include <string_view>
#include <utility>

namespace berth::http {

namespace {

using actors::errc;

constexpr std::string_view scheme = "Bearer ";

// -- who asks -----------------------------------------------------------------

/// Browsers send cookies along with whatever another site makes them ask for; then they say so, or
/// at least where from. A program sends neither, and has no cookie to be stolen.
bool is_cross_site(const api_call& call) {
  if (!call.sec_fetch_site.empty())
    return call.sec_fetch_site != "same-origin" && call.sec_fetch_site != "none";
  return !call.origin.ends_with("://" + call.host);
}

bool is_safe(std::string_view method) {
  return method == "GET" || method == "HEAD";
}

void handle_as(exchange& x, actors::caller who) {
  x.who = std::move(who);
  if (!authorize(x.who, *x.at.to.needs))
    return x.refuse(forbidden("your role is " + std::string{domain::to_string(x.who.held)}
                              + ", which may not do this"));
  x.at.to.handle(std::move(x));
}

void authenticate(exchange& x, actors::authenticate shown) {
  auto self = x.self;
  if (const auto* who = self->state.recent.find(shown, x.now()))
    return handle_as(x, *who);
  auto known = [](exchange& y, actors::caller& who) {
    y.self->state.recent.keep(who, y.now());
    handle_as(y, std::move(who));
  };
  auto unknown = [](exchange& y, const caf::error& why) {
    y.refuse(actors::code_of(why) == errc::unknown ? unauthorized() : problem_of(why));
  };
  x.ask<actors::caller>(self->state.with.accounts, std::move(shown), known, patience, unknown);
}

/// A bearer token makes the cookie irrelevant, and with it every trick that rides on it.
void find_credential(exchange& x) {
  auto authorization = std::exchange(x.call->authorization, {});
  auto cookie = session_cookie(*x.call);
  x.call->cookie.clear(); // Nothing behind this point needs the secrets.
  if (authorization.starts_with(scheme))
    return authenticate(x, {token_hash(authorization.substr(scheme.size())), false});
  if (cookie.empty())
    return x.refuse(unauthorized());
  if (!is_safe(x.call->method) && is_cross_site(*x.call))
    return x.refuse(cross_site());
  authenticate(x, {token_hash(cookie), true});
}

/// The page that tells a person why a desktop did not open. All other refusals are read by programs
/// and by the pages themselves.
std::string page_for_refusals(const exchange& x) {
  if (!x.with().has_pages || x.at.to.handle != open_desktop || !is_navigation(*x.call))
    return {};
  auto id = domain::parse_ulid(x.at.parameter);
  return id ? "/sessions/" + domain::to_string(*id) : std::string{};
}

// -- what is asked ------------------------------------------------------------

void answer_call(facade_pointer self, api_request&& m) {
  exchange x{self, std::move(m.call), {}, {}, {}, std::move(m.to)};
  if (const auto* wrong = std::get_if<wrong_method>(&m.at))
    return x.refuse(method_not_allowed(wrong->allowed));
  if (std::holds_alternative<no_such_path>(m.at))
    return x.refuse(not_found("there is nothing at this path"));
  x.at = std::get<found_route>(std::move(m.at));
  x.page = page_for_refusals(x);
  if (!x.call->body.empty() && !x.call->content_type.starts_with("application/json"))
    return x.refuse(unsupported_body());
  if (x.at.to.needs)
    return find_credential(x);
  if (!is_safe(x.call->method) && !x.call->origin.empty() && is_cross_site(*x.call))
    return x.refuse(cross_site());
  x.at.to.handle(std::move(x));
}

/// Until the journal tells of commits, everybody is asked.
void watch_log(facade_pointer self) {
  self->request(self->state.with.journal, caf::infinite, actors::watch_commits{self})
      .then([self](const actors::watching_commits& m) { self->state.recent.begin(m.head); },
            [](const caf::error&) {}); // The journal has ended, and all of Berth with it.
}

} // namespace

facade_interface::behavior_type http_facade(facade_pointer self, facade_collaborators with) {
  self->state.with = std::move(with);
  watch_log(self);
  return {
      [self](api_call& call) {
        auto promise = self->make_response_promise<api_response>();
        auto deliver = [promise](caf::expected<api_response> answer) mutable {
          if (answer)
            promise.deliver(std::move(*answer));
          else
            promise.deliver(std::move(answer.error()));
        };
        auto at = find_route(call.method, call.target);
        auto to = make_responder<api_response>(deliver);
        auto shared = std::make_shared<api_call>(std::move(call));
        answer_call(self, {std::move(shared), std::move(at), std::move(to)});
        return promise;
      },
      [self](api_requests& m) {
        for (auto& one : m.all)
          answer_call(self, std::move(one));
      },
      [self](const actors::commit_seen& m) { self->state.recent.take(m.events); },
      [self](const check_patience& m) { give_up_waiting(self, m); },
  };
}

} // namespace berth::http
