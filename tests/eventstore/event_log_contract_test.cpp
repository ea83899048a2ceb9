#include "eventstore/memory_event_log.hpp"
#include "eventstore/sqlite_event_log.hpp"
#include "eventstore/stored_event.hpp"
#include "tests/support/event_samples.hpp"
#include "tests/support/temporary_directory.hpp"

#include <doctest/doctest.h>

/// What every event log promises.
using namespace berth::eventstore;
using namespace berth::tests;
using namespace berth::domain;

namespace {

struct in_memory {
  test_sources outside;
  memory_event_log log{outside.sources()};
};

struct in_a_file {
  test_sources outside;
  temporary_directory directory;
  sqlite_event_log log{directory / "log.db", outside.sources()};
};

template <class Result>
bool is(const append_result& result) {
  return std::holds_alternative<Result>(result);
}

} // namespace

TYPE_TO_STRING(in_memory);
TYPE_TO_STRING(in_a_file);

TEST_CASE_TEMPLATE("event log: an empty one has nothing", Log, in_memory, in_a_file) {
  Log with;
  CHECK(with.log.head() == 0);
  CHECK(with.log.read_all(0, 10).empty());
  CHECK(with.log.read_stream("session-x").empty());
  CHECK(with.log.open_sessions().empty());
  CHECK_FALSE(with.log.last_reserved());
  CHECK_FALSE(with.log.find_command(command_one));
}

TEST_CASE_TEMPLATE("event log: what was appended is read again as it was", Log, in_memory,
                   in_a_file) {
  Log with;
  auto request = to_session(own, 0, until_placed());
  request.command_id = command_one;
  request.because.causation = command_two;
  auto written = must_append(with.log, request);
  REQUIRE(written.size() == 2);
  CHECK(written[0].position == 1);
  CHECK(written[1].position == 2);
  CHECK(written[0].version == 1);
  CHECK(written[1].version == 2);
  CHECK(written[0].event_id < written[1].event_id);
  CHECK(written[0].recorded_at == nine);
  CHECK(written[0].because == request.because);
  CHECK(written[0].command_id == command_one);
  CHECK(written[0].event == event{session_event{requested()}});
  CHECK(with.log.read_stream(request.stream) == written);
  CHECK(with.log.read_all(0, 10) == written);
  CHECK(with.log.head() == 2);
}

TEST_CASE_TEMPLATE("event log: a wrong expected version is told the right one", Log, in_memory,
                   in_a_file) {
  Log with;
  must_append(with.log, to_session(own, 0, until_placed()));
  for (std::uint64_t wrong : {0, 1, 3}) {
    auto result = append_one(with.log, to_session(own, wrong, {clone_intended{vm}}));
    REQUIRE(is<version_conflict>(result));
    CHECK(std::get<version_conflict>(result).actual == 2);
  }
  auto unknown = append_one(with.log, to_session(keeper, 1, {clone_intended{vm}}));
  REQUIRE(is<version_conflict>(unknown));
  CHECK(std::get<version_conflict>(unknown).actual == 0);
  CHECK(with.log.head() == 2);
}

TEST_CASE_TEMPLATE("event log: later requests of a batch see what earlier ones wrote", Log,
                   in_memory, in_a_file) {
  Log with;
  std::vector<append_request> batch{to_session(own, 0, until_placing()),
                                    to_session(own, 1, {placed()}), to_session(own, 1, {placed()})};
  auto results = with.log.append(batch);
  CHECK(is<appended>(results.at(0)));
  CHECK(is<appended>(results.at(1)));
  REQUIRE(is<version_conflict>(results.at(2)));
  CHECK(std::get<version_conflict>(results[2]).actual == 2);
}

TEST_CASE_TEMPLATE("event log: a refused request does not disturb the others of its batch", Log,
                   in_memory, in_a_file) {
  Log with;
  auto reserving = to_session(nth_session(1), 0, until_placed());
  reserving.reserves = vm;
  auto thief = to_session(nth_session(2), 0, until_placed());
  thief.reserves = vm;
  thief.command_id = command_one;
  auto results = with.log.append(
      std::vector{reserving, thief, to_session(nth_session(3), 0, until_placing())});
  CHECK(is<appended>(results.at(0)));
  CHECK(is<vmid_taken>(results.at(1)));
  REQUIRE(is<appended>(results.at(2)));
  CHECK(std::get<appended>(results[2]).events.at(0).position == 3);
  CHECK(with.log.read_stream(thief.stream).empty());
  CHECK_FALSE(with.log.find_command(command_one));
  CHECK(with.log.open_sessions().size() == 2);
}

TEST_CASE_TEMPLATE("event log: a command is answered once, and again with the first events", Log,
                   in_memory, in_a_file) {
  Log with;
  auto request = to_session(own, 0, until_placed());
  request.command_id = command_one;
  auto first = must_append(with.log, request);
  must_append(with.log, to_session(own, 2, {clone_intended{vm}}));
  auto again = append_one(with.log, request);
  REQUIRE(is<duplicate_command>(again));
  CHECK(std::get<duplicate_command>(again).events == first);
  CHECK(with.log.find_command(command_one) == first);
  CHECK_FALSE(with.log.find_command(command_two));
  CHECK(with.log.head() == 3);
}

TEST_CASE_TEMPLATE("event log: a VMID is reserved once for ever", Log, in_memory, in_a_file) {
  Log with;
  auto reserving = to_session(own, 0, until_placed());
  reserving.reserves = second_vm;
  must_append(with.log, reserving);
  CHECK(with.log.last_reserved() == second_vm);

  auto lower = to_session(keeper, 0, until_placed());
  lower.reserves = vm;
  must_append(with.log, lower);
  CHECK(with.log.last_reserved() == second_vm);

  auto again = to_session(own, 2, {placed(2)});
  again.reserves = vm;
  auto result = append_one(with.log, again);
  REQUIRE(is<vmid_taken>(result));
  CHECK(std::get<vmid_taken>(result).vm == vm);
}

TEST_CASE_TEMPLATE("event log: what rests on another stream is written while that stream is as it "
                   "was seen",
                   Log, in_memory, in_a_file) {
  Log with;
  auto resting = to_session(own, 0, until_placed());
  resting.reserves = vm;
  resting.rests_on = stream_version{stream_of(pve1), 1};
  REQUIRE(is<basis_changed>(append_one(with.log, resting)));
  must_append(with.log, {.stream = stream_of(pve1),
                         .events = {node_event{node_registered{pve1, "pve-1", 50}}},
                         .because = {"system:seed", request_one, std::nullopt}});
  resting.rests_on->version = 0;
  auto result = append_one(with.log, resting);
  REQUIRE(is<basis_changed>(result));
  CHECK(std::get<basis_changed>(result).stream == stream_of(pve1));
  CHECK(with.log.read_stream(resting.stream).empty());
  resting.rests_on->version = 1;
  CHECK(is<appended>(append_one(with.log, resting)));
}

TEST_CASE_TEMPLATE("event log: events that their sender has encoded are written as any others", Log,
                   in_memory, in_a_file) {
  Log with;
  auto request = to_session(own, 0, until_placed());
  auto events = request.events;
  CHECK_FALSE(encode_events(request));
  must_append(with.log, request);
  auto read = with.log.read_all(0, 10);
  REQUIRE(read.size() == events.size());
  for (std::size_t i = 0; i < events.size(); ++i)
    CHECK(read[i].event == events[i]);
}

TEST_CASE_TEMPLATE("event log: events come as they are stored, as many as there is room for", Log,
                   in_memory, in_a_file) {
  Log with;
  must_append(with.log, to_session(own, 0, until_closed()));
  auto written = with.log.read_all(0, 100);
  std::vector<stored_event> stored(3);
  REQUIRE(with.log.read_stored(1, stored) == 3);
  for (std::size_t i = 0; i < stored.size(); ++i)
    CHECK(decode(stored[i]) == written[i + 1]);
  CHECK(with.log.read_stored(written.size() - 1, stored) == 1);
  CHECK(decode(stored[0]) == written.back());
  CHECK(with.log.read_stored(written.size(), stored) == 0);
}

TEST_CASE_TEMPLATE("event log: a VMID of a request that was refused stays free", Log, in_memory,
                   in_a_file) {
  Log with;
  auto late = to_session(own, 7, until_placed());
  late.reserves = vm;
  CHECK(is<version_conflict>(append_one(with.log, late)));
  late.expected_version = 0;
  CHECK(is<appended>(append_one(with.log, late)));
}

TEST_CASE_TEMPLATE("event log: open sessions come in order of their first events, closed ones not",
                   Log, in_memory, in_a_file) {
  Log with;
  must_append(with.log, to_session(nth_session(9), 0, until_placing()));
  must_append(with.log, to_session(nth_session(1), 0, until_placing()));
  must_append(with.log, to_session(nth_session(5), 0, until_placing()));
  must_append(with.log, {.stream = stream_of(pve1),
                         .events = {node_event{node_registered{pve1, "pve-1", 50}}},
                         .because = {"system:seed", request_one, std::nullopt}});
  auto closing = to_session(nth_session(1), 1, {session_closed{}});
  closing.closes = true;
  must_append(with.log, closing);
  CHECK(with.log.open_sessions()
        == std::vector{stream_of(nth_session(9)), stream_of(nth_session(5))});
}

TEST_CASE_TEMPLATE("event log: nothing follows in a closed stream", Log, in_memory, in_a_file) {
  Log with;
  auto only = to_session(own, 0, until_closed());
  only.closes = true;
  must_append(with.log, only);
  CHECK(is<append_refused>(
      append_one(with.log, to_session(own, only.events.size(), {session_closed{}}))));
}

TEST_CASE_TEMPLATE("event log: malformed requests are refused with a reason", Log, in_memory,
                   in_a_file) {
  Log with;
  auto good = to_session(own, 0, until_placing());
  auto nameless = good;
  nameless.stream.clear();
  auto empty = good;
  empty.events.clear();
  auto anonymous = good;
  anonymous.because.actor.clear();
  auto low = good;
  low.reserves = vm_id{99};
  auto garbled = good;
  garbled.events.push_back(session_event{session_ended{end_reason::deadline, "\xc3\x28"}});
  for (const auto& bad : {nameless, empty, anonymous, low, garbled}) {
    auto result = append_one(with.log, bad);
    REQUIRE(is<append_refused>(result));
    CHECK_FALSE(std::get<append_refused>(result).reason.empty());
  }
  CHECK(with.log.head() == 0);
  CHECK(is<appended>(append_one(with.log, good)));
}

TEST_CASE_TEMPLATE("event log: pages follow one another without gap or overlap", Log, in_memory,
                   in_a_file) {
  Log with;
  for (std::uint8_t n = 0; n < 7; ++n)
    must_append(with.log, to_session(nth_session(n), 0, until_placing()));
  std::uint64_t last = 0;
  for (auto page = with.log.read_all(0, 3); !page.empty(); page = with.log.read_all(last, 3)) {
    CHECK(page.size() <= 3);
    for (const auto& event : page)
      CHECK(event.position == ++last);
  }
  CHECK(last == 7);
  CHECK(with.log.read_all(7, 3).empty());
  CHECK(with.log.read_all(99, 3).empty());
}

TEST_CASE_TEMPLATE("event log: what is unfinished is what is open, and what was written to lately",
                   Log, in_memory, in_a_file) {
  Log with;
  CHECK(with.log.unfinished().empty());
  auto whole_life = [&with](std::uint8_t n) {
    auto all = to_session(nth_session(n), 0, until_placed());
    all.reserves = vm_id{10'000'000u + n};
    must_append(with.log, all);
    auto rest = to_session(nth_session(n), all.events.size(), {session_closed{}});
    rest.closes = true;
    must_append(with.log, rest);
  };
  whole_life(1);
  must_append(with.log, to_session(nth_session(2), 0, until_placing()));
  CHECK(with.log.unfinished() == std::vector<std::uint64_t>{1, 2, 3, 4});

  with.outside.now = nine + recent_past + 1ms;
  whole_life(3);
  CHECK(with.log.unfinished() == std::vector<std::uint64_t>{4, 5, 6, 7});
  auto read = with.log.read_at(std::vector<std::uint64_t>{4, 6});
  REQUIRE(read.size() == 2);
  CHECK(read[0] == with.log.read_all(3, 1).front());
  CHECK(read[1] == with.log.read_all(5, 1).front());

  CHECK(with.log.reserved_by({10'000'001}) == stream_of(nth_session(1)));
  CHECK_FALSE(with.log.reserved_by({10'000'002}));
}

TEST_CASE_TEMPLATE("event log: the time of recording never goes back", Log, in_memory, in_a_file) {
  Log with;
  must_append(with.log, to_session(nth_session(1), 0, until_placing()));
  with.outside.now = nine - 1h;
  auto earlier = must_append(with.log, to_session(nth_session(2), 0, until_placing()));
  CHECK(earlier.at(0).recorded_at == nine);
  with.outside.now = nine + 1s;
  auto later = must_append(with.log, to_session(nth_session(3), 0, until_placing()));
  CHECK(later.at(0).recorded_at == nine + 1s);
}

TEST_CASE_TEMPLATE("event log: odd and large texts survive", Log, in_memory, in_a_file) {
  Log with;
  using namespace std::string_literals;
  std::uint64_t version = 0;
  for (const auto& text : {"quote \" backslash \\ slash / newline \n tab \t"s, "zero \0 inside"s,
                           "\x01\x1f\x7f"s, "\u00e9 e\u0301 \u2028 \ufeff \U0001f6a2 \U0010ffff"s,
                           "</script>"s, std::string(3'000'000, 'x')}) {
    session_event odd{session_ended{end_reason::ended_by_user, text}};
    must_append(with.log, to_session(own, version++, {odd}));
    CHECK(with.log.read_stream(stream_of(own)).back().event == event{odd});
  }
}

namespace {

/// Sessions 1 to `count`, each requested a second after the one before; the even ones by a part of
/// Berth, and all of them placed.
template <class Log>
void fill(Log& with, std::uint8_t count) {
  for (std::uint8_t n = 1; n <= count; ++n) {
    with.outside.now = nine + std::chrono::seconds{n};
    auto request = to_session(nth_session(n), 0, until_placed());
    request.because.actor = n % 2 == 0 ? "system:seed" : "user:7";
    must_append(with.log, request);
  }
}

std::vector<std::uint64_t> positions(const found_events& found) {
  std::vector<std::uint64_t> all;
  for (const auto& event : found.events)
    all.push_back(event.position);
  return all;
}

using places = std::vector<std::uint64_t>;

} // namespace

TEST_CASE_TEMPLATE("event log: a search finds the newest first, page by page", Log, in_memory,
                   in_a_file) {
  Log with;
  CHECK(with.log.find_events({}, 99, 10).events.empty());
  fill(with, 3);
  auto first = with.log.find_events({}, 99, 4);
  CHECK(positions(first) == places{6, 5, 4, 3});
  CHECK(first.next_before == 3);
  auto second = with.log.find_events({}, 3, 4);
  CHECK(positions(second) == places{2, 1});
  CHECK_FALSE(second.next_before);
  CHECK_FALSE(with.log.find_events({}, 99, 6).next_before);
  CHECK(with.log.find_events({}, 1, 6).events.empty());
}

TEST_CASE_TEMPLATE("event log: a search is narrowed by stream, type, author and time", Log,
                   in_memory, in_a_file) {
  Log with;
  fill(with, 4);
  auto found = [&with](const event_filter& wanted, std::uint64_t before = 99) {
    return positions(with.log.find_events(wanted, before, 10));
  };
  auto second = stream_of(nth_session(2));
  CHECK(found({.stream = second}) == places{4, 3});
  CHECK(found({.stream = second}, 4) == places{3});
  CHECK(found({.stream = "session-x"}).empty());
  CHECK(found({.type = "session_placed"}) == places{8, 6, 4, 2});
  CHECK(found({.actor = "user:7"}) == places{6, 5, 2, 1});
  CHECK(found({.since = nine + 2s, .until = nine + 3s}) == places{6, 5, 4, 3});
  CHECK(found({.since = nine + 5s}).empty());
  CHECK(found({.until = nine + 999ms}).empty());
  CHECK(found({.stream = second,
               .type = "session_placed",
               .actor = "system:seed",
               .since = nine + 2s,
               .until = nine + 2s})
        == places{4});
  CHECK(found({.stream = second, .actor = "user:7"}).empty());
}

TEST_CASE_TEMPLATE("event log: pages of a narrowed search leave nothing out", Log, in_memory,
                   in_a_file) {
  Log with;
  fill(with, 9);
  places all;
  std::optional<std::uint64_t> before = 99;
  while (before) {
    auto page = with.log.find_events({.type = "session_placed"}, *before, 2);
    CHECK(page.events.size() <= 2);
    for (auto position : positions(page))
      all.push_back(position);
    before = page.next_before;
  }
  CHECK(all == places{18, 16, 14, 12, 10, 8, 6, 4, 2});
}

TEST_CASE_TEMPLATE("event log: a long search ends early and says where to go on", Log, in_memory,
                   in_a_file) {
  Log with;
  must_append(with.log, {.stream = stream_of(pve1),
                         .events = {node_event{node_registered{pve1, "pve-1", 50}}},
                         .because = {"system:seed", request_one, std::nullopt}});
  std::vector<event> many(longest_search, session_event{desktop_opened{vm}});
  must_append(
      with.log,
      {.stream = stream_of(own), .events = many, .because = {"user:7", request_one, std::nullopt}});
  event_filter rare{.type = "node_registered"};
  auto first = with.log.find_events(rare, INT64_MAX, 10);
  CHECK(first.events.empty());
  REQUIRE(first.next_before == 2);
  CHECK(positions(with.log.find_events(rare, *first.next_before, 10)) == places{1});
  rare.stream = stream_of(pve1);
  CHECK(positions(with.log.find_events(rare, INT64_MAX, 10)) == places{1});
}
