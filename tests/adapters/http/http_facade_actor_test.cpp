#include "adapters/http/http_facade_actor.hpp"

#include "actors/errors.hpp"
#include "adapters/http/token_hash.hpp"
#include "tests/support/actor_fixture.hpp"
#include "tests/support/fake_accounts.hpp"
#include "tests/support/fake_supervisor.hpp"
#include "tests/support/session_histories.hpp"
#include "tests/support/test_journal.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <map>
#include <string>

using namespace berth;
using namespace berth::tests;
using http::api_call;
using http::api_response;

namespace {

const std::string engineer_token = "berth_engineer";
const std::string other_token = "berth_other";
const std::string admin_token = "berth_admin";
const std::string auditor_token = "berth_auditor";
const std::string cookie = "a-cookie";

actors::session_directory_actor::behavior_type directory() {
  return {
      // Each node has more than anybody asks for.
      [](const actors::list_sessions& m) {
        actors::session_list list;
        if (m.wanted.node)
          list.sessions.resize(m.wanted.limit);
        return list;
      },
      [](const actors::find_sessions&) { return actors::session_list{}; },
      [](const actors::list_templates&) { return actors::template_list{}; },
      [](const actors::find_kept_session&) { return actors::kept_session{keeper}; },
      [](const actors::list_nodes&) { return actors::node_list{}; },
  };
}

/// Knows two templates, the second disabled.
actors::inventory_actor::behavior_type inventory() {
  auto no_node = [](const auto&) -> caf::result<actors::node_view> {
    return actors::make_error(actors::errc::unknown, "no node");
  };
  auto no_change = [](const auto&) -> caf::result<actors::template_view> {
    return actors::make_error(actors::errc::invalid, "not here");
  };
  return {
      [no_change](const actors::create_template& m) { return no_change(m); },
      [no_change](const actors::change_template& m) { return no_change(m); },
      [](const actors::get_template& m) -> caf::result<actors::template_view> {
        if (m.id.value > 2)
          return actors::make_error(actors::errc::unknown, "no template");
        return actors::template_view{{m.id, ubuntu(), m.id.value == 1}, 1, {}};
      },
      [](const actors::list_all_templates&) { return actors::all_templates{}; },
      [no_node](const actors::register_node& m) { return no_node(m); },
      [no_node](const actors::change_node& m) { return no_node(m); },
      [no_node](const actors::get_node& m) { return no_node(m); },
  };
}

/// Four users, each with a token; the first has a cookie, too.
std::shared_ptr<launch_desk> people() {
  auto desk = std::make_shared<launch_desk>();
  for (const auto& [token, who] : std::map<std::string, actors::caller>{
           {engineer_token, {{7}, "ana", domain::role::engineer, {}}},
           {other_token, {{8}, "ben", domain::role::engineer, {}}},
           {admin_token, {{1}, "admin", domain::role::admin, {}}},
           {auditor_token, {{4}, "vera", domain::role::auditor, {}}}})
    desk->credentials[http::token_hash(token)] = who;
  desk->credentials[http::token_hash(cookie)] = {{7}, "ana", domain::role::engineer, {}, true};
  return desk;
}

/// Has one session, of user 7; remembers what it was asked to launch.
actors::session_supervisor_actor::behavior_type
supervisor(std::shared_ptr<std::vector<actors::launch_session>> launched) {
  auto view = [] { return actors::session_view{fold(until_active()), 9, 42}; };
  return fake_supervisor({
      .any = [view](const session_id& id) -> fake_sessions::answer {
        if (id != own)
          return actors::make_error(actors::errc::unknown, "no session");
        return view();
      },
      .launch = [launched, view](const actors::launch_session& m) -> fake_sessions::answer {
        if (m.lifetime == 240min)
          return actors::make_error(actors::errc::no_capacity, "pve-1 is full");
        launched->push_back(m);
        return view();
      },
  });
}

actors::scheduler_actor::behavior_type loads() {
  return {
      [](const actors::node_load&) {},
      [](const actors::place_session&) -> caf::result<actors::placement> {
        return actors::make_error(actors::errc::no_capacity, "none");
      },
      [](const actors::get_node_loads&) { return actors::node_loads{}; },
  };
}

actors::load_history_actor::behavior_type no_history() {
  return {
      [](const actors::node_load&) {},
      [](const actors::get_recent_loads&) { return actors::recent_loads{}; },
  };
}

/// Opens no desktop.
actors::desktop_actor::behavior_type no_desktops() {
  return {[](const actors::open_desktop&) -> caf::result<actors::desktop_link> {
    return actors::make_error(actors::errc::gateway_unavailable, "no answer");
  }};
}

struct api {
  actor_fixture in;
  test_journal journal{in};
  std::shared_ptr<std::vector<actors::launch_session>> launched =
      std::make_shared<std::vector<actors::launch_session>>();
  http::http_facade_actor facade = in.spawn(
      http::http_facade,
      http::facade_collaborators{.supervisor = in.own(in.system().spawn(supervisor, launched)),
                                 .directory = in.own(in.system().spawn(directory)),
                                 .scheduler = in.own(in.system().spawn(loads)),
                                 .journal = journal.handle(),
                                 .accounts = in.spawn(fake_accounts, people()),
                                 .inventory = in.own(in.system().spawn(inventory)),
                                 .desktops = in.own(in.system().spawn(no_desktops)),
                                 .load_history = in.own(in.system().spawn(no_history)),
                                 .now = in.clock(),
                                 .next_id = [] { return ulid{}; },
                                 .has_pages = true});

  api_response call(const std::string& method, const std::string& target,
                    const std::string& token = engineer_token, const std::string& body = {},
                    const std::string& key = {}) {
    api_call wanted{.method = method, .target = target, .content_type = "application/json"};
    if (!token.empty())
      wanted.authorization = "Bearer " + token;
    wanted.body = body;
    wanted.idempotency_key = key;
    return in.ask<api_response>(facade, wanted).value();
  }
  api_response launch(const std::string& body, const std::string& key = {}) {
    return call("POST", "/sessions", engineer_token, body, key);
  }
};

const std::string mine = "/sessions/01JD0000000000000000000001";

} // namespace

TEST_CASE("facade: the routes of sessions answer every caller as its row says") {
  struct row {
    const char* method;
    std::string target;
    const char* body;
    int nobody, owner, other, admin, auditor;
  };
  api served;
  for (const auto& row : {row{"GET", "/healthz", "", 200, 200, 200, 200, 200},
                          {"GET", "/templates", "", 401, 200, 200, 200, 200},
                          {"POST", "/sessions", R"({"template_id":1,"duration_minutes":30})", 401,
                           201, 201, 201, 403},
                          {"GET", "/sessions", "", 401, 200, 200, 200, 200},
                          {"GET", mine, "", 401, 200, 403, 200, 200},
                          {"DELETE", mine, "", 401, 204, 403, 204, 403},
                          {"POST", mine + "/extend", R"({"minutes":30})", 401, 200, 403, 200, 403},
                          {"DELETE", mine + "/vm", "", 401, 204, 403, 204, 403},
                          {"GET", "/admin/nodes", "", 401, 403, 403, 200, 200}}) {
    CAPTURE(row.method);
    CAPTURE(row.target);
    CHECK(served.call(row.method, row.target, "", row.body).status == row.nobody);
    CHECK(served.call(row.method, row.target, "berth_wrong", row.body).status == row.nobody);
    CHECK(served.call(row.method, row.target, engineer_token, row.body).status == row.owner);
    CHECK(served.call(row.method, row.target, other_token, row.body).status == row.other);
    CHECK(served.call(row.method, row.target, admin_token, row.body).status == row.admin);
    CHECK(served.call(row.method, row.target, auditor_token, row.body).status == row.auditor);
  }
}

TEST_CASE("facade: a template must exist and be active to be launched") {
  api served;
  for (const auto* id : {"2", "3"}) {
    auto refused =
        served.launch(R"({"duration_minutes":30,"template_id":)" + std::string{id} + "}");
    CHECK(refused.status == 422);
    CHECK(refused.body.find("#/template_id") != std::string::npos);
  }
  CHECK(served.launched->empty());
}

TEST_CASE("facade: a launch without room is to be tried again, and says why") {
  api served;
  auto refused = served.launch(R"({"template_id":1,"duration_minutes":240})");
  CHECK(refused.status == 503);
  CHECK(refused.body.find("pve-1 is full") != std::string::npos);
}

TEST_CASE("facade: a persistent launch resumes the kept VM, an ephemeral one does not") {
  api served;
  served.launch(R"({"template_id":1,"duration_minutes":30,"session_type":"persistent"})");
  served.launch(R"({"template_id":1,"duration_minutes":30})");
  REQUIRE(served.launched->size() == 2);
  CHECK(served.launched->at(0).resumes == keeper);
  CHECK_FALSE(served.launched->at(1).resumes);
}

TEST_CASE("facade: the same key is the same command, for the same user alone") {
  api served;
  const std::string body = R"({"template_id":1,"duration_minutes":30})";
  served.launch(body, "a-long-enough-key");
  served.launch(body, "a-long-enough-key");
  served.call("POST", "/sessions", other_token, body, "a-long-enough-key");
  REQUIRE(served.launched->size() == 3);
  CHECK(served.launched->at(0).command == served.launched->at(1).command);
  CHECK(served.launched->at(0).command != served.launched->at(2).command);
  CHECK(served.launch(body, "short").status == 400);
  CHECK(served.launch(body, "a key with blanks").status == 400);
}

TEST_CASE(
    "facade: the link to the next page repeats the query encoded, and adds no field of its own") {
  api served;
  auto page =
      served.call("GET", "/admin/sessions?limit=1&node=a%0d%0aSet-Cookie:%20x%26b", admin_token);
  REQUIRE(page.status == 200);
  REQUIRE(page.headers.size() == 1);
  CHECK(page.headers.at(0).second
        == "</admin/sessions?cursor=00000000000000000000000000&limit=1"
           "&node=a%0D%0ASet-Cookie%3A%20x%26b>; rel=\"next\"");
}

TEST_CASE("facade: an unknown parameter is named as it was sent, whatever its bytes stand for") {
  auto refused = api{}.call("GET", "/sessions?%ff=1&a%2fb=2&limit=1", engineer_token);
  CHECK(refused.status == 422);
  auto errors = boost::json::parse(refused.body).at("errors").as_array();
  REQUIRE(errors.size() == 2);
  CHECK(errors.at(0).at("pointer") == "#/%ff");
  CHECK(errors.at(1).at("pointer") == "#/a%2fb");
}

TEST_CASE("facade: no answer repeats the token it was asked with") {
  api served;
  const std::string canary = "berth_canary0123456789";
  for (const auto* target : {"/templates", "/nothing", "/sessions/x", "/admin/nodes"}) {
    auto answer = served.call("GET", target, canary);
    CHECK(answer.body.find(canary) == std::string::npos);
    for (const auto& [name, value] : answer.headers)
      CHECK(value.find(canary) == std::string::npos);
  }
}

TEST_CASE("facade: a cookie changes something only for requests of our own pages") {
  api served;
  auto end_with = [&served](const std::string& site, const std::string& origin) {
    api_call wanted{.method = "DELETE", .target = mine};
    wanted.cookie = "theme=dark; __Host-berth=" + cookie;
    wanted.host = "berth.example.org";
    wanted.sec_fetch_site = site;
    wanted.origin = origin;
    return served.in.ask<api_response>(served.facade, wanted).value().status;
  };
  CHECK(end_with("same-origin", "https://berth.example.org") == 204);
  CHECK(end_with("none", "") == 204);
  CHECK(end_with("", "https://berth.example.org") == 204);
  CHECK(end_with("cross-site", "https://evil.example.org") == 403);
  CHECK(end_with("same-site", "https://other.example.org") == 403);
  CHECK(end_with("", "https://evil.example.org") == 403);
  CHECK(end_with("", "https://evilberth.example.org") == 403);
  CHECK(end_with("", "") == 403);
}

TEST_CASE("facade: a cookie reads from anywhere, and a token makes it irrelevant") {
  api served;
  api_call wanted{.method = "GET", .target = mine, .cookie = "__Host-berth=" + cookie};
  wanted.sec_fetch_site = "cross-site";
  CHECK(served.in.ask<api_response>(served.facade, wanted).value().status == 200);
  wanted.authorization = "Bearer wrong";
  CHECK(served.in.ask<api_response>(served.facade, wanted).value().status == 401);
}

TEST_CASE("facade: a body that is not JSON is refused before anything is done") {
  api served;
  api_call wanted{.method = "POST", .target = "/sessions", .body = "template_id=1"};
  wanted.authorization = "Bearer " + engineer_token;
  wanted.content_type = "application/x-www-form-urlencoded";
  CHECK(served.in.ask<api_response>(served.facade, wanted).value().status == 415);
}

TEST_CASE("facade: what the client has already is not sent again") {
  api served;
  api_call wanted{.method = "GET", .target = mine};
  wanted.authorization = "Bearer " + engineer_token;
  auto first = served.in.ask<api_response>(served.facade, wanted).value();
  REQUIRE(first.headers.size() == 1);
  CHECK(first.headers[0] == std::pair<std::string, std::string>{"ETag", "W/\"9\""});
  wanted.if_none_match = "W/\"9\"";
  auto second = served.in.ask<api_response>(served.facade, wanted).value();
  CHECK(second.status == 304);
  CHECK(second.body.empty());
}

TEST_CASE("facade: lists refuse parameters that they do not know, or cannot use") {
  api served;
  for (const auto* query : {"?limit=0", "?limit=201", "?limit=x", "?cursor=abc", "?status=gone",
                            "?colour=red", "?owner=7"})
    CHECK_MESSAGE(served.call("GET", std::string{"/sessions"} + query).status == 422, query);
  CHECK(served.call("GET", "/sessions?limit=200&status=active").status == 200);
}

TEST_CASE(
    "facade: a person whose desktop does not open is led to a page, a program gets the problem") {
  api served;
  auto go = [&served](const std::string& token, const std::string& mode,
                      const std::string& session = mine) {
    api_call wanted{.method = "GET", .target = session + "/desktop"};
    wanted.authorization = "Bearer " + token;
    wanted.sec_fetch_mode = mode;
    return served.in.ask<api_response>(served.facade, wanted).value();
  };
  auto led_to = [](const api_response& answer) {
    CHECK(answer.status == 303);
    CHECK(answer.body.empty());
    return answer.headers.empty() ? "" : answer.headers.front().second;
  };
  CHECK(led_to(go(engineer_token, "navigate")) == mine + "?problem=gateway-unavailable");
  CHECK(led_to(go(other_token, "navigate")) == mine + "?problem=forbidden");
  CHECK(led_to(go(auditor_token, "navigate")) == mine + "?problem=forbidden");
  CHECK(led_to(go("wrong", "navigate")) == "/sign-in?next=" + mine);
  CHECK(go(engineer_token, "").status == 503);
  CHECK(go(engineer_token, "cors").status == 503);
  CHECK(go("wrong", "").status == 401);
  CHECK(go(engineer_token, "navigate", "/sessions/no%22id").status == 404);
}
