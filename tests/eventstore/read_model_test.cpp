#include "eventstore/memory_event_log.hpp"
#include "eventstore/session_pages.hpp"
#include "eventstore/sqlite.hpp"
#include "eventstore/sqlite_read_model.hpp"
#include "tests/support/event_samples.hpp"
#include "tests/support/temporary_directory.hpp"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <fstream>

using namespace berth::eventstore;
using namespace berth::tests;
using namespace berth::domain;

namespace {

const std::string ada_hash(64, 'a');

/// A log with a user, a template and two nodes, and tables that follow it.
struct fixture {
  test_sources outside;
  std::shared_ptr<memory_event_log> log = std::make_shared<memory_event_log>(outside.sources());
  temporary_directory directory;
  std::filesystem::path file = directory / "read.db";
  std::unique_ptr<sqlite_read_model> model = open();

  fixture() {
    cause seed{"system:seed", request_one, std::nullopt};
    must_append(*log, {.stream = stream_of(user_id{7}),
                       .events = {user_event{user_registered{{7}, "ada", role::admin}},
                                  user_event{token_issued{ada_hash, "laptop"}}},
                       .because = seed});
    must_append(*log, {.stream = stream_of(template_id{2}),
                       .events = {template_event{template_created{{2}, tagged()}}},
                       .because = seed});
    for (const auto& node : {pve2, pve1})
      must_append(*log, {.stream = stream_of(node),
                         .events = {node_event{node_registered{node, node.value + ".lan", 40}}},
                         .because = seed});
  }

  static template_spec tagged() {
    auto spec = ubuntu();
    spec.tags = {"lab", "quote \" and \u00e9"};
    return spec;
  }

  std::unique_ptr<sqlite_read_model> open() {
    return std::make_unique<sqlite_read_model>(file, log);
  }
  void append(const session_id& id, const history& events, user_id owner = {7}) {
    auto version = log->read_stream(stream_of(id)).size();
    auto request = to_session(id, version, events);
    if (auto* first = std::get_if<session_event>(&request.events.front()))
      if (auto* asked = std::get_if<session_requested>(first)) {
        asked->id = id;
        asked->owner = owner;
      }
    must_append(*log, request);
  }
  sqlite_read_model& caught_up() {
    model->apply(log->read_all(model->position(), 1'000));
    return *model;
  }
};

} // namespace

TEST_CASE("read model: an auditor, and a user who is disabled and enabled again, can be stored") {
  fixture with;
  must_append(*with.log, {.stream = stream_of(user_id{7}),
                          .expected_version = 2,
                          .events = {user_event{role_changed{role::auditor}},
                                     user_event{user_disabled{"left"}}, user_event{user_enabled{}}},
                          .because = {"user:7", request_one, std::nullopt}});
  CHECK(with.caught_up().position() == with.log->head());
}

TEST_CASE("read model: sessions are chosen by owner, status, node and what they still owe") {
  fixture with;
  with.append(nth_session(1), until_active());
  with.append(nth_session(2), until_closed());
  with.append(nth_session(3), until_placing());
  auto ids = [&with](const session_filter& wanted) {
    std::vector<session_id> found;
    for (const auto& row : with.model->sessions(wanted))
      found.push_back(row.id);
    return found;
  };
  with.caught_up();
  using ids_t = std::vector<session_id>;
  CHECK(ids({}) == ids_t{nth_session(3), nth_session(2), nth_session(1)});
  CHECK(ids({.status = "active"}) == ids_t{nth_session(1)});
  CHECK(ids({.node = pve1, .not_closed = true}) == ids_t{nth_session(1)});
  CHECK(ids({.before = nth_session(3), .limit = 1}) == ids_t{nth_session(2)});
  CHECK(ids({.owner = user_id{8}}).empty());
  auto row = with.model->session(nth_session(1));
  REQUIRE(row);
  CHECK(row->owner_login == "ada");
  CHECK(row->version == until_active().size());
}

TEST_CASE("read model: no list looks at every session there ever was") {
  fixture with;
  with.caught_up();
  database tables{with.file, SQLITE_OPEN_READONLY};
  auto plan_of = [&tables](const session_filter& wanted) {
    std::string plan;
    auto explained = tables.prepare("EXPLAIN QUERY PLAN " + session_pages::text_of(wanted));
    for (auto row = explained.query(); row.next();)
      plan += row.text(3) + '\n';
    return plan;
  };
  for (int kind = 1; kind < 32; ++kind) {
    session_filter wanted;
    if (kind & 1)
      wanted.owner = user_id{7};
    if (kind & 2)
      wanted.node = pve1;
    wanted.not_closed = kind & 4;
    if (kind & 8)
      wanted.status = "expired";
    if (kind & 16)
      wanted.before = nth_session(1);
    auto plan = plan_of(wanted);
    CAPTURE(plan);
    CHECK(plan.find("TEMP B-TREE") == std::string::npos); // Already in order: the page ends it.
    const auto* index = wanted.owner        ? "vm_sessions_user_id"
                        : wanted.node       ? "vm_sessions_node_id"
                        : wanted.not_closed ? "vm_sessions_not_closed"
                        : wanted.status     ? "vm_sessions_status"
                                            : "PRIMARY KEY";
    CHECK(plan.find(index) != std::string::npos);
  }
}

TEST_CASE("read model: templates are read as they were written, and follow their changes") {
  fixture with;
  auto rows = with.caught_up().templates();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].is == vm_template{{2}, fixture::tagged(), true});
  CHECK(rows[0].created_at == nine);

  with.outside.now = nine + 1h;
  auto changed = ubuntu();
  changed.name = "Ubuntu 24.04";
  must_append(*with.log, {.stream = stream_of(template_id{2}),
                          .expected_version = 1,
                          .events = {template_event{template_changed{changed}},
                                     template_event{template_disabled{}}},
                          .because = {"user:7", request_one, std::nullopt}});
  auto all = with.caught_up().templates();
  REQUIRE(all.size() == 1);
  CHECK(all[0].is == vm_template{{2}, changed, false});
  CHECK(all[0].created_at == nine);
  CHECK(all[0].updated_at == nine + 1h);
}

TEST_CASE(
    "read model: a template tells how long its newest launches took, resumed and made-up ones "
    "left out") {
  fixture with;
  auto ready = [&with] { return with.caught_up().templates().at(0).ready; };
  CHECK_FALSE(ready());
  auto launch = [&with](std::uint8_t n, duration took) {
    auto began = with.outside.now;
    with.append(nth_session(n), until_waiting());
    with.outside.now = began + took;
    with.append(nth_session(n), {session_activated{vm, pve1, "10.0.0.9"}});
  };
  launch(9, 0s);
  CHECK_FALSE(ready());
  launch(10, 40s);
  launch(11, 60s + 1ms);
  with.append(nth_session(11), {session_extended{nine + 3h}});
  CHECK(ready() == time_to_ready{2, 40, 61});

  auto resumed = until_resumed() + history{start_intended{vm}, vm_started{vm, nine + 3min}};
  with.append(nth_session(12), resumed);
  with.outside.now += 1h;
  with.append(nth_session(12), {session_activated{vm, pve1, "10.0.0.9"}});
  CHECK(ready()->launches == 2);

  for (std::uint8_t n = 20; n < 40; ++n)
    launch(n, 5s);
  CHECK(ready() == time_to_ready{20, 5, 5});
}

TEST_CASE("read model: a launch that began before a restart is measured whole") {
  fixture with;
  with.append(own, until_waiting());
  with.caught_up();
  with.model.reset();
  with.model = with.open();
  with.outside.now = nine + 90s;
  with.append(own, {session_activated{vm, pve1, "10.0.0.9"}});
  CHECK(with.caught_up().templates().at(0).ready == time_to_ready{1, 90, 90});
}

TEST_CASE("read model: nodes come by name, with their modes and their sessions") {
  fixture with;
  with.append(nth_session(1), until_active());
  with.append(nth_session(2), until_closed());
  must_append(*with.log, {.stream = stream_of(pve2),
                          .expected_version = 1,
                          .events = {node_event{node_drain_begun{"update"}}},
                          .because = {"user:7", request_one, std::nullopt}});
  auto nodes = with.caught_up().nodes();
  REQUIRE(nodes.size() == 2);
  CHECK(nodes[0].is == node{pve1, "pve-1.lan", 40, node_mode::in_service});
  CHECK(nodes[0].active_vms == 1);
  CHECK(nodes[1].is == node{pve2, "pve-2.lan", 40, node_mode::draining});
  CHECK(nodes[1].active_vms == 0);
}

TEST_CASE("read model: a session's row follows it through its life") {
  fixture with;
  auto row_after = [&with](const history& events) {
    with.append(own, events);
    return with.caught_up().session(own).value();
  };
  auto row = row_after({requested()});
  CHECK(row.owner == user_id{7});
  CHECK(row.template_name == "Ubuntu 22.04");
  CHECK(row.os == os_type::linux);
  CHECK(row.protocol == desktop_protocol::vnc);
  CHECK(row.type == session_type::ephemeral);
  CHECK(row.status == "pending");
  CHECK(row.step == "placing");
  CHECK(row.node.value.empty());
  CHECK(row.created_at == nine);
  CHECK(row.expires_at == nine + 60min);

  row = row_after({placed(), clone_intended{vm},
                   step_failed{vm, fault_class::transient, "timeout", 1, nine + 10s}});
  CHECK(row.step == "cloning");
  CHECK(row.node == pve1);
  CHECK(row.detail == "timeout");

  with.outside.now = nine + 5min;
  row = row_after({configuration_intended{vm}, start_intended{vm}, vm_started{vm, nine + 3min},
                   session_activated{vm, pve1, "10.0.0.9"}, session_extended{nine + 2h}});
  CHECK(row.status == "active");
  CHECK(row.step == "active");
  CHECK(row.detail.empty());
  CHECK(row.expires_at == nine + 2h);
  CHECK(row.created_at == nine);
  CHECK(row.updated_at == nine + 5min);

  row = row_after({vm_moved{vm, pve2}});
  CHECK(row.node == pve2);
  CHECK(row.step == "active");

  row = row_after({session_ended{end_reason::ended_by_admin, "maintenance"}});
  CHECK(row.status == "expired");
  CHECK(row.reason == end_reason::ended_by_admin);
  CHECK(row.detail == "maintenance");
}

TEST_CASE("read model: a user's sessions come newest first, nobody else's with them") {
  fixture with;
  must_append(*with.log, {.stream = stream_of(user_id{8}),
                          .events = {user_event{user_registered{{8}, "bob", role::engineer}}},
                          .because = {"system:seed", request_one, std::nullopt}});
  with.append(nth_session(1), until_placing());
  with.append(nth_session(3), until_placing());
  with.append(nth_session(2), until_placing(), {8});
  auto rows = with.caught_up().sessions({.owner = user_id{7}});
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].id == nth_session(3));
  CHECK(rows[1].id == nth_session(1));
  CHECK(with.model->sessions({.owner = user_id{9}}).empty());
}

TEST_CASE("read model: of the kept sessions the one used last is resumed") {
  fixture with;
  CHECK_FALSE(with.caught_up().kept_session({7}, {2}));
  with.append(nth_session(5), until_kept());
  with.outside.now = nine + 1h;
  with.append(nth_session(4), until_kept());
  CHECK(with.caught_up().kept_session({7}, {2}) == nth_session(4));
  CHECK(with.model->session(nth_session(4))->keeps_vm);
  CHECK_FALSE(with.model->kept_session({8}, {2}));
  CHECK_FALSE(with.model->kept_session({7}, {3}));

  with.append(nth_session(4), {vm_handed_over{heir}});
  CHECK(with.caught_up().kept_session({7}, {2}) == nth_session(5));
}

TEST_CASE("read model: opened again it goes on where it was, in the midst of a session") {
  fixture with;
  with.append(own, until_starting());
  auto position = with.caught_up().position();
  with.model.reset();
  with.model = with.open();
  CHECK(with.model->position() == position);
  with.append(own, {vm_started{vm, nine + 3min}});
  CHECK(with.caught_up().session(own)->step == "waiting_for_address");
}

TEST_CASE("read model: events with a gap before them are refused and leave no trace") {
  fixture with;
  auto events = with.log->read_all(0, 10);
  CHECK_THROWS_AS(with.model->apply(std::vector{events.at(1)}), log_error);
  CHECK_THROWS_AS(with.model->apply(std::vector{events.at(0), events.at(2)}), log_error);
  CHECK(with.model->position() == 0);
  CHECK(with.caught_up().nodes().size() == 2);
}

TEST_CASE("read model: it begins again when its tables are of no use") {
  fixture with;
  with.caught_up();
  with.model.reset();
  SUBCASE("they are damaged") {
    std::ofstream{with.file} << std::string(8192, 'x');
  }
  SUBCASE("another version made them") {
    database{with.file, SQLITE_OPEN_READWRITE}.execute("PRAGMA user_version = 99");
  }
  SUBCASE("they hold more than the log") {
    with.log = std::make_shared<memory_event_log>(with.outside.sources());
  }
  with.model = with.open();
  CHECK(with.model->position() == 0);
  with.caught_up();
  CHECK(with.model->position() == with.log->head());
}

TEST_CASE("read model: the tables keep the specification's keys and limits") {
  fixture with;
  with.append(own, until_active());
  with.caught_up();
  database db{with.file, SQLITE_OPEN_READWRITE};
  db.execute("PRAGMA foreign_keys = ON");
  CHECK_THROWS_AS(db.execute("UPDATE vm_sessions SET status = 'happy'"), sqlite_error);
  CHECK_THROWS_AS(db.execute("UPDATE vm_sessions SET template_id = 99"), sqlite_error);
  CHECK_THROWS_AS(db.execute("UPDATE proxmox_nodes SET status = 'on fire'"), sqlite_error);
  CHECK(db.text("SELECT id FROM vm_sessions") == to_string(own));
  CHECK(db.integer("SELECT vm_id FROM vm_sessions") == vm.value);
  CHECK(db.text("SELECT ip_address FROM vm_sessions") == "10.0.0.9");
  db.execute("DELETE FROM users WHERE id = 7");
  CHECK(db.integer("SELECT count(*) FROM vm_sessions") == 0);
}
