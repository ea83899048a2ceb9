#include "adapters/http/request_body.hpp"

#include "domain/session/events.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace berth::http;

namespace {

/// Reads a launch as the route does.
std::optional<problem> fault_of(const std::string& text) {
  request_body body{text};
  body.integer("template_id", 1, UINT32_MAX);
  body.integer("duration_minutes", 30, 240);
  body.optional_choice("session_type", berth::domain::parse_session_type,
                       "ephemeral or persistent");
  return body.fault();
}

int status_for(const std::string& text) {
  auto fault = fault_of(text);
  return fault ? fault->status : 200;
}

std::set<std::string> wrong_fields(const std::string& text) {
  std::set<std::string> pointers;
  if (auto fault = fault_of(text))
    for (const auto& error : fault->errors)
      pointers.insert(error.pointer);
  return pointers;
}

} // namespace

TEST_CASE("body: a good one is read") {
  CHECK(status_for(R"({"template_id":1,"duration_minutes":240})") == 200);
  request_body body{R"({"n":7,"text":"\u00e9","flag":true,"tags":["a"],"type":"persistent"})"};
  CHECK(body.integer("n", 1, 9) == 7);
  CHECK(body.text("text", 1, 9) == "\u00e9");
  CHECK(body.optional_flag("flag") == true);
  CHECK(body.optional_texts("tags") == std::vector<std::string>{"a"});
  CHECK(body.choice("type", berth::domain::parse_session_type, "known")
        == berth::domain::session_type::persistent);
  CHECK_FALSE(body.fault());
}

TEST_CASE("body: what is no JSON object is malformed") {
  for (const auto* text : {"", "{", "null", "[]", "\"x\"", "1", "{} {}",
                           "{\"template_id\":", "{'template_id':1}", "\xff"})
    CHECK_MESSAGE(status_for(text) == 400, text);
  CHECK(status_for(std::string(100, '[')) == 400);
}

TEST_CASE("body: every wrong field is named at once") {
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

TEST_CASE("body: texts, flags and lists of the wrong kind are refused") {
  request_body body{R"({"text":"abc","flag":1,"tags":["a",2],"long":"abcdef"})"};
  body.text("text", 4, 9);
  body.optional_flag("flag");
  body.optional_texts("tags");
  body.optional_text("long", 0, 5);
  body.text("missing", 1, 9);
  auto fault = body.fault();
  REQUIRE(fault);
  CHECK(fault->errors.size() == 5);
}
