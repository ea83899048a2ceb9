#include "tools/berthd/backup.hpp"

#include "adapters/passwords/password_store.hpp"
#include "eventstore/data_directory.hpp"
#include "eventstore/sqlite_event_log.hpp"
#include "tests/support/temporary_directory.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <doctest/doctest.h>

using namespace berth;

namespace {

/// A data directory in use, as the daemon's is.
struct fixture {
  tests::temporary_directory directory;
  eventstore::data_directory held{directory / "data"};
  eventstore::sqlite_event_log log{
      held.log_file(), {[] { return domain::time_point{}; }, [n = 0ull]() mutable { return ++n; }}};
  std::filesystem::path copy = directory / "copy";

  void write(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      domain::node_name node{"pve-" + std::to_string(log.head() + 1)};
      eventstore::append_request request{
          .stream = eventstore::stream_of(node),
          .events = {domain::node_event{domain::node_registered{node, "host.example.org", 50}}},
          .because = {.actor = "system:test"}};
      auto answers = log.append({request});
      REQUIRE(std::holds_alternative<eventstore::appended>(answers.front()));
    }
  }
  eventstore::verification back_up() { return berthd::back_up(directory / "data", copy); }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "backup: it holds what is committed, while the log is in use") {
  write(3);
  auto copied = back_up();
  CHECK(copied.events == 3);
  write(2);
  CHECK(eventstore::verify(eventstore::log_file_in(copy)).head == copied.head);
  CHECK(eventstore::verify(held.log_file(), copied.head).events == 5);
  // The copied log is a log: a daemon can go on with it.
  eventstore::sqlite_event_log restored{eventstore::log_file_in(copy),
                                        {[] { return domain::time_point{}; }, [] { return 7ull; }}};
  CHECK(restored.head() == 3);
}

TEST_CASE_FIXTURE(fixture, "backup: passwords go along, and only the owner can read any of it") {
  write(1);
  passwords::password_store store{passwords::password_file_in(directory / "data")};
  passwords::password_hash hash{{16, 8, 1}, {1, 2}, {3, 4}};
  store.put({2}, hash);
  back_up();
  passwords::password_store copied{passwords::password_file_in(copy)};
  REQUIRE(copied.find({2}));
  CHECK(copied.find({2})->hash == hash.hash);
  using std::filesystem::perms;
  for (const auto& file : {copy, eventstore::log_file_in(copy), passwords::password_file_in(copy)})
    CHECK((std::filesystem::status(file).permissions() & (perms::group_all | perms::others_all))
          == perms::none);
}

TEST_CASE_FIXTURE(fixture, "backup: an existing directory is left as it is") {
  write(1);
  std::filesystem::create_directory(copy);
  std::ofstream{copy / "kept"} << "mine";
  CHECK_THROWS_AS(back_up(), eventstore::log_error);
  CHECK(std::filesystem::exists(copy / "kept"));
  CHECK_FALSE(std::filesystem::exists(eventstore::log_file_in(copy)));
}

TEST_CASE_FIXTURE(fixture, "backup: without a log nothing is left behind") {
  CHECK_THROWS_AS(berthd::back_up(directory / "nowhere", copy), eventstore::log_error);
  CHECK_FALSE(std::filesystem::exists(copy));
}
