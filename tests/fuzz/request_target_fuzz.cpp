#include "adapters/http/exchange.hpp"
#include "adapters/http/routes.hpp"
#include "eventstore/recorded_event.hpp"
#include "tests/fuzz/fuzz_target.hpp"

#include <algorithm>

using namespace berth;
using fuzz::require;

namespace {

void check_route(const std::string& method, const std::string& target) {
  auto found = http::find_route(method, target);
  if (const auto* wrong = std::get_if<http::wrong_method>(&found))
    require(!wrong->allowed.empty() && wrong->allowed.find(method + ",") != 0,
            "a wrong method is told which ones are right");
  const auto* route = std::get_if<http::found_route>(&found);
  if (!route)
    return;
  require(route->to.method == method && route->to.handle, "a route is one for this method");
  require((route->to.pattern.find('*') != std::string_view::npos) == !route->parameter.empty(),
          "what stands at the * of a route is not empty");
  require(route->parameter.find('/') == std::string::npos, "a parameter is one segment");
  auto longer = http::find_route(method, "/api/v1" + target);
  require(target.starts_with("/api/v1/") || std::holds_alternative<http::found_route>(longer),
          "each path exists below /api/v1, too");
}

void check_query(const http::api_call& call, const std::string& name) {
  auto value = http::query_parameter(call, name);
  require(!value || call.target.find('?') != std::string::npos,
          "parameters come from the query alone");
  require(!value || value->size() <= call.target.size(), "decoding makes nothing longer");
}

void check_cookie(const http::api_call& call) {
  auto cookie = http::session_cookie(call);
  require(call.cookie.find("__Host-berth=" + cookie) != std::string::npos || cookie.empty(),
          "a cookie is one that was sent");
  require(cookie.find(';') == std::string::npos, "a cookie ends where the next one begins");
}

void check_names(const std::string& name) {
  if (auto session = eventstore::session_of(name)) {
    auto again = eventstore::session_of(eventstore::stream_of(*session));
    require(again == session, "a session's stream leads back to it");
  }
  if (auto user = eventstore::user_of(name))
    require(eventstore::user_of(eventstore::stream_of(*user)) == user,
            "a user's stream leads back to them");
  if (eventstore::is_stream(name) || eventstore::is_actor(name))
    require(std::ranges::all_of(name, [](unsigned char c) { return c > ' ' && c < 0x7f; }),
            "names of streams and actors are printable");
}

} // namespace

/// Four lines: method, path with query, a name, a Cookie field.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::fuzz_input input{data, size};
  http::api_call call{.method = input.line(), .target = input.line()};
  auto name = input.line();
  call.cookie = input.line();
  check_route(call.method, call.target);
  check_query(call, name);
  check_cookie(call);
  check_names(name);
  return 0;
}
