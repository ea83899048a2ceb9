#include "adapters/http/problem.hpp"

#include "actors/errors.hpp"

#include <boost/json.hpp>

#include <string_view>
#include <utility>

namespace berth::http {

namespace {

namespace json = boost::json;

problem unavailable(std::string type, std::string title, std::string detail) {
  return {.status = 503,
          .type = std::move(type),
          .title = std::move(title),
          .detail = std::move(detail),
          .headers = {{"Retry-After", "30"}}};
}

/// Rules name a field as `field: reason`.
std::vector<field_error> field_at_fault(std::string_view text) {
  auto end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_");
  if (end == 0 || end == std::string_view::npos || !text.substr(end).starts_with(": "))
    return {};
  return {{"#/" + std::string{text.substr(0, end)}, std::string{text.substr(end + 2)}}};
}

} // namespace

api_response respond(const problem& what, const api_call& to) {
  json::object body{{"type", "/problems/" + what.type},
                    {"title", what.title},
                    {"status", what.status},
                    {"detail", what.detail},
                    {"instance", to.target.substr(0, to.target.find('?'))},
                    {"request_id", to.request_id}};
  if (!what.errors.empty()) {
    json::array errors;
    for (const auto& error : what.errors)
      errors.push_back(json::object{{"pointer", error.pointer}, {"detail", error.detail}});
    body["errors"] = std::move(errors);
  }
  return {what.status, what.headers, "application/problem+json", json::serialize(body), {}};
}

api_response send_to_page(const problem& what, const std::string& page) {
  auto to = what.status == 401 ? "/sign-in?next=" + page : page + "?problem=" + what.type;
  return {303, {{"Location", std::move(to)}}, {}, {}, {}};
}

problem unauthorized() {
  return {.status = 401,
          .type = "unauthorized",
          .title = "Sign in first",
          .detail = "the request carries no valid bearer token",
          .headers = {{"WWW-Authenticate", "Bearer"}}};
}

problem forbidden(std::string detail) {
  return {.status = 403, .type = "forbidden", .title = "Not allowed", .detail = std::move(detail)};
}

problem cross_site() {
  return {.status = 403,
          .type = "cross-site",
          .title = "This came from another site",
          .detail = "a cookie counts only for requests of our own pages: send a bearer token"};
}

problem unsupported_body() {
  return {.status = 415,
          .type = "unsupported-media-type",
          .title = "The body must be JSON",
          .detail = "send Content-Type: application/json"};
}

problem not_found(std::string detail) {
  return {
      .status = 404, .type = "not-found", .title = "Nothing is here", .detail = std::move(detail)};
}

problem invalid_fields(std::vector<field_error> errors) {
  return {.status = 422,
          .type = "invalid-fields",
          .title = "Some fields are not right",
          .detail = "see errors",
          .errors = std::move(errors)};
}

problem method_not_allowed(const std::string& allowed) {
  return {.status = 405,
          .type = "method-not-allowed",
          .title = "This cannot be done here",
          .detail = "allowed: " + allowed,
          .headers = {{"Allow", allowed}}};
}

problem problem_of(const caf::error& why) {
  using actors::errc;
  auto text = actors::text_of(why);
  switch (actors::code_of(why).value_or(errc::log_failed)) {
  case errc::invalid:
    return {.status = 422,
            .type = "invalid",
            .title = "This cannot be done",
            .detail = text,
            .errors = field_at_fault(text)};
  case errc::not_in_this_state:
    return {.status = 409, .type = "conflict", .title = "Not in this state", .detail = text};
  case errc::in_progress:
    return {.status = 409, .type = "in-progress", .title = "Still under way", .detail = text};
  case errc::key_reused:
    return {.status = 422,
            .type = "idempotency-key-reused",
            .title = "The Idempotency-Key was used for another launch",
            .detail = text};
  case errc::changed_meanwhile:
    return {.status = 412,
            .type = "precondition-failed",
            .title = "It has changed meanwhile",
            .detail = text};
  case errc::wrong_password:
    return {
        .status = 403, .type = "wrong-password", .title = "The password is wrong", .detail = text};
  case errc::busy:
    return unavailable("busy", "Too many wait already", text);
  case errc::not_configured:
    return unavailable("not-configured", "This has not been set up", text);
  case errc::gateway_unavailable:
    return unavailable("gateway-unavailable", "The desktop gateway is not available", text);
  case errc::unknown:
    return not_found(text);
  case errc::no_capacity:
    return unavailable("no-capacity", "No node can take one more VM", text);
  case errc::cluster_unavailable:
    return unavailable("cluster-unavailable", "Proxmox is not available", text);
  case errc::transient:
  case errc::capacity:
  case errc::outcome_unknown:
    return unavailable("proxmox-cannot", "Proxmox cannot do this now", text);
  case errc::permanent:
  case errc::not_ours:
    return {
        .status = 409, .type = "proxmox-refuses", .title = "Proxmox refuses this", .detail = text};
  case errc::quota_exceeded:
    return {.status = 409,
            .type = "quota-exceeded",
            .title = "You have as many sessions as you may",
            .detail = text};
  case errc::log_refused:
    return unavailable("log-refused", "Nothing can be recorded now", text);
  default:
    // What went wrong inside is for the log, not for clients.
    return unavailable("unavailable", "The broker is busy or restarting", "try again in a moment");
  }
}

} // namespace berth::http
