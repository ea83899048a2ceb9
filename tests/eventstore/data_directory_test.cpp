#include "eventstore/data_directory.hpp"

#include "eventstore/event_log.hpp"
#include "eventstore/sqlite_event_log.hpp"
#include "tests/support/event_samples.hpp"
#include "tests/support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <memory>
#include <unistd.h>

using namespace berth::eventstore;
using namespace berth::tests;

namespace {

std::string refusal_of_opening(const std::filesystem::path& path) {
  try {
    data_directory again{path};
  } catch (const log_error& fault) {
    return fault.what();
  }
  return {};
}

std::filesystem::perms rights(const std::filesystem::path& path) {
  return std::filesystem::status(path).permissions();
}

} // namespace

TEST_CASE("data directory: it and its files are for the owner alone") {
  using std::filesystem::perms;
  temporary_directory place;
  auto path = place / "deep/data";
  data_directory data{path};
  test_sources outside;
  sqlite_event_log log{data.log_file(), outside.sources()};
  CHECK(rights(path) == perms::owner_all);
  for (const auto* name : {"LOCK", "log.db", "log.db-wal"})
    CHECK_MESSAGE(rights(path / name) == (perms::owner_read | perms::owner_write), name);
}

TEST_CASE("data directory: a second holder is refused and told who the first is") {
  temporary_directory place;
  auto first = std::make_unique<data_directory>(place.path());
  CHECK(refusal_of_opening(place.path()).find("process " + std::to_string(getpid()))
        != std::string::npos);
  first.reset();
  CHECK(refusal_of_opening(place.path()).empty());
}

TEST_CASE("data directory: one that cannot be made is refused") {
  temporary_directory place;
  std::ofstream{place / "file"} << "in the way";
  CHECK(refusal_of_opening(place / "file/data").find("cannot use the data directory")
        != std::string::npos);
}
