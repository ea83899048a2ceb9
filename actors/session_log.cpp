#include "actors/session_log.hpp"

#include <utility>
#include <variant>

namespace berth::actors {

namespace {

domain::session follow(domain::session before, const eventstore::recorded_event& recorded) {
  const auto* event = std::get_if<domain::session_event>(&recorded.event);
  if (!event)
    throw domain::corrupt_history{recorded.stream + " holds an event that is not a session's"};
  return domain::evolve(std::move(before), *event, recorded.recorded_at);
}

} // namespace

void fold(session_state& my, std::span<const eventstore::recorded_event> events) {
  for (const auto& recorded : events) {
    my.session = follow(std::move(my.session), recorded);
    my.version = recorded.version;
    my.position = recorded.position;
    my.correlation = recorded.because.correlation;
  }
}

std::map<domain::session_id, domain::session>
fold_sessions(std::span<const eventstore::recorded_event> events) {
  std::map<domain::session_id, domain::session> sessions;
  for (const auto& recorded : events)
    if (auto id = eventstore::session_of(recorded.stream)) {
      auto& session = sessions[*id];
      session = follow(std::move(session), recorded);
    }
  return sessions;
}

session_view view(const session_state& my) {
  return {my.session, my.version, my.position};
}

eventstore::append_request append_of(const session_state& my,
                                     const std::vector<domain::session_event>& events,
                                     const std::string& actor,
                                     const std::optional<domain::ulid>& request) {
  eventstore::append_request wanted{.stream = eventstore::stream_of(my.id),
                                    .expected_version = my.version,
                                    .because = {actor, my.correlation, request},
                                    .command_id = request};
  if (my.version == 0)
    wanted.because.correlation = request.value_or(my.id.value);
  for (const auto& event : events) {
    if (const auto* placed = std::get_if<domain::session_placed>(&event))
      wanted.reserves = placed->vm;
    if (std::holds_alternative<domain::session_closed>(event))
      wanted.closes = true;
    wanted.events.emplace_back(event);
  }
  return wanted;
}

session_view first_answer(std::span<const eventstore::recorded_event> events) {
  session_state first;
  fold(first, events);
  auto seen = view(first);
  seen.is_repeat = true;
  return seen;
}

bool is_same(const domain::session& first, const launch_session& m) {
  auto lifetime = std::chrono::round<std::chrono::minutes>(first.expires_at - first.created_at);
  return first.owner == m.owner && first.from_template == m.from_template && first.type == m.type
         && lifetime == m.lifetime;
}

} // namespace berth::actors
