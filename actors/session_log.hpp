#pragma once

#include "actors/session_actor.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// How a session's state becomes events of the log, and events become state.
namespace berth::actors {

/// Folds what the log holds of the session. Throws corrupt_history when it cannot follow.
void fold(session_state& my, std::span<const eventstore::recorded_event> events);

/// The sessions whose whole streams these are. Throws corrupt_history when it cannot follow.
std::map<domain::session_id, domain::session>
fold_sessions(std::span<const eventstore::recorded_event> events);

/// The session as others see it.
session_view view(const session_state& my);

/// What has to be committed for these events, which `actor` has caused; `request` is the command
/// that they answer, if any.
eventstore::append_request append_of(const session_state& my,
                                     const std::vector<domain::session_event>& events,
                                     const std::string& actor,
                                     const std::optional<domain::ulid>& request);

/// The answer that a repeated launch gets: what the first one got.
session_view first_answer(std::span<const eventstore::recorded_event> events);

/// Whether the launch that led to `first` wanted what this one wants.
bool is_same(const domain::session& first, const launch_session& m);

} // namespace berth::actors
