#include "actors/reconciler_actor.hpp"

#include "actors/errors.hpp"
#include "actors/late_clone_removal.hpp"
#include "actors/log_follower.hpp"
#include "domain/broken_rule.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <variant>

namespace berth::actors {

namespace {

using domain::difference_kind;

constexpr auto commit_timeout = std::chrono::seconds{30};
constexpr auto notice_timeout = std::chrono::minutes{1};
constexpr auto survey_timeout = std::chrono::minutes{5};
constexpr std::size_t longest_list = 1'000;
constexpr std::size_t remembered_settled = 100;
constexpr auto lost_detail = "its VM does not exist any more, and Berth did not remove it";

// -- folding ------------------------------------------------------------------

void remember_settled(reconciler_state& my, const domain::difference_settled& e,
                      domain::time_point at) {
  auto found = my.known.open.find({e.kind, e.vm, e.volume});
  if (found == my.known.open.end())
    return; // Corrupt: folding it will say so.
  my.settled.push_front({found->second, at, e.how});
  if (my.settled.size() > remembered_settled)
    my.settled.pop_back();
}

struct fold {
  reconciler_state& my;
  const eventstore::recorded_event& recorded;

  void operator()(const domain::session_event& event) const {
    my.ledger.apply(*eventstore::session_of(recorded.stream), event, recorded.recorded_at);
  }
  void operator()(const domain::reconciliation_event& event) const {
    if (recorded.version <= my.version)
      return; // Folded when it was committed.
    my.version = recorded.version;
    if (const auto* settled = std::get_if<domain::difference_settled>(&event))
      remember_settled(my, *settled, recorded.recorded_at);
    my.known = domain::evolve(std::move(my.known), event, recorded.recorded_at);
  }
  template <class Other>
  void operator()(const Other&) const {}
};

void take(reconciler_state& my, const event_page& page) {
  for (const auto& recorded : page.events)
    std::visit(fold{my, recorded}, recorded.event);
  my.position = page.events.back().position;
}

/// Of what was appended, only the stream about differences: the rest comes in order, from the log.
void take_own(reconciler_state& my, const event_page& page) {
  for (const auto& recorded : page.events)
    if (const auto* event = std::get_if<domain::reconciliation_event>(&recorded.event))
      fold{my, recorded}(*event);
}

// -- what people are told -----------------------------------------------------

bool needs_a_person(difference_kind kind) {
  return kind == difference_kind::stray || kind == difference_kind::foreign
         || kind == difference_kind::leaked_volume;
}

void tell_operator(const logger& to, const domain::reconciliation_event& event) {
  if (const auto* found = std::get_if<domain::difference_found>(&event)) {
    auto say = needs_a_person(found->kind) ? &logger::error : &logger::warn;
    (to.*say)("log and cluster differ", {{"kind", std::string{to_string(found->kind)}},
                                         {"vm", std::to_string(found->vm.value)},
                                         {"node", found->node.value},
                                         {"volume", found->volume},
                                         {"why", found->detail}});
  } else if (const auto* settled = std::get_if<domain::difference_settled>(&event))
    to.info("log and cluster differ no more", {{"kind", std::string{to_string(settled->kind)}},
                                               {"vm", std::to_string(settled->vm.value)},
                                               {"how", std::string{to_string(settled->how)}}});
}

reconciliation_report report(const reconciler_state& my) {
  reconciliation_report all{.surveyed_at = my.surveyed_at,
                            .is_complete = my.is_complete,
                            .why_not = my.why_not,
                            .volumes_listed_at = my.volumes_listed_at,
                            .unread = my.unread,
                            .next_at = my.next_at,
                            .counts = domain::count_open(my.known),
                            .settled = {my.settled.begin(), my.settled.end()}};
  for (const auto& [key, difference] : my.known.open)
    all.open.push_back(difference);
  std::ranges::stable_sort(all.open, {}, &domain::open_difference::since);
  all.open.resize(std::min(all.open.size(), longest_list));
  return all;
}

// -- telling sessions ---------------------------------------------------------

template <class Notice>
void notify(reconciler_pointer self, const Notice& notice) {
  // Without effect it is said again after the next survey.
  self->request(self->state.with.supervisor, notice_timeout, notice)
      .then([](const session_view&) {},
            [self, vm = notice.vm](const caf::error& why) {
              self->state.with.log.warn("a session could not be told of its VM",
                                        {{"vm", std::to_string(vm.value)}, {"why", text_of(why)}});
            });
}

void tell_sessions(reconciler_pointer self, const std::vector<domain::difference>& observed) {
  for (const auto& seen : observed) {
    if (!seen.session || !self->state.known.open.contains(seen.is))
      continue;
    if (seen.is.kind == difference_kind::lost
        && !domain::is_broken(domain::rule::lost_vms_are_noticed))
      notify(self, note_vm_lost{*seen.session, seen.is.vm, lost_detail});
    else if (seen.is.kind == difference_kind::moved)
      notify(self, note_vm_moved{*seen.session, seen.is.vm, seen.node});
  }
}

/// After a log was restored from an older backup, the cluster has VMs that it has forgotten.
void skip_forgotten(reconciler_pointer self, const domain::vm_survey& seen) {
  auto& my = self->state;
  auto last = domain::last_forgotten(my.ledger, seen);
  if (!last || *last <= my.skipped)
    return;
  my.skipped = *last;
  my.with.log.warn("the cluster has VMs that the log has forgotten: their VMIDs are skipped",
                   {{"through", std::to_string(last->value)}});
  self->send(my.with.journal, skip_vmids{*last});
}

// -- surveying ----------------------------------------------------------------

void survey_at(reconciler_pointer self, domain::duration wait) {
  auto& my = self->state;
  my.next_at = my.with.now() + wait;
  self->delayed_send(self, wait, survey_due{my.next_at});
}

void finish(reconciler_pointer self) {
  auto& my = self->state;
  my.is_surveying = false;
  if (std::exchange(my.is_asked_again, false))
    return survey_at(self, {});
  survey_at(self, my.suspected.empty() ? between_surveys : domain::survey_twice_within);
}

/// A survey of what seems to be another cluster shows nothing by what is absent from it.
void doubt(reconciler_state& my, domain::vm_survey& seen) {
  auto why = domain::doubt(my.ledger, seen);
  if (why && my.why_not != *why)
    my.with.log.error("the survey of the cluster is doubtful: no session ends because of it",
                      {{"why", *why}});
  if (why) {
    seen.complete = false;
    seen.why_not = *why;
  }
}

void compare(reconciler_pointer self, domain::cluster_survey seen) {
  auto& my = self->state;
  doubt(my, seen.vms);
  auto now = my.with.now();
  my.surveyed_at = now;
  my.is_complete = seen.vms.complete;
  my.why_not = seen.vms.why_not;
  if (seen.volumes) {
    my.volumes_listed_at = now;
    my.unread = seen.volumes->unread;
  }
  skip_forgotten(self, seen.vms);
  auto observed = domain::differences(my.ledger, seen, now);
  auto result = domain::reconcile(my.known, my.suspected, observed, seen, now);
  my.suspected = std::move(result.suspected);
  append_differences(self, std::move(result.events), [self, observed = std::move(observed)](bool) {
    tell_sessions(self, observed); // Only of what is in the log.
    if (!domain::is_broken(domain::rule::late_clones_are_removed))
      remove_late_clones(self);
    finish(self);
  });
}

/// Sessions that were over before the journal began are not in memory. What the ledger knows
/// already, and what it will be told in its turn, is left alone.
void fold_recalled(reconciler_state& my, const stream_history& recalled) {
  std::map<std::string, bool> is_news; // By stream; its last event decides.
  for (const auto& recorded : recalled.events) {
    auto id = eventstore::session_of(recorded.stream);
    is_news[recorded.stream] = id && !my.ledger.knows(*id) && recorded.position <= my.position;
  }
  for (const auto& recorded : recalled.events)
    if (is_news[recorded.stream])
      std::visit(fold{my, recorded}, recorded.event);
}

void recall_and_compare(reconciler_pointer self, domain::cluster_survey seen) {
  auto unknown = domain::find_unknown(self->state.ledger, seen);
  if (unknown.vms.empty())
    return compare(self, std::move(seen));
  self->request(self->state.with.journal, commit_timeout,
                recall_sessions{std::move(unknown.sessions), std::move(unknown.vms)})
      .then(
          [self, seen = std::move(seen)](const stream_history& recalled) mutable {
            fold_recalled(self->state, recalled);
            compare(self, std::move(seen));
          },
          [self](caf::error& why) { self->quit(std::move(why)); });
}

void survey_machines(reconciler_pointer self, std::optional<domain::volume_list> volumes) {
  auto& my = self->state;
  self->request(my.with.hypervisor, survey_timeout,
                survey_vms{my.with.vmids.first, my.with.vmids.last})
      .then(
          [self, volumes = std::move(volumes)](domain::vm_survey& seen) {
            recall_and_compare(self, {std::move(seen), volumes});
          },
          [self](const caf::error& why) {
            self->state.is_complete = false;
            self->state.why_not = text_of(why);
            finish(self);
          });
}

bool are_volumes_due(reconciler_state& my) {
  bool is_asked = std::exchange(my.are_volumes_asked, false);
  bool is_suspected = std::ranges::any_of(my.suspected, [](const auto& entry) {
    return entry.first.kind == difference_kind::leaked_volume;
  });
  return is_asked || is_suspected || !my.volumes_listed_at
         || my.with.now() - *my.volumes_listed_at >= between_volume_lists;
}

/// The volumes come first, because reading them takes long, and the VMs must be as fresh as can be.
void survey(reconciler_pointer self) {
  auto& my = self->state;
  my.is_surveying = true;
  if (!are_volumes_due(my))
    return survey_machines(self, std::nullopt);
  self->request(my.with.hypervisor, survey_timeout,
                list_volumes{my.with.vmids.first, my.with.vmids.last})
      .then([self](domain::volume_list& volumes) { survey_machines(self, std::move(volumes)); },
            [self](const caf::error&) { survey_machines(self, std::nullopt); });
}

/// Now, or when the survey under way is done: what it shows may be older than the wish.
void survey_soon(reconciler_pointer self) {
  auto& my = self->state;
  my.are_volumes_asked = true;
  if (my.is_surveying)
    my.is_asked_again = true;
  else
    survey_at(self, {});
}

} // namespace

void append_differences(reconciler_pointer self, std::vector<domain::reconciliation_event> events,
                        std::function<void(bool written)> done) {
  auto& my = self->state;
  if (events.empty())
    return done(true);
  append_events wanted{{.stream = std::string{eventstore::reconciliation_stream},
                        .expected_version = my.version,
                        .events = {events.begin(), events.end()},
                        .because = {.actor = "system:reconciler"}}};
  self->request(my.with.journal, commit_timeout, std::move(wanted))
      .await(
          [self, events = std::move(events), done](const event_page& page) {
            take_own(self->state, page);
            for (const auto& event : events)
              tell_operator(self->state.with.log, event);
            done(true);
          },
          [self, done](caf::error& why) {
            if (code_of(why) != errc::log_refused)
              return self->quit(std::move(why));
            done(false);
          });
}

reconciler_interface::behavior_type reconciler(reconciler_pointer self,
                                               reconciler_collaborators with) {
  auto& my = self->state;
  my.with = std::move(with);
  my.random.seed(my.with.seed);
  self->set_down_handler([self](const caf::down_msg&) { self->quit(journal_has_ended()); });
  follow_log(self, my.with.journal, all_unfinished,
             [self](const event_page& page) { take(self->state, page); });
  survey_at(self, {}); // Comes when the log has been read.
  return {
      [self](const reconcile_now&) {
        survey_soon(self);
        return report(self->state);
      },
      [self](const get_reconciliation&) { return report(self->state); },
      [self](const survey_due& m) {
        if (m.at == self->state.next_at && !self->state.is_surveying)
          survey(self);
      },
      [self](const resume_removal& m) { tend_late_clone(self, m.vm); },
  };
}

} // namespace berth::actors
