#include "eventstore/replay.hpp"

#include <future>
#include <utility>

namespace berth::eventstore {

namespace {

constexpr std::size_t page_size = 2000;

bool includes(const as_of& until, const recorded_event& event) {
  if (const auto* position = std::get_if<std::uint64_t>(&until))
    return event.position <= *position;
  return event.recorded_at <= std::get<domain::time_point>(until);
}

} // namespace

void for_each_event(const event_log& log, const as_of& until,
                    const std::function<void(const recorded_event&)>& visit) {
  auto read = [&log](std::uint64_t after) { return log.read_all(after, page_size); };
  auto page = read(0);
  while (!page.empty()) {
    // A second thread reads on, while this one visits.
    auto following = std::async(std::launch::async, read, page.back().position);
    for (const auto& event : page) {
      // Neither positions nor times go back: nothing later is included either.
      if (!includes(until, event))
        return;
      visit(event);
    }
    page = following.get();
  }
}

void fold(replayed_session& session, const recorded_event& event) {
  session.is = evolve(std::move(session.is), std::get<domain::session_event>(event.event),
                      event.recorded_at);
  session.last_position = event.position;
  session.updated_at = event.recorded_at;
  if (is_over(session.is) && !session.ended_at)
    session.ended_at = event.recorded_at;
}

std::map<domain::session_id, replayed_session> sessions_as_of(const event_log& log,
                                                              const as_of& until) {
  std::map<domain::session_id, replayed_session> sessions;
  for_each_event(log, until, [&sessions](const recorded_event& event) {
    if (auto id = session_of(event.stream))
      fold(sessions[*id], event);
  });
  return sessions;
}

} // namespace berth::eventstore
