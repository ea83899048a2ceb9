#include "actors/desktop_actor.hpp"

#include "domain/session/session_policy.hpp"
#include "tests/support/fake_desktop_gateway.hpp"
#include "tests/support/fake_hypervisor.hpp"
#include "tests/support/session_fixture.hpp"

#include <algorithm>
#include <cctype>

using namespace berth;
using namespace berth::tests;
using namespace std::chrono_literals;
using actors::desktop_link;
using actors::errc;

namespace {

struct fixture : session_fixture {
  explicit fixture(std::uint64_t seed = 1) : session_fixture{seed} {}

  std::shared_ptr<gateway_desk> desk = std::make_shared<gateway_desk>();
  actors::desktop_interface desktops = spawn_desktops(spawn(fake_desktop_gateway, desk));

  actors::desktop_interface spawn_desktops(const actors::desktop_gateway_actor& gateway) {
    auto spawned =
        spawn(actors::desktops,
              actors::desktop_collaborators{
                  supervisor, spawn(fake_hypervisor, cluster), gateway, journal.handle(), random(),
                  actors::logger{actors::log_level::error, [](std::string_view) {}}});
    settle();
    return spawned;
  }

  /// An active session; its guest has an account `student`, or none of ours.
  domain::session_id active_session(const std::string& user = "student") {
    auto wanted = order();
    wanted.from.protocol = domain::desktop_protocol::vnc;
    wanted.from.desktop_user = user;
    auto id = launch(std::move(wanted)).value().session.id;
    wait_for(id, "active");
    return id;
  }
  pending<desktop_link> open(const domain::session_id& id) {
    return ask<desktop_link>(desktops, actors::open_desktop{id, session_owner});
  }
  errc refusal(const domain::session_id& id) { return actors::code_of(open(id).error()).value(); }
};

constexpr const char* kinds_of_characters[] = {"ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                                               "abcdefghijklmnopqrstuvwxyz", "0123456789"};

} // namespace

TEST_CASE_FIXTURE(fixture,
                  "desktop: a link leads to the session's VM, for as long as it may last") {
  auto id = active_session();
  CHECK(open(id).value().url.reveal() == "https://desktop.test/1");
  REQUIRE(desk->minted.size() == 1);
  const auto& to = desk->minted.front();
  auto session = logged(id);
  CHECK(to.session == id);
  CHECK(to.protocol == domain::desktop_protocol::vnc);
  CHECK(to.address == std::get<domain::active>(session.phase).address);
  CHECK(to.port == 5900);
  CHECK(to.expires_at == session.created_at + domain::longest_total);
  CHECK(events<domain::desktop_opened>(id).size() == 1);
}

TEST_CASE_FIXTURE(fixture, "desktop: the guest's account gets a fresh password at each opening") {
  auto id = active_session();
  open(id).value();
  open(id).value();
  REQUIRE(cluster->passwords().size() == 2);
  REQUIRE(desk->minted.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto& set = cluster->passwords()[i];
    CHECK(set.user == "student");
    CHECK(desk->minted[i].user == "student");
    CHECK(desk->minted[i].password.reveal() == set.password.reveal());
    CHECK(set.password.reveal().size() >= 20);
    for (const auto* kind : kinds_of_characters)
      CHECK(set.password.reveal().find_first_of(kind) != std::string::npos);
    CHECK(std::ranges::all_of(set.password.reveal(),
                              [](unsigned char c) { return std::isalnum(c) != 0; }));
  }
  CHECK(cluster->passwords()[0].password.reveal() != cluster->passwords()[1].password.reveal());
}

TEST_CASE_FIXTURE(fixture, "desktop: a guest without an account of ours asks for one itself") {
  open(active_session("")).value();
  CHECK(cluster->passwords().empty());
  REQUIRE(desk->minted.size() == 1);
  CHECK(desk->minted[0].user.empty());
  CHECK(desk->minted[0].password.empty());
}

TEST_CASE_FIXTURE(fixture, "desktop: without a gateway nothing is opened, nor recorded") {
  auto id = active_session();
  desktops = spawn_desktops({});
  CHECK(refusal(id) == errc::not_configured);
  CHECK(events<domain::desktop_opened>(id).empty());
  end(id).value();
}

TEST_CASE_FIXTURE(fixture, "desktop: a session that is not active has none") {
  auto pending = launch(order()).value().session.id;
  CHECK(refusal(pending) == errc::not_in_this_state);
  auto ended = active_session();
  end(ended).value();
  CHECK(refusal(ended) == errc::not_in_this_state);
  CHECK(refusal(session_number(99)) == errc::unknown);
  CHECK(cluster->passwords().empty());
  CHECK(desk->minted.empty());
}

TEST_CASE_FIXTURE(fixture, "desktop: a guest that takes no password gets no link") {
  auto id = active_session();
  cluster->password_refusal = {errc::transient, "the guest agent does not answer"};
  CHECK(refusal(id) == errc::transient);
  CHECK(desk->minted.empty());
  cluster->password_refusal.reset();
  open(id).value();
}

TEST_CASE_FIXTURE(fixture, "desktop: the gateway's refusal is handed on, its silence named") {
  auto id = active_session();
  desk->refusal = "wrong key";
  auto refused = open(id);
  CHECK(actors::code_of(refused.error()) == errc::gateway_unavailable);
  CHECK(actors::text_of(refused.error()) == "wrong key");
  desk->is_silent = true;
  auto unanswered = open(id);
  advance(2min);
  CHECK(actors::code_of(unanswered.error()) == errc::gateway_unavailable);
}

TEST_CASE_FIXTURE(fixture, "desktop: links end with their session, whoever ends it") {
  auto ended = active_session();
  auto expiring = active_session();
  for (const auto& id : {ended, ended, expiring})
    open(id).value();
  end(ended).value();
  CHECK(desk->living == std::map<domain::session_id, int>{{expiring, 1}});
  advance(2h);
  CHECK(desk->living.empty());
  CHECK(desk->revoked.size() == 2);
}

TEST_CASE_FIXTURE(fixture,
                  "desktop: a gateway that is away is asked every half minute to end links") {
  auto id = active_session();
  open(id).value();
  desk->refusal = "away";
  end(id).value();
  CHECK(desk->revoked.size() == 1);
  advance(60s);
  CHECK(desk->revoked.size() == 3);
  desk->refusal.reset();
  advance(30s);
  CHECK(desk->living.empty());
  advance(10min);
  CHECK(desk->revoked.size() == 4);
}

TEST_CASE("desktop: whatever the order of things, no link outlives its session") {
  std::size_t opened = 0;
  with_seeds(100, [&opened](std::uint64_t seed) {
    fixture f{seed};
    auto id = f.active_session();
    std::vector<pending<desktop_link>> openings;
    for (int i = 0; i < 3; ++i)
      openings.push_back(
          f.request<desktop_link>(f.desktops, actors::open_desktop{id, session_owner}));
    auto steps = f.random()() % 60;
    for (std::uint64_t i = 0; i < steps; ++i)
      f.step();
    f.end(id).value();
    for (const auto& opening : openings)
      CHECK(opening.ready());
    opened += f.desk->minted.size();
    CHECK(f.desk->living.empty());
  });
  CHECK(opened > 0);
}

TEST_CASE_FIXTURE(fixture, "desktop: nothing is opened when the journal has ended") {
  auto id = active_session();
  journal.crash();
  CHECK(open(id).error() == caf::sec::request_receiver_down);
}
