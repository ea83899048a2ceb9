#pragma once

#include "actors/mail.hpp"
#include "adapters/mail/mail_settings.hpp"
#include "domain/time.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <functional>

namespace berth::mail {

/// The mail port, by SMTP. Spawn it detached: it waits for the mail server, at most a minute per
/// mail. It takes a mail for delivered when the server accepts it for one recipient at least.
actors::mailer_actor::behavior_type smtp_mailer(actors::mailer_actor::pointer self,
                                                mail_settings settings,
                                                std::function<domain::time_point()> now);

} // namespace berth::mail
