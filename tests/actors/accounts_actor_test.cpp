#include "actors/accounts_actor.hpp"

#include "actors/errors.hpp"
#include "tests/support/fake_passwords.hpp"
#include "tests/support/session_histories.hpp"
#include "tests/support/test_journal.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <utility>
#include <vector>

using namespace berth;
using namespace berth::tests;
using actors::errc;

namespace {

const std::string good = "correct horse battery";

/// Every password is the right one, but that is said only when the next is to be checked.
actors::password_actor::behavior_type slow_checks(actors::password_actor::pointer self) {
  auto waiting =
      std::make_shared<std::vector<caf::typed_response_promise<actors::password_checked>>>();
  return {
      [](const actors::hash_password&) { return actors::password_hashed{}; },
      [](const actors::store_password&) { return actors::password_stored{}; },
      [self, waiting](const actors::check_password&) {
        for (auto& checked : std::exchange(*waiting, {}))
          checked.deliver(actors::password_checked{true});
        return waiting->emplace_back(self->make_response_promise<actors::password_checked>());
      },
  };
}

struct fixture : actor_fixture {
  explicit fixture(std::uint64_t seed = 1) : actor_fixture{seed} {}

  test_journal journal{*this};
  known_passwords passwords = std::make_shared<std::map<domain::user_id, std::string>>();
  actors::accounts_actor accounts = start();
  domain::user_id admin = create("root", domain::role::admin);
  domain::user_id ana = create("ana", domain::role::engineer);

  actors::accounts_actor start() { return start(spawn(fake_passwords, passwords)); }
  actors::accounts_actor start(actors::password_actor checked_by) {
    auto next_id = [n = std::uint8_t{0}]() mutable { return domain::ulid{{++n}}; };
    return spawn(actors::accounts,
                 actors::accounts_collaborators{journal.handle(), std::move(checked_by), clock(),
                                                next_id, actors::logger{actors::log_level::error}});
  }
  /// Another process opens the same log.
  void restart() { use(spawn(fake_passwords, passwords)); }
  /// The same, with another store of passwords.
  void use(actors::password_actor checked_by) {
    kill(accounts);
    accounts = start(std::move(checked_by));
    settle();
  }

  domain::user_id create(const std::string& login, domain::role held) {
    return ask<actors::user_view>(accounts,
                                  actors::create_user{login, held, 2, domain::secret{good}, admin})
        .value()
        .is.id;
  }
  pending<actors::user_view> change(domain::user_id who, const domain::user_command& wanted,
                                    std::optional<std::uint64_t> if_version = {}) {
    return ask<actors::user_view>(accounts, actors::change_user{who, {wanted}, admin, if_version});
  }
  actors::sign_in_answer sign_in(const std::string& login, const std::string& password,
                                 char cookie = 'c') {
    return ask<actors::sign_in_answer>(
               accounts, actors::sign_in{login, domain::secret{password}, std::string(64, cookie)})
        .value();
  }
  pending<actors::caller> who_has(const std::string& hash, bool by_cookie) {
    return ask<actors::caller>(accounts, actors::authenticate{hash, by_cookie});
  }
  pending<actors::launch_admitted> admit(std::uint8_t session, std::uint8_t command,
                                         std::optional<domain::ulid> earlier = {}) {
    return ask<actors::launch_admitted>(
        accounts, actors::admit_launch{{{{session}}}, ana, {{0xc0, command}}, earlier});
  }
  /// The log's end.
  std::uint64_t head() {
    return ask<actors::debts>(journal.handle(), actors::read_debts{}).value().head;
  }
  using actor_fixture::request;
  void request(std::uint8_t session) {
    journal.append(domain::session_id{{{session}}},
                   {domain::session_requested{.id = {{{session}}}, .owner = ana}});
  }
};

const std::string token(64, 'a');
const std::string cookie(64, 'c');

} // namespace

TEST_CASE_FIXTURE(fixture,
                  "accounts: a password gives a cookie that says who has it, for twelve hours") {
  auto signed_in = sign_in("ana", good);
  REQUIRE(signed_in.who);
  CHECK(signed_in.who->id == ana);
  CHECK(who_has(cookie, true).value().login == "ana");
  CHECK(actors::code_of(who_has(cookie, false).error()) == errc::unknown);
  for (int i = 0; i < 24; ++i) {
    advance(29min);
    who_has(cookie, true).value();
  }
  advance(29min);
  CHECK(actors::code_of(who_has(cookie, true).error()) == errc::unknown);
}

TEST_CASE_FIXTURE(fixture, "accounts: a cookie that nobody shows for half an hour has ended") {
  sign_in("ana", good);
  advance(30min);
  who_has(cookie, true).value();
  advance(30min + 1s);
  CHECK(actors::code_of(who_has(cookie, true).error()) == errc::unknown);
}

TEST_CASE_FIXTURE(fixture, "accounts: cookies and tokens outlive the process") {
  sign_in("ana", good);
  change(ana, domain::issue_token{token, "laptop", {}}).value();
  restart();
  CHECK(who_has(cookie, true).value().id == ana);
  CHECK(who_has(token, false).value().id == ana);
}

TEST_CASE_FIXTURE(fixture, "accounts: after five wrong passwords each one costs a growing wait") {
  for (int i = 0; i < 5; ++i)
    CHECK(sign_in("ana", "wrong").wait == domain::duration{});
  CHECK(sign_in("ana", "wrong").wait == domain::duration{});
  CHECK(sign_in("ana", good).wait == 1s);
  advance(1s);
  CHECK_FALSE(sign_in("ana", "wrong").who);
  CHECK(sign_in("ana", good).wait == 2s);
  advance(2s);
  CHECK(sign_in("ana", good).who);
  CHECK_FALSE(sign_in("ana", "wrong").who);
  CHECK(sign_in("ana", "wrong").wait == domain::duration{});
}

TEST_CASE_FIXTURE(fixture, "accounts: guesses at nobody are slowed down like all others") {
  for (int i = 0; i < 6; ++i)
    CHECK_FALSE(sign_in("nobody", good).who);
  CHECK(sign_in("nobody", good).wait == 1s);
}

TEST_CASE_FIXTURE(fixture, "accounts: disabling ends what the user has, at once") {
  sign_in("ana", good);
  change(ana, domain::issue_token{token, "laptop", {}}).value();
  change(ana, domain::disable_user{"left"}).value();
  CHECK(actors::code_of(who_has(cookie, true).error()) == errc::unknown);
  CHECK(actors::code_of(who_has(token, false).error()) == errc::unknown);
  CHECK_FALSE(sign_in("ana", good).who);
}

TEST_CASE_FIXTURE(fixture, "accounts: a token ends when it expires") {
  change(ana, domain::issue_token{token, "laptop", now() + 1h}).value();
  advance(59min);
  CHECK(who_has(token, false).value().id == ana);
  advance(1min);
  CHECK(actors::code_of(who_has(token, false).error()) == errc::unknown);
}

TEST_CASE_FIXTURE(fixture, "accounts: the last active admin can neither be disabled nor demoted") {
  CHECK(actors::code_of(change(admin, domain::disable_user{}).error()) == errc::not_in_this_state);
  CHECK(actors::code_of(change(admin, domain::change_role{domain::role::auditor}).error())
        == errc::not_in_this_state);
  create("second", domain::role::admin);
  CHECK(change(admin, domain::disable_user{}).value().is.is_active == false);
}

TEST_CASE_FIXTURE(fixture,
                  "accounts: a login is taken once, and a change of an old version is refused") {
  auto again = ask<actors::user_view>(
      accounts, actors::create_user{"ana", domain::role::engineer, 2, {}, admin});
  CHECK(actors::code_of(again.error()) == errc::not_in_this_state);
  auto version = change(ana, domain::change_quota{5}).value().version;
  CHECK(actors::code_of(change(ana, domain::change_quota{6}, version - 1).error())
        == errc::changed_meanwhile);
  CHECK(change(ana, domain::change_quota{6}, version).value().is.quota == 6);
}

TEST_CASE_FIXTURE(fixture, "accounts: a password that is refused leaves no user behind") {
  actors::create_user wanted{"dora", domain::role::engineer, 2, domain::secret{refused_password},
                             admin};
  CHECK(actors::code_of(ask<actors::user_view>(accounts, wanted).error()) == errc::invalid);
  wanted.password = domain::secret{good};
  CHECK(ask<actors::user_view>(accounts, wanted).value().is.has_password);
}

TEST_CASE("accounts: of two who create the same user at once one is told that the login is taken") {
  with_seeds(20, [](std::uint64_t seed) {
    fixture f{seed};
    actors::create_user wanted{"dora", domain::role::engineer, 2, domain::secret{good}, f.admin};
    auto one = f.request<actors::user_view>(f.accounts, wanted);
    auto other = f.ask<actors::user_view>(f.accounts, wanted);
    CHECK(one.is_error() != other.is_error());
    CHECK(actors::code_of((one.is_error() ? one : other).error()) == errc::not_in_this_state);
    CHECK(f.sign_in("dora", good).who);
  });
}

TEST_CASE("accounts: whoever sees a new user in the log may sign in as them") {
  with_seeds(50, [](std::uint64_t seed) {
    fixture f{seed};
    auto seen = f.request<actors::event_page>(f.journal.handle(),
                                              actors::next_events{f.head(), actors::past::whole});
    f.request<actors::user_view>(f.accounts, actors::create_user{"dora", domain::role::engineer, 2,
                                                                 domain::secret{good}, f.admin});
    while (!seen.ready())
      REQUIRE(f.step());
    CHECK(f.sign_in("dora", good).who);
  });
}

TEST_CASE_FIXTURE(fixture, "accounts: changing one's own password needs the current one") {
  auto set = [this](const std::string& current) {
    return ask<actors::user_view>(accounts,
                                  actors::set_password{ana, domain::secret{"a new long password"},
                                                       domain::secret{current}, ana});
  };
  CHECK(actors::code_of(set("wrong").error()) == errc::wrong_password);
  CHECK(sign_in("ana", good).who);
  set(good).value();
  CHECK(actors::code_of(who_has(cookie, true).error()) == errc::unknown);
  CHECK(sign_in("ana", "a new long password").who);
}

TEST_CASE_FIXTURE(fixture, "accounts: a password that is changed while it is checked is wrong") {
  use(spawn(slow_checks));
  auto signing_in = [this] {
    return ask<actors::sign_in_answer>(accounts,
                                       actors::sign_in{"ana", domain::secret{good}, cookie});
  };
  auto before = signing_in();
  ask<actors::user_view>(accounts, actors::set_password{ana, domain::secret{good}, {}, admin})
      .value();
  auto after = signing_in();
  CHECK_FALSE(before.value().who);
  signing_in();
  CHECK(after.value().who);
}

TEST_CASE_FIXTURE(fixture, "accounts: quota exceeded, with the numbers, until a session is over") {
  admit(1, 1).value();
  request(1);
  admit(2, 2).value(); // Not in the log yet, and counted all the same.
  auto refused = admit(3, 3);
  CHECK(actors::code_of(refused.error()) == errc::quota_exceeded);
  CHECK(actors::text_of(refused.error()).find("2 of 2") != std::string::npos);
  journal.append(domain::session_id{{{1}}},
                 {domain::session_ended{domain::end_reason::ended_by_user, {}}});
  admit(3, 3).value();
}

TEST_CASE_FIXTURE(fixture, "accounts: a launch that came to nothing gives its place back") {
  admit(1, 1).value();
  admit(2, 2).value();
  tell(accounts, actors::withdraw_launch{{{{2}}}});
  settle();
  admit(3, 3).value();
  advance(60s); // Whoever was admitted and is not in the log by then has given up.
  admit(4, 4).value();
  admit(5, 5).value();
}

TEST_CASE_FIXTURE(fixture, "accounts: a repeat is told that the first request is under way") {
  admit(1, 1).value();
  CHECK(actors::code_of(admit(2, 1).error()) == errc::in_progress);
  CHECK(actors::code_of(admit(2, 2, domain::ulid{{0xc0, 1}}).error()) == errc::in_progress);
  admit(2, 2).value();
}

TEST_CASE("accounts: many launches at once never exceed the quota") {
  with_seeds(50, [](std::uint64_t seed) {
    fixture f{seed};
    std::vector<pending<actors::launch_admitted>> answers;
    for (std::uint8_t n = 1; n <= 10; ++n)
      answers.push_back(f.actor_fixture::request<actors::launch_admitted>(
          f.accounts, actors::admit_launch{{{{n}}}, f.ana, {{0xc0, n}}, {}}));
    f.settle();
    int admitted = 0;
    for (auto& answer : answers)
      admitted += answer.is_error() ? 0 : 1;
    CHECK(admitted == 2);
  });
}
