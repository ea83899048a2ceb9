#include "adapters/passwords/password_keeper_actor.hpp"

#include "actors/errors.hpp"
#include "tests/support/temporary_directory.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

using namespace berth;
using namespace berth::passwords;

namespace {

const std::string good = "correct horse battery";
constexpr domain::user_id ana{2};

/// A keeper on threads of its own, with a hash that costs little.
struct fixture {
  tests::temporary_directory directory;
  caf::actor_system_config settings;
  caf::actor_system system{settings};
  caf::scoped_actor self{system};
  actors::password_actor keeper;

  explicit fixture(scrypt_cost cost = {16, 8, 1}, std::size_t longest_queue = 32) {
    start(cost, longest_queue);
  }
  ~fixture() { stop(); }

  void start(scrypt_cost cost, std::size_t longest_queue = 32) {
    keeper = system.spawn<caf::detached>(
        password_keeper, password_settings{directory / "passwords.db", cost, 1, longest_queue});
  }
  void stop() {
    self->send_exit(keeper, caf::exit_reason::user_shutdown);
    self->wait_for(keeper);
  }

  /// The hash, or what refused it.
  caf::expected<domain::password_hash> hash(const std::string& password) {
    caf::expected<domain::password_hash> result = caf::sec::none;
    self->request(keeper, caf::infinite, actors::hash_password{domain::secret{password}})
        .receive([&](const actors::password_hashed& made) { result = made.is; },
                 [&](const caf::error& why) { result = why; });
    return result;
  }
  /// What refused it; nothing when it is stored.
  std::optional<actors::errc> store(const std::string& password) {
    auto made = hash(password);
    if (!made)
      return actors::code_of(made.error());
    self->send(keeper, actors::store_password{ana, *made});
    return std::nullopt;
  }
  bool matches(domain::user_id who, const std::string& password) {
    bool result = false;
    self->request(keeper, caf::infinite, actors::check_password{who, domain::secret{password}})
        .receive([&](actors::password_checked checked) { result = checked.matches; },
                 [](const caf::error& why) { FAIL(caf::to_string(why)); });
    return result;
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "passwords: the one that was stored matches, and no other") {
  CHECK_FALSE(matches(ana, good));
  CHECK_FALSE(store(good));
  CHECK(matches(ana, good));
  CHECK_FALSE(matches(ana, good + "!"));
  CHECK_FALSE(matches({3}, good));
  CHECK_FALSE(store("another good password"));
  CHECK_FALSE(matches(ana, good));
}

TEST_CASE_FIXTURE(fixture, "passwords: to hash one changes nothing") {
  store(good);
  hash("another good password").value();
  CHECK(matches(ana, good));
}

TEST_CASE_FIXTURE(fixture, "passwords: what is short, long, well known or no text is refused") {
  for (const auto& bad :
       {std::string{"eleven char"}, std::string(129, 'x'), std::string{"passwordpassword"},
        std::string{"broken \xff\xff utf-8 bytes"}})
    CHECK(store(bad) == actors::errc::invalid);
  CHECK_FALSE(store(std::string(128, 'x')));
  CHECK_FALSE(store("zw\u00f6lf zeich\u00e9n"));
}

TEST_CASE_FIXTURE(fixture, "passwords: they outlive the process, and get today's cost when shown") {
  CHECK_FALSE(store(good));
  stop();
  start({32, 8, 1});
  CHECK(matches(ana, good));
  // The only worker takes one after the other: this answer comes behind the new hash.
  CHECK(matches(ana, good));
  stop();
  CHECK(password_store{directory / "passwords.db"}.find(ana)->cost == scrypt_cost{32, 8, 1});
  start({32, 8, 1});
}

TEST_CASE_FIXTURE(fixture, "passwords: one that is replaced while it is shown stays replaced") {
  CHECK_FALSE(store(good));
  auto next = hash("another good password").value();
  stop();
  start({32, 8, 1});
  self->send(keeper, actors::check_password{ana, domain::secret{good}}); // Gets today's cost.
  self->send(keeper, actors::store_password{ana, next});
  CHECK_FALSE(matches(ana, good)); // Behind the new hash of the old one.
  CHECK_FALSE(matches(ana, good));
  CHECK(matches(ana, "another good password"));
}

TEST_CASE("passwords: only so many wait; the others are told so") {
  fixture f{{16, 8, 1}, 0};
  CHECK(f.store(good) == actors::errc::busy);
}

TEST_CASE_FIXTURE(fixture, "passwords: the file is for its owner alone, and holds no password") {
  CHECK_FALSE(store(good));
  auto file = directory / "passwords.db";
  using std::filesystem::perms;
  CHECK((std::filesystem::status(file).permissions() & (perms::group_all | perms::others_all))
        == perms::none);
  std::ifstream in{file, std::ios::binary};
  std::string content{std::istreambuf_iterator<char>{in}, {}};
  CHECK(content.size() > 0);
  CHECK(content.find(good) == std::string::npos);
}
