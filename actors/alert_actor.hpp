#pragma once

#include "actors/alert_mail.hpp"
#include "actors/log.hpp"
#include "actors/protocol.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace berth::actors {

/// Alerts that come soon after each other go into one mail, and mails are no more frequent than
/// that.
constexpr domain::duration alert_gathering = std::chrono::seconds{10};
constexpr domain::duration between_alert_mails = std::chrono::minutes{5};
/// Waits after a mail that was not taken; the last one goes for all that follow.
constexpr std::array<domain::duration, 3> mail_retry_delays{
    std::chrono::minutes{1}, std::chrono::minutes{5}, std::chrono::minutes{15}};
/// So long an append that the log has refused is not tried again.
constexpr domain::duration alert_append_retry = std::chrono::minutes{1};

/// Whom the alerts work with.
struct alert_collaborators {
  journal_actor journal;
  mailer_actor mailer; ///< invalid: none is set up, and alerts are errors in the log of the process
  std::function<domain::time_point()> now;
  logger log;
};

/// Timer: something may be due.
struct review_alerts {};

/// Nobody asks it anything; the message is its own.
using alert_actor = caf::typed_actor<caf::reacts_to<review_alerts>>;

/// What the alerts remember. All but the waits between mails is folded from the log.
struct alert_state {
  static inline constexpr const char* name = "alerts";

  /// Something that becomes an alert when it lasts until `due`.
  struct concern {
    domain::time_point due;
    std::string detail;
    domain::ulid event; ///< that gave cause; also the command under which the alert is raised
    domain::ulid correlation;
  };
  using subject = std::pair<domain::session_id, domain::vm_id>; ///< VM 0: the session as a whole

  alert_collaborators with;
  domain::alert_outbox outbox;
  std::uint64_t version = 0; ///< of the stream of alerts
  domain::time_point last_mail;
  std::map<subject, concern> concerns;
  std::set<domain::vm_id> reported; ///< VMs that exist and have had their alert

  std::optional<domain::time_point> next_review;
  std::optional<domain::time_point> mail_due; ///< while alerts wait and no mail is under way
  std::size_t mail_failures = 0;              ///< in a row
  bool is_mailing = false;
  std::optional<std::uint64_t> mailed_through; ///< a mail was taken, and the log does not know yet
};

/// Raises an alert for each session that could not be provided and for each VM that could not be
/// destroyed, and mails them to the admins. The log is its memory: a restart neither raises an
/// alert twice nor forgets to mail one; a mail may come twice when the process ends between the
/// mail server's answer and its commit. Ends when the journal does.
alert_actor::behavior_type alerts(alert_actor::stateful_pointer<alert_state> self,
                                  alert_collaborators with);

} // namespace berth::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::review_alerts)
