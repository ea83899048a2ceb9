#pragma once

#include "actors/journal_actor.hpp"
#include "domain/secret.hpp"
#include "eventstore/event_log.hpp"

#include <functional>
#include <string>
#include <vector>

namespace berth::berthd {

/// What a new user may sign in with: shown once, kept nowhere.
struct issued_credentials {
  std::string login;
  std::string token;    ///< `berth_` and 43 characters
  std::string password; ///< empty when none was wanted
};

/// Stores a user's password.
using store_password = std::function<void(domain::user_id, const domain::secret&)>;

struct seed_report {
  std::size_t events = 0; ///< written; 0 when everything was there already
  std::vector<issued_credentials> issued;
};

/// Writes what a demonstration needs and the log has not: seven nodes, three templates, an admin,
/// two engineers and an auditor with a token each, and with a password each when there is a
/// `store`, and two sessions that are over. A second run changes nothing. Throws
/// eventstore::log_error when the log refuses.
seed_report seed(eventstore::event_log& log, domain::time_point now,
                 const actors::vmid_range& vmids, const store_password& store);

} // namespace berth::berthd
