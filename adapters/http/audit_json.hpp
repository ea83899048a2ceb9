#pragma once

#include "actors/audit.hpp"

#include <map>
#include <string>

/// What auditors are shown of the log.
namespace berth::http {

/// What people are called, by the names that the log has for those who cause events: `user:3`.
using logins_by_actor = std::map<std::string, std::string>;

/// Events in words, newest first.
std::string write_audit(const eventstore::found_events& found, const logins_by_actor& logins);

/// The names of all types of events.
std::string write_event_types();

/// What an event changed.
std::string write_state(const actors::state_as_of& shown);

std::string write_verification(const actors::log_verified& verified);

} // namespace berth::http
