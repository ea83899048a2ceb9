#pragma once

#include "actors/messages.hpp"

#include <boost/json/object.hpp>

#include <string>

/// Sessions as the API shows them: no VMID, no address, no connection id.
namespace berth::http {

/// What surrounds a session when it is shown.
struct shown {
  domain::time_point now;
  bool has_desktops = false; ///< a desktop gateway is configured
  bool to_admin = false;     ///< with its owner's login
};

/// From wherever the row comes.
boost::json::object session_object(const eventstore::session_row& row, const shown& how);

/// The row of a session that its own actor has shown.
eventstore::session_row row_of(const actors::session_view& view);

std::string write_session(const actors::session_view& view, const shown& how);

/// A page; without a next one `next_cursor` is empty.
std::string write_sessions(const std::vector<eventstore::session_row>& rows,
                           const std::string& next_cursor, const shown& how);

/// What happened, in words for its owner, and the steps that it went through.
std::string write_history(const domain::session_id& id,
                          const std::vector<eventstore::recorded_event>& events);

/// Every placement, with what the scheduler saw of each node.
std::string write_placement(const domain::session_id& id,
                            const std::vector<eventstore::recorded_event>& events);

} // namespace berth::http
