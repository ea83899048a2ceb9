#pragma once

#include "domain/password_hash.hpp"
#include "domain/secret.hpp"
#include "domain/time.hpp"
#include "domain/user/user.hpp"

#include <caf/typed_actor.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// People: who may ask, and for how much.
namespace berth::actors {

/// Somebody who has proved who they are.
struct caller {
  domain::user_id id;
  std::string login;
  domain::role held{};
  std::string credential_hash; ///< of the token or cookie that was shown
  bool by_cookie = false;
  std::uint64_t position = 0;                    ///< of the newest event of the user
  std::optional<domain::time_point> valid_until; ///< of the credential
};

/// Asks whose token, or whose cookie, has this hash.
struct authenticate {
  std::string credential_hash;
  bool by_cookie = false;
};

/// Asks for a cookie session. The cookie is the asker's own: only its hash comes here.
struct sign_in {
  std::string login;
  domain::secret password;
  std::string cookie_hash;
};
/// Nobody signed in when `who` is empty: after `wait` it may be tried again.
struct sign_in_answer {
  std::optional<caller> who;
  domain::time_point expires_at; ///< of the cookie
  domain::duration wait{};
};

/// A user, as others may see it.
struct user_view {
  domain::user is;
  std::uint64_t version = 0; ///< of its stream
  std::uint64_t position = 0;
  std::uint32_t open_sessions = 0; ///< that count against the quota
};
struct list_users {};
struct user_list {
  std::vector<user_view> users; ///< by id
};
struct get_user {
  domain::user_id id;
};
struct create_user {
  std::string login;
  domain::role held{};
  std::uint32_t quota = domain::usual_quota;
  std::optional<domain::secret> password;
  domain::user_id by;
};
struct change_user {
  domain::user_id id;
  std::vector<domain::user_command> wanted; ///< all of them or none
  domain::user_id by;
  std::optional<std::uint64_t> if_version; ///< refused when the user is at another
};
struct set_password {
  domain::user_id id;
  domain::secret password;
  std::optional<domain::secret> current; ///< must match: for people who change their own
  domain::user_id by;
};

/// Asks whether one more session may begin. The commands are those of the launch: while it is under
/// way, its repeat is told so.
struct admit_launch {
  domain::session_id id;
  domain::user_id owner;
  domain::ulid command;
  std::optional<domain::ulid> earlier_command;
};
struct launch_admitted {};
/// The launch came to nothing: its place is free again.
struct withdraw_launch {
  domain::session_id id;
};

/// Knows every user, and decides who may ask.
using accounts_actor = caf::typed_actor<
    // Fails with `unknown` for whatever is not a valid credential of an active user.
    caf::replies_to<authenticate>::with<caller>,
    // Takes as long for an unknown user as for a wrong password. Fails with `busy`.
    caf::replies_to<sign_in>::with<sign_in_answer>, caf::replies_to<list_users>::with<user_list>,
    caf::replies_to<get_user>::with<user_view>,
    // Fails with `not_in_this_state` when the login is taken, and with `invalid` or `busy` when the
    // password cannot be hashed: then there is no such user.
    caf::replies_to<create_user>::with<user_view>,
    // Fails with `changed_meanwhile`, and with `not_in_this_state` when no admin would be left.
    caf::replies_to<change_user>::with<user_view>,
    // Fails with `wrong_password`, `invalid` or `busy`.
    caf::replies_to<set_password>::with<user_view>,
    // Counts what it admits until the log shows the session. Fails with `quota_exceeded` and the
    // numbers, or with `in_progress`.
    caf::replies_to<admit_launch>::with<launch_admitted>, caf::reacts_to<withdraw_launch>>;

struct hash_password {
  domain::secret password;
};
struct password_hashed {
  domain::password_hash is;
};
struct store_password {
  domain::user_id of;
  domain::password_hash is;
};
struct password_stored {};
struct check_password {
  domain::user_id of; ///< 0, or a user without a password: never matches, after the same time
  domain::secret password;
};
struct password_checked {
  bool matches = false;
};

/// PORT to the store of password hashes. Implemented by adapters/passwords, faked in tests.
using password_actor = caf::typed_actor<
    // Changes nothing. Fails with `invalid` and the reason, or with `busy` when too many wait.
    caf::replies_to<hash_password>::with<password_hashed>,
    // Durable, and at once: whatever is checked after it meets this password.
    caf::replies_to<store_password>::with<password_stored>,
    // Fails with `busy`.
    caf::replies_to<check_password>::with<password_checked>>;

} // namespace berth::actors

#define BERTH_MESSAGE(type) CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::type)
BERTH_MESSAGE(caller)
BERTH_MESSAGE(authenticate)
BERTH_MESSAGE(sign_in)
BERTH_MESSAGE(sign_in_answer)
BERTH_MESSAGE(user_view)
BERTH_MESSAGE(list_users)
BERTH_MESSAGE(user_list)
BERTH_MESSAGE(get_user)
BERTH_MESSAGE(create_user)
BERTH_MESSAGE(change_user)
BERTH_MESSAGE(set_password)
BERTH_MESSAGE(admit_launch)
BERTH_MESSAGE(launch_admitted)
BERTH_MESSAGE(withdraw_launch)
BERTH_MESSAGE(hash_password)
BERTH_MESSAGE(password_hashed)
BERTH_MESSAGE(store_password)
BERTH_MESSAGE(password_stored)
BERTH_MESSAGE(check_password)
BERTH_MESSAGE(password_checked)
#undef BERTH_MESSAGE
