#pragma once

#include "domain/ids.hpp"
#include "eventstore/event_log.hpp"
#include "eventstore/hash_chain.hpp"
#include "eventstore/replay.hpp"

#include <filesystem>
#include <iosfwd>
#include <optional>

/// What an auditor can ask of a log. Each report is read from the log alone.
namespace berth::replay {

/// A row for each session.
void list_sessions(const eventstore::event_log& log, std::ostream& out);

/// What happened to a session, in order. False when the log knows no such session.
bool show_session(const eventstore::event_log& log, const domain::session_id& id,
                  std::ostream& out);

/// Why each of a session's attempts went where it went. False when the log knows no such session.
bool explain_placements(const eventstore::event_log& log, const domain::session_id& id,
                        std::ostream& out);

/// Every session as it was.
void sessions_then(const eventstore::event_log& log, const eventstore::as_of& until,
                   std::ostream& out);

/// False when the log is not sound.
bool verify_log(const std::filesystem::path& log,
                const std::optional<eventstore::digest>& known_head, std::ostream& out);

/// Every event as it is stored, one JSON object per line.
void export_log(const std::filesystem::path& log, std::ostream& out);

} // namespace berth::replay
