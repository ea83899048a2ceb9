#include "adapters/guacamole/guacamole_gateway_actor.hpp"

#include "actors/errors.hpp"
#include "tests/support/simulated_guacamole.hpp"

#include <chrono>
#include <deque>
#include <memory>
#include <string>

#include <boost/json/parse.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <doctest/doctest.h>

using namespace berth;
using actors::desktop_link;
using actors::links_revoked;
using guacamole::connection_source;

namespace {

const domain::session_id session{{{1, 2, 3}}};
const domain::session_id other_session{{{4, 5, 6}}};

/// The gateway over a real Guacamole's stand-in; calls take real threads and real time.
struct fixture {
  ~fixture() {
    if (gateway)
      self->send_exit(gateway, caf::exit_reason::user_shutdown);
  }

  caf::actor_system_config config;
  caf::actor_system system{config};
  caf::scoped_actor self{system};
  tests::simulated_guacamole guacamole;
  guacamole::guacamole_settings settings;
  actors::desktop_gateway_actor gateway;

  void start(connection_source source) {
    settings = guacamole.settings(source);
    start();
  }
  void start() {
    gateway = system.spawn(
        guacamole::guacamole_gateway,
        std::shared_ptr<const guacamole::link_source>{guacamole::make_link_source(settings)});
  }

  actors::mint_link order(const domain::session_id& of = session) const {
    using namespace std::chrono;
    auto soon = time_point_cast<milliseconds>(system_clock::now()) + hours{1};
    return {{.session = of,
             .protocol = domain::desktop_protocol::rdp,
             .address = "10.0.0.5",
             .port = 3389,
             .user = "student",
             .password = domain::secret{"hidden"},
             .expires_at = soon}};
  }

  auto ask(actors::mint_link m) { return self->request(gateway, limit, std::move(m)); }
  auto ask(actors::revoke_links m) { return self->request(gateway, limit, m); }

  template <class Answer, class Handle>
  caf::expected<Answer> outcome(Handle handle) {
    caf::expected<Answer> result{caf::error{}};
    handle.receive([&](Answer& answer) { result = std::move(answer); },
                   [&](caf::error& why) { result = std::move(why); });
    return result;
  }
  caf::expected<desktop_link> mint(const domain::session_id& of = session) {
    return outcome<desktop_link>(ask(order(of)));
  }
  caf::expected<links_revoked> revoke(const domain::session_id& of = session) {
    return outcome<links_revoked>(ask(actors::revoke_links{of}));
  }
  std::string refusal() {
    auto minted = mint();
    REQUIRE_FALSE(minted);
    CHECK(actors::code_of(minted.error()) == actors::errc::gateway_unavailable);
    return actors::text_of(minted.error());
  }

  std::size_t living(const char* what) const {
    return guacamole.state().at(what).as_array().size();
  }

  static constexpr std::chrono::seconds limit{20};
};

} // namespace

TEST_CASE_FIXTURE(fixture, "guacamole: a link by a document opens this connection alone") {
  start(connection_source::json);
  auto link = mint();
  REQUIRE(link);
  CHECK(link->url.reveal().starts_with(settings.url + "/#/client/"));
  CHECK(guacamole.open(link->url) == 200);
  auto sessions = guacamole.state().at("sessions").as_array();
  REQUIRE(sessions.size() == 1);
  CHECK(sessions[0].at("username") == "");
  auto connections = sessions[0].at("connections").as_array();
  REQUIRE(connections.size() == 1);
  CHECK(connections[0].at("name").get_string() == domain::to_string(session));
  CHECK(connections[0].at("protocol") == "rdp");
  CHECK(connections[0].at("parameters") == boost::json::parse(R"json({
      "hostname": "10.0.0.5", "port": "3389", "username": "student", "password": "(set)",
      "security": "any", "ignore-cert": "true", "resize-method": "display-update"})json"));
}

TEST_CASE_FIXTURE(fixture, "guacamole: people get the public address, the broker calls the other") {
  settings = guacamole.settings(connection_source::json);
  settings.public_url = "https://desktops.example.org/guacamole";
  start();
  CHECK(mint()->url.reveal().starts_with(settings.public_url + "/#/client/"));
}

TEST_CASE_FIXTURE(fixture,
                  "guacamole: each link is another one, and all of a session end together") {
  start(connection_source::json);
  auto first = mint();
  auto second = mint();
  auto other = mint(other_session);
  CHECK(first->url.reveal() != second->url.reveal());
  CHECK(revoke());
  CHECK(guacamole.open(first->url) == 403);
  CHECK(guacamole.open(second->url) == 403);
  CHECK(guacamole.open(other->url) == 200);
}

TEST_CASE_FIXTURE(fixture, "guacamole: a session without links is revoked without a call") {
  start(connection_source::json);
  CHECK(revoke());
  CHECK(living("calls") == 0);
}

TEST_CASE_FIXTURE(fixture, "guacamole: a token that has ended by itself counts as revoked") {
  start(connection_source::json);
  mint();
  guacamole.end_sessions();
  CHECK(revoke());
}

TEST_CASE_FIXTURE(fixture, "guacamole: what could not be revoked is revoked by asking again") {
  start(connection_source::json);
  mint();
  guacamole.set_fault("down");
  CHECK_FALSE(revoke());
  CHECK(living("sessions") == 1);
  guacamole.set_fault("none");
  CHECK(revoke());
  CHECK(living("sessions") == 0);
}

TEST_CASE_FIXTURE(fixture, "guacamole: a link that is being minted does not escape its end") {
  start(connection_source::json);
  guacamole.set_fault("slow");
  auto minting = ask(order());
  guacamole.await_held(1);
  auto revoking = ask(actors::revoke_links{session});
  guacamole.set_fault("none");
  CHECK(outcome<desktop_link>(std::move(minting)));
  CHECK(outcome<links_revoked>(std::move(revoking)));
  CHECK(living("sessions") == 0);
}

TEST_CASE_FIXTURE(fixture, "guacamole: one slow call does not hold up the others") {
  start(connection_source::json);
  guacamole.set_fault("slow", 1);
  auto slow = ask(order());
  guacamole.await_held(1);
  CHECK(mint(other_session));
  guacamole.set_fault("none");
  CHECK(outcome<desktop_link>(std::move(slow)));
}

TEST_CASE_FIXTURE(fixture, "guacamole: when too many wait, the next is refused at once") {
  start(connection_source::json);
  guacamole.set_fault("slow");
  std::deque<decltype(ask(order()))> waiting;
  for (std::size_t i = 0; i < guacamole::link_workers + guacamole::most_waiting_jobs; ++i)
    waiting.push_back(ask(order()));
  CHECK(refusal() == "too many calls wait for the desktop gateway");
  guacamole.set_fault("none");
  for (auto& one : waiting)
    CHECK(outcome<desktop_link>(std::move(one)));
}

TEST_CASE_FIXTURE(fixture, "guacamole: refusals say what to look at, and no secret") {
  settings = guacamole.settings(connection_source::json);
  settings.json_key = domain::secret{"00000000000000000000000000000000"};
  start();
  CHECK(refusal()
        == "the desktop gateway does not let the broker in: is json_key its json-secret-key, are "
           "both clocks right, and does json-trusted-networks contain this machine?");
  guacamole.set_fault("down");
  CHECK(refusal().starts_with("the desktop gateway does not answer: "));
}

TEST_CASE_FIXTURE(fixture, "guacamole: a link by the database has a user and a connection of its "
                           "own") {
  start(connection_source::database);
  auto link = mint();
  REQUIRE(link);
  mint(other_session);
  CHECK(guacamole.open(link->url) == 200);
  CHECK(living("connections") == 2);
  CHECK(living("users") == 3);
  // The broker has signed out again.
  auto sessions = guacamole.state().at("sessions").as_array();
  REQUIRE(sessions.size() == 2);
  CHECK(sessions[0].at("connections").as_array().size() == 1);
}

TEST_CASE_FIXTURE(fixture, "guacamole: revoking leaves nothing of the session in the database") {
  start(connection_source::database);
  auto first = mint();
  mint();
  auto other = mint(other_session);
  CHECK(revoke());
  CHECK(guacamole.open(first->url) == 403);
  CHECK(guacamole.open(other->url) == 200);
  CHECK(living("connections") == 1);
  CHECK(living("users") == 2);
}

TEST_CASE_FIXTURE(fixture,
                  "guacamole: revoking finds in the database what a broker before has left") {
  start(connection_source::database);
  mint();
  self->send_exit(gateway, caf::exit_reason::user_shutdown);
  start();
  CHECK(revoke());
  CHECK(living("connections") == 0);
  CHECK(living("users") == 1);
}

TEST_CASE_FIXTURE(fixture, "guacamole: a wrong password of the database's account is named") {
  settings = guacamole.settings(connection_source::database);
  settings.password = domain::secret{"wrong"};
  start();
  CHECK(refusal()
        == "the desktop gateway does not let the broker in: are account and password right?");
}
