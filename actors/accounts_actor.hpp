#pragma once

#include "actors/accounts.hpp"
#include "actors/log.hpp"
#include "actors/protocol.hpp"
#include "domain/flat_map.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>

namespace berth::actors {

/// A browser stays signed in for so long, and for so long without a request.
constexpr domain::duration cookie_lifetime = std::chrono::hours{12};
constexpr domain::duration cookie_idle_limit = std::chrono::minutes{30};
/// So many wrong passwords in a row cost nothing but the time to check them; each one more doubles
/// a wait that begins at a second and ends at `longest_sign_in_wait`.
constexpr std::uint32_t free_sign_in_failures = 5;
constexpr domain::duration longest_sign_in_wait = std::chrono::minutes{1};

/// Whom the accounts work with.
struct accounts_collaborators {
  journal_actor journal;
  password_actor passwords;
  std::function<domain::time_point()> now;
  std::function<domain::ulid()> next_id; ///< of what hangs together in the log
  logger log;
};

/// What the accounts remember between messages. Users and open sessions are folded from the log.
struct accounts_state {
  static inline constexpr const char* name = "accounts";

  struct account {
    domain::user is;
    std::uint64_t version = 0;
    std::uint64_t position = 0;
    std::uint64_t password_set_at = 0; ///< position; 0: never
  };
  /// A launch that was admitted and is not in the log yet.
  struct admission {
    admit_launch of;
    domain::time_point made_at;
  };
  struct failures {
    std::uint32_t count = 0;
    domain::time_point not_before;
  };

  accounts_collaborators with;
  std::map<domain::user_id, account> accounts;
  std::map<std::string, domain::user_id> logins;
  std::unordered_map<std::string, domain::user_id> tokens;       ///< by hash
  std::unordered_map<std::string, domain::user_id> cookies;      ///< by hash
  std::unordered_map<std::string, domain::time_point> last_seen; ///< cookies, since the start
  domain::time_point started_at;
  domain::flat_map<domain::session_id, domain::user_id> open_sessions;
  std::map<domain::user_id, std::uint32_t> open_of; ///< how many of these each owner has
  std::map<domain::session_id, admission> admissions;
  std::map<std::string, failures> failed_sign_ins; ///< by login, known or not
};

/// Answers nothing before it has seen all that the log held at its start, and ends when the journal
/// does.
accounts_actor::behavior_type accounts(accounts_actor::stateful_pointer<accounts_state> self,
                                       accounts_collaborators with);

} // namespace berth::actors
