#include "actors/alert_actor.hpp"

#include "actors/errors.hpp"
#include "actors/log_follower.hpp"
#include "domain/session/session_policy.hpp"

#include <algorithm>
#include <span>
#include <utility>
#include <variant>
#include <vector>

namespace berth::actors {

namespace {

using alert_pointer = alert_actor::stateful_pointer<alert_state>;
using concern = alert_state::concern;

constexpr auto commit_timeout = std::chrono::seconds{30};
/// Longer than an exchange with a mail server may take.
constexpr auto mail_timeout = std::chrono::minutes{3};
constexpr domain::vm_id no_vm{};

// -- folding ------------------------------------------------------------------

/// What makes an alert due, or settles it. One overload per event that matters here.
struct session_fold {
  alert_state& my;
  const eventstore::recorded_event& recorded;
  domain::session_id id;

  void operator()(const domain::session_failed& e) const {
    if (e.reason == domain::end_reason::provisioning_failed)
      watch(no_vm, recorded.recorded_at, e.detail);
  }
  void operator()(const domain::deletion_intended& e) const {
    if (!my.concerns.contains({id, e.vm}))
      watch(e.vm, recorded.recorded_at + domain::deletion_patience, "its deletion does not end");
  }
  void operator()(const domain::teardown_failed& e) const {
    if (auto found = my.concerns.find({id, e.vm}); found != my.concerns.end())
      found->second.detail = e.reason;
  }
  void operator()(const domain::vm_quarantined& e) const {
    watch(e.vm, recorded.recorded_at, "left alone: " + e.reason);
  }
  void operator()(const domain::vm_deleted& e) const {
    my.concerns.erase({id, e.vm});
    my.reported.erase(e.vm);
  }
  template <class Other>
  void operator()(const Other&) const {}

  void watch(domain::vm_id vm, domain::time_point due, std::string detail) const {
    if (!my.reported.contains(vm))
      my.concerns[{id, vm}] = {due, std::move(detail), recorded.event_id,
                               recorded.because.correlation};
  }
};

struct fold {
  alert_state& my;
  const eventstore::recorded_event& recorded;

  void operator()(const domain::session_event& event) const {
    std::visit(session_fold{my, recorded, *eventstore::session_of(recorded.stream)}, event);
  }
  void operator()(const domain::alert_event& event) const {
    if (recorded.version <= my.version)
      return; // Folded when it was committed.
    my.version = recorded.version;
    my.outbox = domain::evolve(std::move(my.outbox), event);
    if (const auto* raised = std::get_if<domain::alert_raised>(&event)) {
      my.concerns.erase({raised->session, raised->vm});
      if (raised->vm != no_vm)
        my.reported.insert(raised->vm);
    } else
      my.last_mail = recorded.recorded_at;
  }
  template <class Other>
  void operator()(const Other&) const {}
};

void take(alert_state& my, const event_page& page) {
  for (const auto& recorded : page.events)
    std::visit(fold{my, recorded}, recorded.event);
}

// -- timers -------------------------------------------------------------------

void review(alert_pointer self);

void review_at(alert_pointer self, domain::time_point at) {
  auto& my = self->state;
  if (my.next_review && *my.next_review <= at)
    return;
  my.next_review = at;
  auto wait = std::max(at - my.with.now(), domain::duration{0});
  self->delayed_send(self, wait, review_alerts{});
}

// -- appending ----------------------------------------------------------------

/// Nothing else runs until the log has answered. A full disk is waited for; whatever else goes
/// wrong ends the actor, because it may no longer know what the log holds.
void append(alert_pointer self, const domain::alert_event& event, eventstore::cause because,
            std::optional<domain::ulid> command, std::function<void()> then) {
  auto& my = self->state;
  append_events wanted{{.stream = std::string{eventstore::alerts_stream},
                        .expected_version = my.version,
                        .events = {event},
                        .because = std::move(because),
                        .command_id = command}};
  self->request(my.with.journal, commit_timeout, std::move(wanted))
      .await(
          [self, then](const event_page& page) {
            take(self->state, page);
            then();
          },
          [self](caf::error& why) {
            if (code_of(why) != errc::log_refused)
              return self->quit(std::move(why));
            review_at(self, self->state.with.now() + alert_append_retry);
          });
}

eventstore::cause because_of(const concern& of) {
  return {"system:alerts", of.correlation, of.event};
}

void raise(alert_pointer self, const alert_state::subject& about, const concern& due) {
  auto& my = self->state;
  auto kind = about.second == no_vm ? domain::alert_kind::session_failed
                                    : domain::alert_kind::deletion_stuck;
  domain::alert_raised alert{my.outbox.raised + 1, kind, about.first, about.second, due.detail};
  append(self, alert, because_of(due), due.event, [self, alert] {
    auto& my = self->state;
    if (!my.with.mailer)
      my.with.log.error("alert, and no mail server is set up",
                        {{"kind", std::string{to_string(alert.kind)}},
                         {"session", to_string(alert.session)},
                         {"vm", std::to_string(alert.vm.value)},
                         {"why", alert.detail}});
    review(self);
  });
}

// -- mailing ------------------------------------------------------------------

/// What a mail says of a session. One overload per event that tells it.
struct description {
  alert_report& of;

  void operator()(const domain::session_requested& e) const {
    of.owner = e.owner;
    of.template_name = e.from.name;
  }
  void operator()(const domain::session_placed& e) const { of.node = e.node; }
  void operator()(const domain::vm_taken_over& e) const { of.node = e.node; }
  void operator()(const domain::session_activated& e) const { of.node = e.node; }
  void operator()(const domain::vm_moved& e) const { of.node = e.node; }
  void operator()(const domain::vm_kept& e) const { of.node = e.node; }
  template <class Other>
  void operator()(const Other&) const {}
};

alert_report report_of(const domain::alert_raised& alert, const stream_history& past) {
  alert_report report{.alert = alert};
  auto stream = eventstore::stream_of(alert.session);
  for (const auto& recorded : past.events)
    if (const auto* event = std::get_if<domain::session_event>(&recorded.event);
        event && recorded.stream == stream)
      std::visit(description{report}, *event);
  return report;
}

void record_mail(alert_pointer self) {
  auto through = *self->state.mailed_through;
  append(self, domain::alerts_mailed{through}, {.actor = "system:alerts"}, {}, [self] {
    self->state.mailed_through.reset();
    review(self);
  });
}

domain::duration wait_after_failure(std::size_t failures) {
  return mail_retry_delays[std::min(failures, mail_retry_delays.size()) - 1];
}

void mail_failed(alert_pointer self, const caf::error& why) {
  auto& my = self->state;
  auto wait = wait_after_failure(++my.mail_failures);
  my.with.log.warn("alerts could not be mailed yet",
                   {{"waiting", std::to_string(my.outbox.waiting.size())}, {"why", text_of(why)}});
  my.mail_due = my.with.now() + wait;
}

/// `past` holds the streams of the sessions that the mail describes.
void mail(alert_pointer self, const stream_history& past) {
  auto& my = self->state;
  std::vector<alert_report> reports;
  for (const auto& alert : my.outbox.waiting)
    reports.push_back(reports.size() < longest_digest ? report_of(alert, past)
                                                      : alert_report{.alert = alert});
  my.mail_due.reset();
  my.is_mailing = true;
  self->request(my.with.mailer, mail_timeout, compose_mail(reports))
      .then(
          [self, through = my.outbox.raised](mail_taken) {
            auto& my = self->state;
            my.is_mailing = false;
            my.mail_failures = 0;
            my.mailed_through = through;
            review(self);
          },
          [self](const caf::error& why) {
            self->state.is_mailing = false;
            mail_failed(self, why);
            review(self);
          });
}

/// The log knows all that a mail says: nothing of it is kept for alerts that may never come.
void mail_waiting_alerts(alert_pointer self) {
  const auto& my = self->state;
  recall_sessions described;
  const auto& waiting = my.outbox.waiting;
  for (const auto& alert : std::span{waiting}.first(std::min(waiting.size(), longest_digest)))
    described.sessions.push_back(alert.session);
  self->request(my.with.journal, commit_timeout, std::move(described))
      .await([self](const stream_history& past) { mail(self, past); },
             [self](caf::error& why) { self->quit(std::move(why)); });
}

// -- what is due --------------------------------------------------------------

/// The next mail's time, when there is something to mail and nothing in the way.
std::optional<domain::time_point> plan_mail(alert_state& my, domain::time_point now) {
  if (!my.with.mailer || my.is_mailing || my.outbox.waiting.empty())
    return std::nullopt;
  if (!my.mail_due)
    my.mail_due = std::max(now + alert_gathering, my.last_mail + between_alert_mails);
  return my.mail_due;
}

/// Does one thing that is due, and comes again when it is done; else waits for what is due next.
void review(alert_pointer self) {
  auto& my = self->state;
  auto now = my.with.now();
  if (my.mailed_through)
    return record_mail(self);
  for (const auto& [about, watched] : my.concerns) {
    if (watched.due <= now)
      return raise(self, about, watched);
    review_at(self, watched.due);
  }
  if (auto due = plan_mail(my, now)) {
    if (*due <= now)
      return mail_waiting_alerts(self);
    review_at(self, *due);
  }
}

} // namespace

alert_actor::behavior_type alerts(alert_pointer self, alert_collaborators with) {
  self->state.with = std::move(with);
  self->set_down_handler([self](const caf::down_msg&) { self->quit(journal_has_ended()); });
  follow_log(self, self->state.with.journal, all_unfinished, [self](const event_page& page) {
    take(self->state, page);
    // Alerts come after their causes: before the end is reached, it looks as if they were missing.
    if (page.events.back().position == page.head)
      review(self);
  });
  return {
      [self](review_alerts) {
        self->state.next_review.reset();
        review(self);
      },
  };
}

} // namespace berth::actors
