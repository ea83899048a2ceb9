#include "adapters/http/router.hpp"

#include <doctest/doctest.h>

using namespace berth::http;

namespace {

template <class Kind>
bool is(const routed& found) {
  return std::holds_alternative<Kind>(found);
}

} // namespace

TEST_CASE("router: finds a route with what stands at its placeholder") {
  auto found = find_route("GET", "/sessions/01JD0000000000000000000001?x=1");
  REQUIRE(is<route>(found));
  CHECK(std::get<route>(found).does == operation::show_session);
  CHECK(std::get<route>(found).parameter == "01JD0000000000000000000001");
}

TEST_CASE("router: /api/v1 before a path changes nothing") {
  auto found = find_route("POST", "/api/v1/sessions/abc/extend");
  REQUIRE(is<route>(found));
  CHECK(std::get<route>(found).does == operation::extend_session);
  CHECK(std::get<route>(found).parameter == "abc");
}

TEST_CASE("router: a known path tells which methods it takes") {
  auto found = find_route("PATCH", "/sessions");
  REQUIRE(is<wrong_method>(found));
  CHECK(std::get<wrong_method>(found).allowed == "POST, GET");
}

TEST_CASE("router: an unknown path is no path, however near it is") {
  for (const auto* path : {"/", "", "/session", "/sessions/", "/sessions//vm", "/sessions/a/b",
                           "/api/v2/sessions", "/api/v1", "/admin", "/templates/1", "//sessions"})
    CHECK_MESSAGE(is<no_such_path>(find_route("GET", path)), path);
}

TEST_CASE("router: everything but health asks who calls, and admin paths ask for an admin") {
  CHECK(std::get<route>(find_route("GET", "/healthz")).open_to == access::anyone);
  CHECK(std::get<route>(find_route("GET", "/readyz")).open_to == access::anyone);
  CHECK(std::get<route>(find_route("GET", "/admin/nodes")).open_to == access::admin);
  for (const auto& [method, path] : {std::pair{"GET", "/templates"},
                                     {"POST", "/sessions"},
                                     {"GET", "/sessions"},
                                     {"GET", "/sessions/a"},
                                     {"DELETE", "/sessions/a"},
                                     {"DELETE", "/sessions/a/vm"}})
    CHECK(std::get<route>(find_route(method, path)).open_to == access::signed_in);
}
