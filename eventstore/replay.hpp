#pragma once

#include "domain/session/session.hpp"
#include "eventstore/event_log.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace berth::eventstore {

/// The past up to a position, or up to an instant; both included.
using as_of = std::variant<std::uint64_t, domain::time_point>;

/// Includes everything.
inline constexpr std::uint64_t whole_log = ~std::uint64_t{0};

/// A session as it was.
struct replayed_session {
  domain::session is;
  std::uint64_t last_position = 0;
  domain::time_point updated_at;
  std::optional<domain::time_point> ended_at; ///< when it was over
};

/// Calls `visit` for each event of that past, in order, two pages of the log in memory at a time.
/// The log is read by a thread of its own meanwhile: `visit` must not use it.
void for_each_event(const event_log& log, const as_of& until,
                    const std::function<void(const recorded_event&)>& visit);

/// Folds one more event of the session. Throws corrupt_history when it cannot follow.
void fold(replayed_session& session, const recorded_event& event);

/// Every session that had begun by then, in order of ids.
std::map<domain::session_id, replayed_session> sessions_as_of(const event_log& log,
                                                              const as_of& until);

} // namespace berth::eventstore
