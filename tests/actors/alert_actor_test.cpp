#include "actors/alert_actor.hpp"

#include "domain/session/session_policy.hpp"
#include "tests/support/fake_mailer.hpp"
#include "tests/support/session_histories.hpp"
#include "tests/support/test_journal.hpp"

#include <algorithm>

using namespace berth;
using namespace berth::tests;
using namespace std::chrono_literals;
using domain::alert_kind;
using domain::alert_raised;
using domain::alerts_mailed;

namespace {

struct fixture : actor_fixture {
  explicit fixture(std::uint64_t seed = 1) : actor_fixture{seed} { start(); }

  test_journal journal{*this};
  std::shared_ptr<mail_desk> desk = std::make_shared<mail_desk>();
  std::shared_ptr<std::vector<std::string>> errors = std::make_shared<std::vector<std::string>>();
  actors::alert_actor alerts;

  void start(bool with_mailer = true) {
    auto keep = [errors = errors](std::string_view line) { errors->emplace_back(line); };
    alerts =
        spawn(actors::alerts,
              actors::alert_collaborators{
                  journal.handle(), with_mailer ? spawn(fake_mailer, desk) : actors::mailer_actor{},
                  clock(), actors::logger{actors::log_level::error, keep}});
    settle();
  }
  void restart(bool with_mailer = true) {
    kill(alerts);
    journal.crash();
    journal.restart();
    start(with_mailer);
  }

  static domain::session_id number(std::uint8_t n) { return {{{n}}}; }
  static domain::vm_id vm_of(std::uint8_t n) { return {9000u + n}; }

  void request(std::uint8_t n) {
    auto wanted = requested();
    wanted.id = number(n);
    journal.append(number(n), {wanted, placed(1, vm_of(n), pve1)});
  }
  void fail(std::uint8_t n) {
    request(n);
    journal.append(number(n), {domain::session_failed{domain::end_reason::provisioning_failed,
                                                      "no room on any storage"}});
  }
  void intend_deletion(std::uint8_t n) {
    request(n);
    journal.append(number(n), {domain::deletion_intended{vm_of(n)}});
  }
  void close(std::uint8_t n) { journal.append(number(n), {domain::session_closed{}}); }

  template <class Event>
  std::vector<Event> logged() {
    auto stream = std::string{eventstore::alerts_stream};
    auto history =
        ask<actors::stream_history>(journal.handle(), actors::read_stream{std::move(stream)});
    std::vector<Event> found;
    for (const auto& recorded : history.value().events)
      if (const auto* event = std::get_if<Event>(&std::get<domain::alert_event>(recorded.event)))
        found.push_back(*event);
    return found;
  }
  std::vector<alert_raised> raised() { return logged<alert_raised>(); }
};

bool says(const actors::send_mail& mail, std::string_view words) {
  return mail.text.find(words) != std::string::npos;
}

} // namespace

TEST_CASE_FIXTURE(fixture, "alerts: a session that could not be provided is told once") {
  fail(1);
  REQUIRE(raised().size() == 1);
  CHECK(raised()[0]
        == alert_raised{1, alert_kind::session_failed, number(1), {}, "no room on any storage"});
  advance(10s);
  REQUIRE(desk->taken.size() == 1);
  CHECK(desk->taken[0].subject == "Berth: session " + to_string(number(1)) + " failed");
  for (const auto* words : {"user 7", "Ubuntu 22.04", "pve-1", "no room on any storage"})
    CHECK(says(desk->taken[0], words));
  CHECK(says(desk->taken[0], "berth-replay show " + to_string(number(1))));
  CHECK(logged<alerts_mailed>() == std::vector{alerts_mailed{1}});
  advance(24h);
  CHECK(desk->asked == 1);
}

TEST_CASE_FIXTURE(fixture, "alerts: a mail still describes a session that was over long before") {
  desk->refusal = "try later";
  fail(1);
  close(1);
  REQUIRE(raised().size() == 1);
  advance(24h);
  fail(2); // Something newer, without which all of the log would be the recent past.
  restart();
  desk->refusal.reset();
  advance(1h);
  REQUIRE_FALSE(desk->taken.empty());
  for (const auto* words : {"user 7", "Ubuntu 22.04", "pve-1"})
    CHECK(says(desk->taken[0], words));
  CHECK(says(desk->taken[0], to_string(number(1))));
}

TEST_CASE_FIXTURE(fixture, "alerts: other ends of a session are none") {
  request(1);
  journal.append(number(1), {domain::session_ended{domain::end_reason::deadline, ""}});
  advance(1h);
  CHECK(raised().empty());
  CHECK(desk->asked == 0);
}

TEST_CASE_FIXTURE(fixture, "alerts: a deletion may take its time, but not for ever") {
  intend_deletion(1);
  intend_deletion(2);
  advance(domain::deletion_patience - 1s);
  journal.append(number(1), {domain::vm_deleted{vm_of(1)}});
  journal.append(number(2), {domain::teardown_failed{vm_of(2), "the storage hangs", 1, {}}});
  CHECK(raised().empty());
  advance(1s);
  REQUIRE(raised().size() == 1);
  CHECK(raised()[0]
        == alert_raised{1, alert_kind::deletion_stuck, number(2), vm_of(2), "the storage hangs"});
  journal.append(number(2), {domain::teardown_failed{vm_of(2), "still", 2, {}}});
  advance(1h);
  CHECK(raised().size() == 1);
}

TEST_CASE_FIXTURE(fixture, "alerts: a quarantined VM is told at once, and only once") {
  intend_deletion(1);
  journal.append(number(1), {domain::vm_quarantined{vm_of(1), "locked for good", {}}});
  REQUIRE(raised().size() == 1);
  CHECK(raised()[0].detail == "left alone: locked for good");
  journal.append(number(1), {domain::deletion_intended{vm_of(1)}});
  journal.append(number(1), {domain::vm_quarantined{vm_of(1), "locked again", {}}});
  restart();
  advance(1h);
  CHECK(raised().size() == 1);
}

TEST_CASE_FIXTURE(fixture, "alerts: those that come together go into one mail") {
  for (std::uint8_t n = 1; n <= 60; ++n)
    fail(n);
  intend_deletion(61);
  journal.append(number(61), {domain::vm_quarantined{vm_of(61), "locked", {}}});
  advance(10s);
  REQUIRE(desk->taken.size() == 1);
  CHECK(desk->taken[0].subject == "Berth: 61 alerts");
  CHECK(says(desk->taken[0], "60 session_failed"));
  CHECK(says(desk->taken[0], "1 deletion_stuck"));
  CHECK(says(desk->taken[0], to_string(number(50))));
  CHECK_FALSE(says(desk->taken[0], to_string(number(51))));
  CHECK(says(desk->taken[0], "and 11 more"));
  CHECK(logged<alerts_mailed>() == std::vector{alerts_mailed{61}});
}

TEST_CASE_FIXTURE(fixture, "alerts: no two mails within five minutes, not even over a restart") {
  fail(1);
  advance(10s);
  fail(2);
  advance(2min);
  restart();
  advance(2min + 59s);
  CHECK(desk->taken.size() == 1);
  advance(1s);
  REQUIRE(desk->taken.size() == 2);
  CHECK(desk->taken[1].subject == "Berth: session " + to_string(number(2)) + " failed");
}

TEST_CASE_FIXTURE(fixture, "alerts: a mail that is not taken is tried again, ever less often") {
  desk->refusal = "451 try later";
  fail(1);
  advance(10s);
  CHECK(desk->asked == 1);
  for (auto wait : {1min, 5min, 15min, 15min}) {
    auto before = desk->asked;
    advance(wait - 1s);
    CHECK(desk->asked == before);
    advance(1s);
    CHECK(desk->asked == before + 1);
  }
  fail(2);
  desk->refusal.reset();
  advance(15min);
  REQUIRE(desk->taken.size() == 1);
  CHECK(desk->taken[0].subject == "Berth: 2 alerts");
  CHECK(logged<alerts_mailed>() == std::vector{alerts_mailed{2}});
}

TEST_CASE_FIXTURE(fixture, "alerts: what happened while nobody looked is told after the start") {
  kill(alerts);
  fail(1);
  journal.append(number(1), {domain::deletion_intended{vm_of(1)}});
  journal.append(number(1), {domain::vm_deleted{vm_of(1)}});
  close(1);
  intend_deletion(2);
  advance(1h);
  start();
  CHECK(raised().size() == 2);
  advance(10s);
  REQUIRE(desk->taken.size() == 1);
  CHECK(says(desk->taken[0], "template Ubuntu 22.04"));
}

TEST_CASE_FIXTURE(fixture, "alerts: without a mail server they are errors, and wait for one") {
  restart(false);
  fail(1);
  CHECK(raised().size() == 1);
  REQUIRE(errors->size() == 1);
  CHECK(errors->front().find("no room on any storage") != std::string::npos);
  advance(1h);
  CHECK(logged<alerts_mailed>().empty());
  restart();
  advance(10s);
  CHECK(desk->taken.size() == 1);
  CHECK(raised().size() == 1);
}

TEST_CASE_FIXTURE(fixture, "alerts: a full disk only delays them, and doubles no mail") {
  fail(1);
  advance(9s);
  journal.refuse_appends("the disk is full");
  advance(10min);
  CHECK(desk->taken.size() == 1);
  journal.refuse_appends(std::nullopt);
  advance(1min);
  CHECK(logged<alerts_mailed>() == std::vector{alerts_mailed{1}});
  advance(1h);
  CHECK(desk->asked == 1);
}

TEST_CASE("alerts: however they are interrupted, each is raised once and mailed") {
  with_seeds(100, [](std::uint64_t seed) {
    fixture f{seed};
    f.fail(1);
    f.intend_deletion(2);
    f.journal.append(f.number(2), {domain::vm_quarantined{f.vm_of(2), "locked", {}}});
    auto random = f.random();
    for (int lives = 0; lives < 3; ++lives) {
      for (auto steps = random() % 40; steps > 0; --steps)
        f.step_or_wait();
      f.restart();
    }
    f.advance(1h);
    REQUIRE(f.raised().size() == 2);
    CHECK(f.raised()[0].session != f.raised()[1].session);
    REQUIRE_FALSE(f.logged<alerts_mailed>().empty());
    CHECK(f.logged<alerts_mailed>().back().through == 2);
  });
}
