#include "adapters/http/router.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace berth::http;

namespace {

template <class Kind>
bool is(const routed& found) {
  return std::holds_alternative<Kind>(found);
}

} // namespace

TEST_CASE("router: finds a route with what stands at its placeholder") {
  auto found = find_route("GET", "/sessions/01JD0000000000000000000001?x=1");
  REQUIRE(is<found_route>(found));
  CHECK(std::get<found_route>(found).to.pattern == "/sessions/*");
  CHECK(std::get<found_route>(found).parameter == "01JD0000000000000000000001");
}

TEST_CASE("router: /api/v1 before a path changes nothing") {
  auto found = find_route("POST", "/api/v1/sessions/abc/extend");
  REQUIRE(is<found_route>(found));
  CHECK(std::get<found_route>(found).to.pattern == "/sessions/*/extend");
  CHECK(std::get<found_route>(found).parameter == "abc");
}

TEST_CASE("router: a known path tells which methods it takes") {
  auto found = find_route("PATCH", "/sessions");
  REQUIRE(is<wrong_method>(found));
  CHECK(std::get<wrong_method>(found).allowed == "POST, GET");
}

TEST_CASE("router: an unknown path is no path, however near it is") {
  for (const auto* path : {"/", "", "/session", "/sessions/", "/sessions//vm", "/sessions/a/b",
                           "/api/v2/sessions", "/api/v1", "/admin", "//sessions"})
    CHECK_MESSAGE(is<no_such_path>(find_route("GET", path)), path);
}

TEST_CASE("router: every row is found by its own path, and has something to do") {
  for (const auto& row : routes()) {
    std::string path{row.pattern};
    if (auto star = path.find('*'); star != std::string::npos)
      path.replace(star, 1, "x");
    auto found = find_route(row.method, path);
    REQUIRE_MESSAGE(is<found_route>(found), path);
    CHECK(std::get<found_route>(found).to.pattern == row.pattern);
    CHECK((row.handle != nullptr));
  }
}

TEST_CASE("router: only these rows are for anyone, and every admin row asks for more than a user") {
  std::vector<std::string> open;
  for (const auto& row : routes()) {
    if (!row.needs)
      open.emplace_back(row.pattern);
    bool is_admin = row.pattern.starts_with("/admin/") || row.pattern == "/metrics";
    if (is_admin)
      CHECK((row.needs == (row.method == "GET" ? action::see_all : action::administer)));
  }
  CHECK(open
        == std::vector<std::string>{"/healthz", "/readyz", "/api/openapi.json", "/api/docs",
                                    "/auth/sign-in"});
}
