#include "tools/berthd/admin_account.hpp"

#include "domain/user/user.hpp"

#include <utility>
#include <vector>

namespace berth::berthd {

namespace {

/// A user, or the first id that is free.
struct seat {
  domain::user_id id;
  domain::user held;
  std::uint64_t version = 0;
};

/// Ids are given without gaps.
seat find(const eventstore::event_log& log, const std::string& login) {
  for (seat at{{1}, {}, 0};; ++at.id.value) {
    at.held = {};
    at.version = 0;
    for (const auto& one : log.read_stream(eventstore::stream_of(at.id))) {
      at.held = domain::evolve(std::move(at.held), std::get<domain::user_event>(one.event),
                               one.recorded_at);
      at.version = one.version;
    }
    if (at.version == 0 || at.held.login == login)
      return at;
  }
}

std::vector<domain::user_command> steps_to_admin(const seat& from, const std::string& login) {
  if (from.version == 0)
    return {domain::register_user{from.id, login, domain::role::admin}, domain::change_password{}};
  return {domain::enable_user{}, domain::change_role{domain::role::admin},
          domain::change_password{}};
}

} // namespace

void make_admin(eventstore::event_log& log, const std::string& login, domain::time_point now,
                const domain::secret& password, const store_password& store) {
  auto seat = find(log, login);
  eventstore::append_request request{.stream = eventstore::stream_of(seat.id),
                                     .because = {.actor = "system:operator"}};
  for (const auto& step : steps_to_admin(seat, login)) {
    auto decided = domain::decide(seat.held, step, now);
    if (!decided)
      throw eventstore::log_error{login + ": " + decided.error().detail};
    for (const auto& event : *decided) {
      seat.held = domain::evolve(std::move(seat.held), event, now);
      request.events.emplace_back(event);
    }
  }
  request.expected_version = seat.version;
  store(seat.id, password);
  auto results = log.append({request});
  if (!std::holds_alternative<eventstore::appended>(results[0]))
    throw eventstore::log_error{"the log refused the change of " + request.stream};
}

} // namespace berth::berthd
