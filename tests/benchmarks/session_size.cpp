#include "eventstore/replay.hpp"
#include "eventstore/sqlite_event_log.hpp"

#include <fmt/core.h>
#include <malloc.h>

#include <memory>
#include <vector>

/// Prints how many bytes the folded state of a session takes, the mean of all in the log that are
/// not over: `session_size LOG`.
int main(int argc, char** argv) {
  using namespace berth;
  if (argc != 2) {
    fmt::print(stderr, "session_size LOG\n");
    return 2;
  }
  auto log = eventstore::sqlite_event_log::open_read_only(argv[1]);
  std::map<domain::session_id, domain::session> folded;
  for (const auto& stream : log->open_sessions())
    for (const auto& event : log->read_stream(stream)) {
      auto& session = folded[*eventstore::session_of(stream)];
      session = domain::evolve(std::move(session), std::get<domain::session_event>(event.event),
                               event.recorded_at);
    }
  auto before = mallinfo2().uordblks;
  std::vector<std::unique_ptr<domain::session>> copies;
  copies.reserve(folded.size());
  auto reserved = mallinfo2().uordblks - before;
  for (const auto& [id, session] : folded)
    copies.push_back(std::make_unique<domain::session>(session));
  auto taken = mallinfo2().uordblks - before - reserved;
  fmt::print("{}\n", copies.empty()
                         ? 0.0
                         : static_cast<double>(taken) / static_cast<double>(copies.size()));
}
