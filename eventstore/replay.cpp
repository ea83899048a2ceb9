#include "eventstore/replay.hpp"

#include "eventstore/stored_event.hpp"

#include <future>
#include <span>
#include <utility>
#include <vector>

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
  std::vector<stored_event> page(page_size);
  std::vector<stored_event> following(page_size);
  auto count = log.read_stored(0, page);
  while (count > 0) {
    // A second thread reads on, while this one decodes and visits.
    auto reading =
        std::async(std::launch::async, [&log, &following, after = page[count - 1].position] {
          return log.read_stored(after, following);
        });
    for (const auto& stored : std::span{page}.first(count)) {
      auto event = decode(stored);
      // Neither positions nor times go back: nothing later is included either.
      if (!includes(until, event))
        return;
      visit(event);
    }
    count = reading.get();
    std::swap(page, following);
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
