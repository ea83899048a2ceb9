#pragma once

#include "adapters/http/session_json.hpp"

#include <map>
#include <string>

/// The wording of server-sent events (the HTML standard, section 9.2).
namespace berth::http {

/// How a stream begins, and how a lost position is admitted.
std::string opening_text(std::uint64_t position, bool is_reset);

/// Nothing for the page, a new position for its next visit.
std::string heartbeat_text(std::uint64_t position);

/// What happened to a session, with the session as it is now, if that is known. Placements are
/// explained to whoever sees all.
std::string session_text(const eventstore::recorded_event& recorded,
                         const eventstore::session_row* row, const shown& how);

/// What happened to anything else.
std::string other_text(const eventstore::recorded_event& recorded);

std::string load_text(const domain::node_sample& sample);

} // namespace berth::http
