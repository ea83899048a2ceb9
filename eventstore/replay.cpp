#include "eventstore/replay.hpp"

#include <utility>

namespace berth::eventstore {

namespace {

constexpr std::size_t page_size = 500;

bool includes(const as_of& until, const recorded_event& event) {
  if (const auto* position = std::get_if<std::uint64_t>(&until))
    return event.position <= *position;
  return event.recorded_at <= std::get<domain::time_point>(until);
}

} // namespace

void for_each_event(const event_log& log, const as_of& until,
                    const std::function<void(const recorded_event&)>& visit) {
  std::uint64_t last = 0;
  for (auto page = log.read_all(last, page_size); !page.empty();
       page = log.read_all(last, page_size)) {
    for (const auto& event : page) {
      // Neither positions nor times go back: nothing later is included either.
      if (!includes(until, event))
        return;
      visit(event);
    }
    last = page.back().position;
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
