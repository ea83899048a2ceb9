#include "adapters/http/session_json.hpp"

#include "adapters/http/inventory_json.hpp"
#include "tests/support/session_histories.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

using namespace berth::http;
using namespace berth::tests;
namespace json = boost::json;

namespace {

json::object written(const history& events, time_point now = nine, bool has_desktops = false) {
  shown how{.now = now, .has_desktops = has_desktops};
  return json::parse(write_session({fold(events), 1, 1}, how)).as_object();
}

std::string desktop_of(const history& events, bool has_desktops = true) {
  return std::string{written(events, nine, has_desktops).at("desktop").as_string()};
}

std::vector<berth::eventstore::recorded_event> recorded(const history& events) {
  std::vector<berth::eventstore::recorded_event> all;
  for (const auto& event : events) {
    all.push_back({.position = all.size() + 1,
                   .stream = berth::eventstore::stream_of(own),
                   .version = all.size() + 1,
                   .recorded_at = nine,
                   .because = {"system:session", {}, {}},
                   .event = event});
  }
  all.front().because.actor = "user:7";
  return all;
}

} // namespace

TEST_CASE("session: shows what the specification names, and hides what it hides") {
  auto shown = written(until_active(), nine, true);
  CHECK(shown.at("id").as_string() == to_string(own));
  CHECK(shown.at("status").as_string() == "active");
  CHECK(shown.at("template").as_object().at("os_type").as_string() == "linux");
  CHECK(shown.at("template").as_object().at("id").as_int64() == 2);
  CHECK(shown.at("node_name").as_string() == "pve-1");
  CHECK(shown.at("extendable_until").as_string() == to_rfc3339(nine + 8h));
  CHECK(shown.at("time_remaining_seconds").as_int64() == 3600);
  auto text = json::serialize(shown);
  for (const auto* hidden : {"10000001", "10.0.0.9", "vm_id", "ip_address", "guacamole_conn"})
    CHECK_MESSAGE(text.find(hidden) == std::string::npos, hidden);
}

TEST_CASE("session: guacamole_url is null while pending, and without a gateway") {
  CHECK(written(until_waiting(), nine, true).at("guacamole_url").is_null());
  CHECK(written(until_active(), nine, false).at("guacamole_url").is_null());
  CHECK(written(until_closed(), nine, true).at("guacamole_url").is_null());
  CHECK(written(until_active(), nine, true).at("guacamole_url").as_string()
        == "/sessions/" + to_string(own) + "/desktop");
}

TEST_CASE("session: it says why there is no desktop") {
  CHECK(desktop_of(until_waiting()) == "not_ready");
  CHECK(desktop_of(until_active()) == "ready");
  CHECK(desktop_of(until_active(), false) == "not_configured");
  CHECK(desktop_of(until_deleting()) == "over");
}

TEST_CASE("session: the time that is left never falls below nothing") {
  CHECK(written(until_active(), nine + 999min).at("time_remaining_seconds").as_int64() == 0);
  CHECK(written(until_closed()).at("time_remaining_seconds").as_int64() == 0);
  CHECK(written(until_closed()).at("end_reason").as_string() == "ended_by_user");
}

TEST_CASE("sessions: a page names the next one, the last does not") {
  auto row = row_of({fold(until_active()), 1, 1});
  auto page = [&row](const std::string& next) {
    return json::parse(write_sessions({row}, next, {.now = nine})).as_object();
  };
  CHECK(page("X").at("next_cursor").as_string() == "X");
  CHECK(page("").at("next_cursor").is_null());
  CHECK_FALSE(page("").at("items").as_array().at(0).as_object().contains("owner_login"));
}

TEST_CASE("history: words for its owner, without what it hides") {
  auto text = write_history(own, recorded(until_closed()));
  auto items = json::parse(text).as_object().at("items").as_array();
  CHECK(items.at(0).as_object().at("by").as_string() == "you");
  CHECK(items.at(2).as_object().at("by").as_string() == "Berth");
  for (const auto* hidden : {"10000001", "10.0.0.9", "UPID"})
    CHECK_MESSAGE(text.find(hidden) == std::string::npos, hidden);
}

TEST_CASE("history: the steps with their times, and none under way at the end") {
  auto last_of = [](const history& events) {
    auto told = json::parse(write_history(own, recorded(events))).as_object();
    return told.at("steps").as_array().back().as_object();
  };
  auto cloning = last_of(until_cloning());
  CHECK(cloning.at("name").as_string() == "cloning");
  CHECK(cloning.at("attempt").as_int64() == 1);
  CHECK(cloning.at("began_at").as_string() == to_rfc3339(nine));
  CHECK(cloning.at("ended_at").is_null());
  CHECK(last_of(until_closed()).at("ended_at").as_string() == to_rfc3339(nine));
}

TEST_CASE("templates: they tell how long they took, where that is known") {
  berth::eventstore::template_row row{.is = {{2}, ubuntu(), true}};
  auto ready_of = [](const auto& one) {
    auto list = json::parse(write_templates({{one}})).as_object();
    return list.at("items").as_array().at(0).as_object().at("time_to_ready");
  };
  CHECK(ready_of(row).is_null());
  row.ready = time_to_ready{3, 40, 61};
  CHECK(ready_of(row).as_object().at("launches").as_int64() == 3);
  CHECK(ready_of(row).as_object().at("usual_seconds").as_int64() == 40);
  CHECK(ready_of(row).as_object().at("slow_seconds").as_int64() == 61);
}

TEST_CASE("nodes: what was measured lately is shown in per cent, also of a node that is offline") {
  berth::eventstore::node_row row{.is = {.name = pve1, .hostname = "a", .max_vms = 50}};
  node_sample old{.node = pve1,
                  .online = true,
                  .cpu = 0.1256,
                  .ram_used_mb = 1,
                  .ram_total_mb = 3,
                  .sampled_at = nine - 1h};
  berth::actors::recent_loads history{{{pve1, {old}}, {pve2, {}}}};
  auto list = json::parse(write_nodes({{row}}, {}, history, nine));
  auto recent = list.at("items").as_array().at(0).as_object().at("recent").as_array();
  REQUIRE(recent.size() == 1);
  CHECK(recent.at(0).as_object().at("at").as_string() == to_rfc3339(nine - 1h));
  CHECK(recent.at(0).as_object().at("cpu_percent").as_double() == doctest::Approx(12.6));
  CHECK(recent.at(0).as_object().at("ram_percent").as_double() == doctest::Approx(33.3));
}

TEST_CASE("nodes: one that is offline, or was measured long ago, shows no numbers") {
  berth::eventstore::node_row row{.is = {.name = pve1, .hostname = "a", .max_vms = 50}};
  auto shown_with = [&row](const node_sample& sample) {
    auto list = json::parse(write_nodes({{row}}, {{candidate{row.is, sample, {}}}}, {}, nine));
    return list.at("items").as_array().at(0).as_object();
  };
  node_sample fresh{.node = pve1,
                    .online = true,
                    .cpu = 0.125,
                    .ram_used_mb = 1,
                    .ram_total_mb = 4,
                    .sampled_at = nine - 30s};
  auto old = fresh;
  old.sampled_at = nine - 31s;
  for (const auto& sample : {node_sample{.node = pve1, .sampled_at = nine}, old}) {
    auto node = shown_with(sample);
    CHECK(node.at("status").as_string() == "offline");
    CHECK(node.at("cpu_percent").is_null());
    CHECK(node.at("ram_used_mb").is_null());
  }
  CHECK(shown_with(fresh).at("status").as_string() == "online");
  CHECK(shown_with(fresh).at("sample_age_seconds").as_int64() == 30);
}
