#include "eventstore/data_directory.hpp"
#include "eventstore/sqlite.hpp"
#include "eventstore/sqlite_event_log.hpp"
#include "tests/support/event_samples.hpp"
#include "tests/support/temporary_directory.hpp"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <sys/wait.h>

/// The binary itself, run on logs that the daemon could have written.
using namespace berth::eventstore;
using namespace berth::tests;
using namespace berth::domain;

namespace {

struct answer {
  int exit_code = -1;
  std::string text;
};

answer run_on(const std::filesystem::path& data, const std::string& arguments) {
  auto command = std::string{BERTH_REPLAY} + " --data " + data.string() + ' ' + arguments + " 2>&1";
  auto* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe);
  answer result;
  std::array<char, 4096> part{};
  while (auto size = std::fread(part.data(), 1, part.size(), pipe))
    result.text.append(part.data(), size);
  result.exit_code = WEXITSTATUS(pclose(pipe));
  return result;
}

struct fixture {
  temporary_directory data;
  test_sources outside;
  std::unique_ptr<sqlite_event_log> log =
      std::make_unique<sqlite_event_log>(log_file_in(data.path()), outside.sources());

  fixture() {
    considered_node chosen{.node = pve1, .why = verdict::chosen, .score = 0.25, .max_vms = 50};
    considered_node lost{.node = pve2, .why = verdict::overloaded, .score = 0.913, .max_vms = 50};
    must_append(*log,
                to_session(own, 0, {requested(), session_placed{1, pve1, vm, {chosen, lost}}}));
    outside.now = nine + 2s;
    must_append(*log, to_session(own, 2, {clone_intended{vm}}));
    outside.now = nine + 1h;
    must_append(*log, to_session(own, 3, {session_ended{end_reason::ended_by_user, {}}}));
  }

  answer run(const std::string& arguments) const { return run_on(data.path(), arguments); }
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("berth-replay: list has a row for each session, while the log is open to write") {
  fixture with;
  auto listed = with.run("list");
  CHECK(listed.exit_code == 0);
  CHECK(std::ranges::count(listed.text, '\n') == 2);
  CHECK(contains(listed.text, to_string(own)
                                  + "  7      2 Ubuntu 22.04  expired  ended_by_user  "
                                    "pve-1  2025-11-24T16:00:00.000Z  "
                                    "2025-11-24T17:00:00.000Z"));
}

TEST_CASE("berth-replay: show tells a session's life with its delays") {
  fixture with;
  auto shown = with.run("show " + to_string(own));
  CHECK(shown.exit_code == 0);
  CHECK(contains(shown.text, "expired, step deleting, reason ended_by_user"));
  CHECK(contains(shown.text, "+2.0 s"));
  CHECK(contains(shown.text, "VM 10000001 is to be cloned"));
  CHECK(contains(shown.text, "ended, its owner ended it"));
}

TEST_CASE("berth-replay: explain shows every node and why it lost") {
  fixture with;
  auto explained = with.run("explain " + to_string(own));
  CHECK(explained.exit_code == 0);
  CHECK(contains(explained.text, "node pve-1, VM 10000001"));
  CHECK(contains(explained.text, "pve-2  overloaded  0.913"));
}

TEST_CASE("berth-replay: as-of shows sessions as they were") {
  fixture with;
  CHECK(contains(with.run("as-of 3").text, "cloning"));
  CHECK(contains(with.run("as-of 2025-11-24T16:00:01Z").text, "placed"));
  CHECK_FALSE(contains(with.run("as-of 0").text, to_string(own)));
}

TEST_CASE("berth-replay: verify finds what was tampered with") {
  fixture with;
  auto sound = with.run("verify");
  CHECK(sound.exit_code == 0);
  CHECK(contains(sound.text, "verified 4 events, head "));
  auto head = sound.text.substr(sound.text.find("head ") + 5, 64);
  CHECK(with.run("verify --expect-head " + head).exit_code == 0);
  CHECK(with.run("verify --expect-head " + std::string(64, '0')).exit_code == 2);

  with.log.reset();
  database db{log_file_in(with.data.path()), SQLITE_OPEN_READWRITE};
  db.execute("DROP TRIGGER events_are_not_changed;"
             "UPDATE events SET actor = 'user:8' WHERE position = 2");
  auto tampered = with.run("verify");
  CHECK(tampered.exit_code == 2);
  CHECK(contains(tampered.text, "NOT SOUND at position 2"));
}

TEST_CASE("berth-replay: export writes one object per event") {
  fixture with;
  auto exported = with.run("export");
  CHECK(exported.exit_code == 0);
  CHECK(std::ranges::count(exported.text, '\n') == 4);
  CHECK(exported.text.starts_with(R"({"position":1,"stream":"session-)" + to_string(own)));
  CHECK(contains(exported.text, R"("payload":{"vm":10000001})"));
}

TEST_CASE("berth-replay: what it cannot answer it says so") {
  fixture with;
  for (const auto& wrong : {std::pair{"", "subcommand"},
                            {"show nobody", "not the id of a session"},
                            {"show 01JD0000000000000000000009", "knows no session"},
                            {"as-of yesterday", "neither a position nor a time"},
                            {"verify --expect-head xyz", "not a head hash"}}) {
    const auto* arguments = wrong.first; // Clang 14 captures no structured binding.
    auto answered = with.run(arguments);
    CAPTURE(arguments);
    CHECK(answered.exit_code == 1);
    CHECK(contains(answered.text, wrong.second));
  }
  temporary_directory empty;
  auto nothing = run_on(empty.path(), "list");
  CHECK(nothing.exit_code == 1);
  CHECK(contains(nothing.text, "log.db: unable to open"));
  auto help = with.run("--help");
  CHECK(help.exit_code == 0);
  CHECK(contains(help.text, "Exit codes"));
}
