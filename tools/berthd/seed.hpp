#pragma once

#include "actors/journal_actor.hpp"
#include "eventstore/event_log.hpp"

#include <string>
#include <vector>

namespace berth::berthd {

/// A fresh bearer token: shown once, kept nowhere.
struct issued_token {
  std::string login;
  std::string token; ///< `berth_` and 43 characters
};

struct seed_report {
  std::size_t events = 0; ///< written; 0 when everything was there already
  std::vector<issued_token> tokens;
};

/// Writes what a demonstration needs and the log has not: seven nodes, three templates, an admin
/// and two engineers with a token each, and two sessions that are over. A second run changes
/// nothing. Throws eventstore::log_error when the log refuses.
seed_report seed(eventstore::event_log& log, domain::time_point now,
                 const actors::vmid_range& vmids);

} // namespace berth::berthd
