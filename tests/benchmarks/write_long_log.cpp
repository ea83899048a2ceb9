#include "eventstore/sqlite_event_log.hpp"
#include "tests/benchmarks/session_life.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <iterator>
#include <utility>

/// Appends sessions to a log, new or existing, which nobody has open: `write_long_log FILE CLOSED
/// ACTIVE` writes so many that are over, and then so many that are active, in the course of a year
/// that ends now.
namespace {

using namespace berth;
using namespace berth::eventstore;
using namespace berth::benchmarks;

constexpr std::size_t appends_per_commit = 2000;
constexpr auto year = std::chrono::hours{365 * 24};

/// Moves evenly through the year, a step for each append.
std::function<domain::time_point()> clock_of(std::size_t appends) {
  using namespace std::chrono;
  auto now = floor<domain::duration>(system_clock::now());
  return
      [at = now - year, step = domain::duration{year} / appends]() mutable { return at += step; };
}

void append(sqlite_event_log& log, std::vector<append_request>& batch) {
  for (const auto& result : log.append(batch))
    if (!std::holds_alternative<appended>(result)) {
      const auto* refused = std::get_if<append_refused>(&result);
      fmt::print(stderr, "an append was refused: {}\n",
                 refused ? refused->reason : "it is no news");
      std::exit(1);
    }
  batch.clear();
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    fmt::print(stderr, "write_long_log FILE CLOSED ACTIVE\n");
    return 2;
  }
  auto closed = static_cast<std::uint32_t>(std::atoi(argv[2]));
  auto active = static_cast<std::uint32_t>(std::atoi(argv[3]));
  auto all = closed + active;
  auto sources = benchmark_sources();
  sources.clock = clock_of(closed * session_life(0, life_stage::closed).size()
                           + active * session_life(0, life_stage::active).size());
  sqlite_event_log log{argv[1], std::move(sources)};
  std::vector<append_request> batch;
  for (std::uint32_t number = 0; number < all; ++number) {
    std::ranges::move(
        session_life(number, number < closed ? life_stage::closed : life_stage::active),
        std::back_inserter(batch));
    if (batch.size() >= appends_per_commit)
      append(log, batch);
  }
  if (!batch.empty())
    append(log, batch);
}
