#pragma once

#include "domain/secret.hpp"
#include "eventstore/event_log.hpp"
#include "tools/berthd/seed.hpp"

#include <string>

namespace berth::berthd {

/// Lets somebody in when nobody can: registers `login` as an admin, or makes the user who has it an
/// active admin, and gives them the password. It is stored before the log says so. Throws
/// eventstore::log_error when the login breaks the rules or the log refuses.
void make_admin(eventstore::event_log& log, const std::string& login, domain::time_point now,
                const domain::secret& password, const store_password& store);

} // namespace berth::berthd
