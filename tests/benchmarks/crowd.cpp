// Writes people into the log of a daemon that does not run, and prints a token of each: more than
// the API could sign in within the patience of a benchmark.

#include "adapters/http/token_hash.hpp"
#include "eventstore/data_directory.hpp"
#include "eventstore/sqlite_event_log.hpp"
#include "tools/berthd/sources.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <vector>

namespace {

using namespace berth;

constexpr std::uint32_t first_id = 1000;
constexpr std::uint32_t most_sessions = 1000;

eventstore::append_request person(std::uint32_t number, domain::role held,
                                  const std::string& token) {
  domain::user_id id{first_id + number};
  return {
      .stream = eventstore::stream_of(id),
      .events = {domain::user_event{
                     domain::user_registered{id, "crowd-" + std::to_string(number), held}},
                 domain::user_event{domain::quota_changed{most_sessions}},
                 domain::user_event{domain::token_issued{http::token_hash(token), "crowd", {}}}},
      .because = {"system:crowd", domain::ulid{}, {}}};
}

} // namespace

int main(int argc, char** argv) {
  std::string data;
  std::uint32_t people = 1;
  std::string role = "engineer";
  CLI::App app{"Writes people into a log, and prints their tokens."};
  app.add_option("--data", data)->required();
  app.add_option("--people", people);
  app.add_option("--role", role);
  CLI11_PARSE(app, argc, argv);
  try {
    auto held = domain::parse_role(role);
    if (!held)
      throw std::runtime_error{"there is no role " + role};
    eventstore::sqlite_event_log log{eventstore::log_file_in(data), berthd::log_sources()};
    std::vector<eventstore::append_request> all;
    for (std::uint32_t i = 0; i < people; ++i) {
      auto token = "berth_" + berthd::fresh_secret();
      std::cout << token << '\n';
      all.push_back(person(i, *held, token));
    }
    for (const auto& result : log.append(all))
      if (!std::holds_alternative<eventstore::appended>(result))
        throw std::runtime_error{"the log refuses somebody"};
  } catch (const std::exception& why) {
    std::cerr << "crowd: " << why.what() << '\n';
    return 1;
  }
}
