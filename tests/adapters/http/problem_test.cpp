#include "adapters/http/problem.hpp"

#include "actors/errors.hpp"

#include <boost/json.hpp>
#include <caf/sec.hpp>
#include <doctest/doctest.h>

using namespace berth::http;
using berth::actors::errc;
using berth::actors::make_error;

TEST_CASE("problem: each error of an actor has its status") {
  for (const auto& [code, status] : {std::pair{errc::invalid, 422},
                                     {errc::not_in_this_state, 409},
                                     {errc::no_capacity, 503},
                                     {errc::unknown, 404},
                                     {errc::cluster_unavailable, 503},
                                     {errc::log_refused, 503},
                                     {errc::log_failed, 503},
                                     {errc::quota_exceeded, 409},
                                     {errc::in_progress, 409},
                                     {errc::key_reused, 422},
                                     {errc::changed_meanwhile, 412},
                                     {errc::wrong_password, 403},
                                     {errc::gateway_unavailable, 503},
                                     {errc::not_configured, 503},
                                     {errc::transient, 503},
                                     {errc::permanent, 409}})
    CHECK(problem_of(make_error(code, "why")).status == status);
}

TEST_CASE("problem: what went wrong inside is not told") {
  auto hidden = problem_of(make_error(errc::log_failed, "disk I/O error in log.db"));
  CHECK(hidden.detail.find("log.db") == std::string::npos);
  CHECK(problem_of(caf::make_error(caf::sec::request_timeout)).status == 503);
}

TEST_CASE("problem: is written as RFC 9457 wants it, with the fields at fault") {
  api_call call{.method = "POST", .target = "/sessions?a=1", .request_id = "r1"};
  auto response = respond(invalid_fields({{"#/template_id", "is required"}}), call);
  CHECK(response.content_type == "application/problem+json");
  auto body = boost::json::parse(response.body).as_object();
  CHECK(body.at("status").as_int64() == 422);
  CHECK(body.at("instance").as_string() == "/sessions");
  CHECK(body.at("request_id").as_string() == "r1");
  CHECK(body.at("errors").as_array().at(0).at("pointer").as_string() == "#/template_id");
}

TEST_CASE("problem: a rule that names a field points to it") {
  auto named = problem_of(make_error(errc::invalid, "template_vmid: there is no VM 7"));
  REQUIRE(named.errors.size() == 1);
  CHECK(named.errors[0].pointer == "#/template_vmid");
  CHECK(named.errors[0].detail == "there is no VM 7");
  CHECK(problem_of(make_error(errc::invalid, "a session: too short")).errors.empty());
  CHECK(problem_of(make_error(errc::invalid, ": nothing")).errors.empty());
}

TEST_CASE("problem: who is to come again is told when") {
  auto busy = problem_of(make_error(errc::no_capacity, "all nodes are full"));
  REQUIRE(busy.headers.size() == 1);
  CHECK(busy.headers[0].first == "Retry-After");
  CHECK(busy.detail == "all nodes are full");
}
