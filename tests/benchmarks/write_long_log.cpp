#include "eventstore/sqlite_event_log.hpp"
#include "tests/benchmarks/session_life.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <span>

/// Appends sessions to a log, new or existing, which nobody has open: `write_long_log FILE CLOSED
/// ACTIVE` writes so many that are over, and then so many that are active.
namespace {

using namespace berth::eventstore;
using namespace berth::benchmarks;

constexpr std::size_t appends_per_commit = 2000;

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
  sqlite_event_log log{argv[1], benchmark_sources()};
  auto closed = static_cast<std::uint32_t>(std::atoi(argv[2]));
  auto all = closed + static_cast<std::uint32_t>(std::atoi(argv[3]));
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
