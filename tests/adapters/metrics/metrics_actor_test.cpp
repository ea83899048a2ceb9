#include "adapters/metrics/metrics_actor.hpp"

#include "actors/telemetry_hub_actor.hpp"
#include "tests/support/test_journal.hpp"

#include <algorithm>

using namespace berth;
using namespace berth::tests;
using namespace std::chrono_literals;

namespace {

const domain::session_id early{{{1}}};
const domain::session_id late{{{2}}};
constexpr domain::template_id office{4};

/// Knows the rows of a test; nobody asks for anything else.
actors::session_directory_actor::behavior_type
directory_of(actors::session_directory_actor::pointer,
             std::vector<eventstore::session_row> sessions) {
  return {
      [](const actors::list_sessions&) { return actors::session_list{}; },
      [sessions](const actors::find_sessions& m) {
        actors::session_list found;
        for (const auto& row : sessions)
          if (std::ranges::find(m.ids, row.id) != m.ids.end())
            found.sessions.push_back(row);
        return found;
      },
      [](const actors::list_templates&) { return actors::template_list{}; },
      [](const actors::find_kept_session&) { return actors::kept_session{}; },
      [](const actors::list_nodes&) { return actors::node_list{}; },
  };
}

struct fixture : actor_fixture {
  test_journal journal{*this};
  actors::telemetry_hub_actor hub =
      spawn(actors::telemetry_hub, journal.handle(),
            actors::logger{actors::log_level::error, [](std::string_view) {}});
  metrics::metrics_interface counter;

  void start(std::vector<eventstore::session_row> open = {}) {
    settle();
    counter = spawn(
        metrics::metrics,
        metrics::metrics_collaborators{journal.handle(), spawn(directory_of, std::move(open)), hub,
                                       std::make_shared<prometheus::Registry>(), "1.2.3", now()});
    settle();
  }
  std::uint64_t launch(const domain::session_id& id) {
    return journal.append(id, {domain::session_requested{.id = id, .from_template = office}});
  }
  void publish(const domain::node_sample& sample) {
    tell(hub, actors::node_load{sample});
    settle();
  }
  std::string scrape() { return ask<actors::exposition>(counter, actors::scrape{}).value().text; }
  bool shows(const std::string& line) {
    auto text = scrape();
    CAPTURE(text);
    return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
  }
  bool mentions(const std::string& what) { return scrape().find(what) != std::string::npos; }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "metrics: a launch counts, and so does the time until it is active") {
  start();
  launch(early);
  CHECK(shows(R"(berth_launches_total{template="4"} 1)"));
  CHECK(shows(R"(berth_sessions{status="pending"} 1)"));
  advance(12s);
  journal.append(early, {domain::session_activated{}});
  CHECK(shows(R"(berth_sessions{status="pending"} 0)"));
  CHECK(shows(R"(berth_sessions{status="active"} 1)"));
  CHECK(shows(R"(berth_time_to_active_seconds_sum{template="4"} 12)"));
}

TEST_CASE_FIXTURE(fixture, "metrics: an ended session is shown until it is closed") {
  start();
  launch(early);
  journal.append(early, {domain::session_activated{},
                         domain::session_ended{.reason = domain::end_reason::deadline}});
  CHECK(shows(R"(berth_session_ends_total{reason="deadline"} 1)"));
  CHECK(shows(R"(berth_sessions{status="expired"} 1)"));
  journal.append(early, {domain::session_closed{}});
  CHECK(shows(R"(berth_sessions{status="expired"} 0)"));
}

TEST_CASE_FIXTURE(fixture, "metrics: failed attempts and failed launches count apart") {
  start();
  launch(early);
  journal.append(early, {domain::attempt_failed{.fault = domain::fault_class::capacity},
                         domain::attempt_failed{.fault = domain::fault_class::permanent},
                         domain::session_failed{domain::end_reason::provisioning_failed, "no"}});
  CHECK(shows(R"(berth_attempts_failed_total{fault="capacity"} 1)"));
  CHECK(shows(R"(berth_attempts_failed_total{fault="permanent"} 1)"));
  CHECK(shows(R"(berth_launch_failures_total{reason="provisioning_failed"} 1)"));
  CHECK(shows(R"(berth_sessions{status="failed"} 1)"));
}

TEST_CASE_FIXTURE(fixture, "metrics: what happened before the start is shown, not counted") {
  launch(early);
  auto requested_at = now();
  advance(3s);
  start({{.id = early, .from_template = office, .status = "pending", .created_at = requested_at}});
  CHECK(shows("berth_log_position 1"));
  CHECK(shows(R"(berth_sessions{status="pending"} 1)"));
  CHECK_FALSE(mentions("berth_launches_total{"));
  launch(late);
  journal.append(early, {domain::session_activated{}});
  CHECK(shows("berth_log_position 3"));
  CHECK(shows(R"(berth_launches_total{template="4"} 1)"));
  CHECK(shows(R"(berth_time_to_active_seconds_sum{template="4"} 3)"));
}

TEST_CASE_FIXTURE(fixture,
                  "metrics: a session that was active before the start ends as any other") {
  launch(early);
  journal.append(early, {domain::session_activated{}});
  start({{.id = early, .from_template = office, .status = "active"}});
  CHECK(shows(R"(berth_sessions{status="active"} 1)"));
  journal.append(early, {domain::session_ended{.reason = domain::end_reason::deadline}});
  CHECK(shows(R"(berth_sessions{status="active"} 0)"));
  CHECK(shows(R"(berth_sessions{status="expired"} 1)"));
  journal.append(early, {domain::session_closed{}});
  CHECK(shows(R"(berth_sessions{status="active"} 0)"));
  CHECK(shows(R"(berth_sessions{status="expired"} 0)"));
}

TEST_CASE_FIXTURE(fixture, "metrics: a session without a row is shown from its next event on") {
  launch(early);
  launch(late);
  start();
  CHECK(shows(R"(berth_sessions{status="pending"} 0)"));
  journal.append(early, {domain::session_activated{}});
  journal.append(late, {domain::session_ended{.reason = domain::end_reason::ended_by_user}});
  CHECK(shows(R"(berth_sessions{status="active"} 1)"));
  CHECK(shows(R"(berth_sessions{status="expired"} 1)"));
  CHECK_FALSE(mentions("berth_time_to_active_seconds_sum{"));
}

TEST_CASE_FIXTURE(fixture, "metrics: a node has a load for as long as it answers") {
  start();
  publish({.node = {"pve1"}, .online = true, .cpu = 0.5, .ram_used_mb = 1, .ram_total_mb = 2});
  CHECK(shows(R"(berth_node_load{node="pve1"} 0.5)"));
  CHECK(shows(R"(berth_node_online{node="pve1"} 1)"));
  publish({.node = {"pve1"}, .online = false});
  CHECK_FALSE(mentions("berth_node_load{"));
  CHECK(shows(R"(berth_node_online{node="pve1"} 0)"));
}

TEST_CASE_FIXTURE(fixture, "metrics: a removed node is forgotten") {
  start();
  publish({.node = {"pve1"}, .online = true});
  publish({.node = {"pve2"}, .online = true});
  journal.append(domain::node_name{"pve1"}, domain::node_removed{});
  CHECK_FALSE(mentions("pve1"));
  CHECK(shows(R"(berth_node_online{node="pve2"} 1)"));
}

TEST_CASE_FIXTURE(fixture, "metrics: the process says what it is") {
  start();
  CHECK(shows(R"(berth_build_info{version="1.2.3"} 1)"));
  CHECK(mentions("process_start_time_seconds 1"));
  CHECK(mentions("berth_actors "));
}

TEST_CASE_FIXTURE(fixture, "metrics: no label names a session or an owner") {
  start();
  launch(early);
  journal.append(early, {domain::session_activated{}});
  CHECK_FALSE(mentions(domain::to_string(early)));
  CHECK_FALSE(mentions("owner"));
}

TEST_CASE_FIXTURE(fixture, "metrics: open differences count from the log's beginning, each once") {
  auto stray = [](std::uint32_t vm) {
    return domain::difference_found{
        domain::difference_kind::stray, {vm}, std::nullopt, {"pve-1"}, "unknown", {}};
  };
  journal.append_difference(stray(10'000'001));
  start();
  CHECK(shows(R"(berth_differences{kind="stray"} 1)"));
  CHECK(shows(R"(berth_differences{kind="lost"} 0)"));
  journal.append_difference(stray(10'000'002));
  CHECK(shows(R"(berth_differences{kind="stray"} 2)"));
  journal.append_difference(domain::difference_settled{
      domain::difference_kind::stray, {10'000'001}, {}, domain::settlement::gone});
  CHECK(shows(R"(berth_differences{kind="stray"} 1)"));
}
