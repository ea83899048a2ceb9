#include "adapters/http/api_json.hpp"

#include "tests/support/session_histories.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <set>

using namespace berth::http;
using namespace berth::tests;
namespace json = boost::json;

namespace {

int status_for(const std::string& body) {
  auto read = read_launch(body);
  const auto* wrong = std::get_if<problem>(&read);
  return wrong ? wrong->status : 200;
}

std::set<std::string> wrong_fields(const std::string& body) {
  auto read = read_launch(body);
  std::set<std::string> pointers;
  if (const auto* wrong = std::get_if<problem>(&read))
    for (const auto& error : wrong->errors)
      pointers.insert(error.pointer);
  return pointers;
}

json::object written(const history& events, time_point now = nine) {
  return json::parse(write_session({fold(events), 1, 1}, now)).as_object();
}

} // namespace

TEST_CASE("launch body: every good one is read") {
  auto read = read_launch(R"({"template_id":2,"duration_minutes":30,"session_type":"persistent"})");
  REQUIRE(std::holds_alternative<launch_body>(read));
  const auto& body = std::get<launch_body>(read);
  CHECK(body.from_template == template_id{2});
  CHECK(body.lifetime == 30min);
  CHECK(body.type == session_type::persistent);
  CHECK(status_for(R"({"template_id":1,"duration_minutes":240})") == 200);
}

TEST_CASE("launch body: what is no JSON object is malformed") {
  for (const auto* body : {"", "{", "null", "[]", "\"x\"", "1", "{} {}",
                           "{\"template_id\":", "{'template_id':1}", "\xff"})
    CHECK_MESSAGE(status_for(body) == 400, body);
  CHECK(status_for(std::string(100, '[')) == 400);
}

TEST_CASE("launch body: every wrong field is named") {
  CHECK(wrong_fields("{}") == std::set<std::string>{"#/template_id", "#/duration_minutes"});
  for (const auto* value : {"null", "\"2\"", "2.5", "[]", "{}", "true", "0", "-1", "4294967296"})
    CHECK_MESSAGE(
        wrong_fields(R"({"duration_minutes":30,"template_id":)" + std::string{value} + "}")
            == std::set<std::string>{"#/template_id"},
        value);
  for (const auto* value : {"null", "\"30\"", "29", "241", "30.5", "1e30"})
    CHECK_MESSAGE(wrong_fields(R"({"template_id":1,"duration_minutes":)" + std::string{value} + "}")
                      == std::set<std::string>{"#/duration_minutes"},
                  value);
  CHECK(wrong_fields(R"({"template_id":1,"duration_minutes":30,"session_type":"forever"})")
        == std::set<std::string>{"#/session_type"});
  CHECK(wrong_fields(R"({"template_id":1,"duration_minutes":30,"quota":1})")
        == std::set<std::string>{"#/quota"});
}

TEST_CASE("session: shows what the specification names, and hides what it hides") {
  auto shown = written(until_active());
  CHECK(shown.at("id").as_string() == to_string(own));
  CHECK(shown.at("status").as_string() == "active");
  CHECK(shown.at("template").as_object().at("os_type").as_string() == "linux");
  CHECK(shown.at("node_name").as_string() == "pve-1");
  CHECK(shown.at("guacamole_url").is_null());
  CHECK(shown.at("time_remaining_seconds").as_int64() == 3600);
  auto text = json::serialize(shown);
  for (const auto* hidden : {"10000001", "10.0.0.9", "vm_id", "ip_address", "guacamole_conn"})
    CHECK_MESSAGE(text.find(hidden) == std::string::npos, hidden);
}

TEST_CASE("session: the time that is left never falls below nothing") {
  CHECK(written(until_active(), nine + 999min).at("time_remaining_seconds").as_int64() == 0);
  CHECK(written(until_closed()).at("time_remaining_seconds").as_int64() == 0);
  CHECK(written(until_closed()).at("end_reason").as_string() == "ended_by_user");
}

TEST_CASE("nodes: one that is offline shows no numbers") {
  berth::eventstore::node_row row{.is = {.name = pve1, .hostname = "a", .max_vms = 50}};
  node_sample gone{.node = pve1, .sampled_at = nine};
  auto list = json::parse(write_nodes({{row}}, {{candidate{row.is, gone, {}}}}, nine));
  const auto& node = list.at("items").as_array().at(0).as_object();
  CHECK(node.at("status").as_string() == "offline");
  CHECK(node.at("cpu_percent").is_null());
  CHECK(node.at("ram_used_mb").is_null());
}
