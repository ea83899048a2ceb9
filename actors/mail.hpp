#pragma once

#include <caf/typed_actor.hpp>

#include <string>

namespace berth::actors {

/// A mail to the admins that the configuration names.
struct send_mail {
  std::string subject; ///< one line
  std::string text;    ///< UTF-8, lines end with \n
};
/// A mail server has taken it, which is all that can be known.
struct mail_taken {};

/// PORT to a mail server. Implemented by adapters/mail, faked in tests.
using mailer_actor = caf::typed_actor<
    // Fails with `mail_refused` and the server's words: try again, later.
    caf::replies_to<send_mail>::with<mail_taken>>;

} // namespace berth::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::send_mail)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::mail_taken)
