#include "tools/berthd/admin_account.hpp"

#include "domain/user/user.hpp"
#include "eventstore/sqlite_event_log.hpp"
#include "tests/support/temporary_directory.hpp"

#include <map>
#include <string>

#include <doctest/doctest.h>

using namespace berth;

namespace {

struct fixture {
  tests::temporary_directory directory;
  domain::time_point now{std::chrono::hours{1}};
  eventstore::sqlite_event_log log{directory / "log.db",
                                   {[this] { return now; }, [n = 0ull]() mutable { return ++n; }}};
  std::map<domain::user_id, std::string> passwords;

  void make(const std::string& login, const std::string& password) {
    berthd::make_admin(
        log, login, now, domain::secret{password},
        [this](domain::user_id of, const domain::secret& one) { passwords[of] = one.reveal(); });
  }
  domain::user user(std::uint32_t id) {
    domain::user folded;
    for (const auto& one : log.read_stream(eventstore::stream_of(domain::user_id{id})))
      folded = domain::evolve(std::move(folded), std::get<domain::user_event>(one.event),
                              one.recorded_at);
    return folded;
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "make-admin: an empty log gets its first user") {
  make("root", "one");
  make("second", "two");
  CHECK(user(1).login == "root");
  CHECK(user(1).held == domain::role::admin);
  CHECK(user(1).has_password);
  CHECK(user(2).login == "second");
  CHECK(passwords == std::map<domain::user_id, std::string>{{{1}, "one"}, {{2}, "two"}});
}

TEST_CASE_FIXTURE(fixture, "make-admin: a disabled user is an active admin with a new password") {
  make("root", "one");
  eventstore::append_request lock_out{
      .stream = eventstore::stream_of(domain::user_id{1}),
      .expected_version = 2,
      .events = {domain::user_event{domain::role_changed{domain::role::engineer}},
                 domain::user_event{domain::user_disabled{"left"}}},
      .because = {.actor = "user:2"}};
  auto answers = log.append({lock_out});
  REQUIRE(std::holds_alternative<eventstore::appended>(answers.front()));
  make("root", "three");
  CHECK(user(1).is_active);
  CHECK(user(1).held == domain::role::admin);
  CHECK(passwords.at({1}) == "three");
  CHECK(user(2).login.empty());
}

TEST_CASE_FIXTURE(fixture, "make-admin: a login that breaks the rules changes nothing") {
  CHECK_THROWS_AS(make("Not A Login", "one"), eventstore::log_error);
  CHECK(log.head() == 0);
  CHECK(passwords.empty());
}
