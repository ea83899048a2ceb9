#include "actors/session_supervisor_actor.hpp"

#include "actors/errors.hpp"
#include "actors/session_log.hpp"

#include <caf/exit_reason.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace berth::actors {

namespace {

using supervisor_pointer = supervisor_interface::stateful_pointer<supervisor_state>;

constexpr std::uint32_t longest_wait_s = 60;

supervisor_state::awake_session& wake(supervisor_pointer self, const domain::session_id& id,
                                      session_past past = session_past::unknown) {
  auto& my = self->state;
  if (auto found = my.awake.find(id); found != my.awake.end())
    return found->second;
  auto with = my.with;
  for (auto byte : id.value.bytes)
    with.seed = with.seed * 31 + byte;
  auto actor =
      self->spawn(session, id, past, std::move(with), caf::actor_cast<session_parent>(self));
  self->monitor(actor);
  my.addresses.emplace(actor.address(), id);
  return my.awake.emplace(id, supervisor_state::awake_session{actor}).first->second;
}

/// The actor of a session that is about to be given something.
session_interface hand_on_to(supervisor_pointer self, const domain::session_id& id,
                             session_past past = session_past::unknown) {
  auto& session = wake(self, id, past);
  ++session.handed_on;
  return session.actor;
}

/// Hands a message on: the session answers whoever asked.
template <class Message>
auto forward(supervisor_pointer self, const Message& m) {
  return self->delegate(hand_on_to(self, m.id), m);
}

void forget(supervisor_state& my, const domain::session_id& id) {
  if (auto found = my.awake.find(id); found != my.awake.end()) {
    my.addresses.erase(found->second.actor.address());
    my.awake.erase(found);
  }
}

/// Ends the actor, unless something is on its way to it.
void retire(supervisor_pointer self, const session_idle& m) {
  auto& my = self->state;
  auto found = my.awake.find(m.id);
  if (found == my.awake.end() || found->second.handed_on != m.answered)
    return;
  auto actor = found->second.actor;
  forget(my, m.id);
  my.crashes.erase(m.id);
  self->send_exit(actor, caf::exit_reason::user_shutdown);
}

// -- deadlines ----------------------------------------------------------------

void arm(supervisor_pointer self) {
  auto& my = self->state;
  if (my.deadlines.empty())
    return;
  auto now = my.with.now();
  auto at = std::min(std::max(my.deadlines.begin()->first, now), now + longest_nap);
  if (my.armed_for && *my.armed_for <= at)
    return;
  my.armed_for = at;
  self->delayed_send(self, at - now, check_deadlines{at});
}

void watch(supervisor_pointer self, const domain::session_id& id, domain::time_point deadline) {
  self->state.deadlines.emplace(deadline, id);
  arm(self);
}

void check(supervisor_pointer self, const check_deadlines& m) {
  auto& my = self->state;
  if (m.of != my.armed_for)
    return; // Another was set for earlier.
  my.armed_for.reset();
  while (!my.deadlines.empty() && my.deadlines.begin()->first <= my.with.now()) {
    auto id = my.deadlines.begin()->second;
    my.deadlines.erase(my.deadlines.begin());
    self->send(hand_on_to(self, id), deadline_reached{});
  }
  arm(self);
}

// -- starting -----------------------------------------------------------------

/// Sessions that are recalled at once: the journal serves nobody else meanwhile.
constexpr std::size_t recalled_at_once = 200;

/// Wakes a session that owes something, and watches the deadline of another.
void resume(supervisor_pointer self, const domain::session_id& id, const domain::session& session) {
  auto owed = domain::next_actions(session);
  if (!domain::is_at_rest(owed)) {
    wake(self, id);
    return;
  }
  for (const auto& one : owed)
    watch(self, id, std::get<domain::await_deadline>(one).at);
}

/// Goes on with all of these, some at a time.
void recover(supervisor_pointer self, std::vector<domain::session_id> open) {
  if (open.empty())
    return;
  auto first = open.end() - static_cast<std::ptrdiff_t>(std::min(open.size(), recalled_at_once));
  std::vector<domain::session_id> due{first, open.end()};
  open.erase(first, open.end());
  auto wake_all = [self, due] {
    for (const auto& id : due)
      wake(self, id); // Those that can be read go on, and the others complain.
  };
  auto recalled = [self, due, open, wake_all](const stream_history& history) {
    try {
      auto sessions = fold_sessions(history.events);
      for (const auto& id : due)
        resume(self, id, sessions[id]);
    } catch (const domain::corrupt_history&) {
      wake_all();
    }
    recover(self, open);
  };
  auto unreadable = [self, open, wake_all](const caf::error&) {
    wake_all();
    recover(self, open);
  };
  self->request(self->state.with.journal, commit_timeout, recall_sessions{.sessions = due})
      .await(recalled, unreadable);
}

void session_died(supervisor_pointer self, const caf::down_msg& down) {
  auto& my = self->state;
  auto found = my.addresses.find(down.source);
  if (found == my.addresses.end())
    return;
  auto id = found->second;
  forget(my, id);
  auto crashes = ++my.crashes[id];
  auto wait =
      std::min<std::uint32_t>(longest_wait_s, 1u << std::min<std::uint32_t>(crashes - 1, 6));
  my.log.warn("session died and will be started again", {{"session", domain::to_string(id)},
                                                         {"why", text_of(down.reason)},
                                                         {"times", std::to_string(crashes)},
                                                         {"wait_s", std::to_string(wait)}});
  self->delayed_send(self, std::chrono::seconds{wait}, respawn_session{id});
}

} // namespace

supervisor_interface::behavior_type session_supervisor(supervisor_pointer self,
                                                       session_collaborators with,
                                                       std::function<domain::ulid()> next_id,
                                                       logger log) {
  auto& my = self->state;
  my.with = std::move(with);
  my.next_id = std::move(next_id);
  my.log = std::move(log);
  self->set_down_handler([self](const caf::down_msg& down) { session_died(self, down); });
  self->set_exit_handler([self](const caf::exit_msg& end) {
    for (const auto& [id, session] : self->state.awake)
      self->send_exit(session.actor, end.reason);
    self->quit(end.reason);
  });
  self->request(my.with.journal, commit_timeout, read_debts{}).await([self](const debts& owed) {
    recover(self, owed.open_sessions);
    if (!owed.open_sessions.empty())
      self->state.log.info("sessions recovered",
                           {{"count", std::to_string(owed.open_sessions.size())}});
  });
  return {
      [self](const launch_session& m) {
        return self->delegate(hand_on_to(self, {self->state.next_id()}, session_past::none), m);
      },
      [self](const end_session& m) { return forward(self, m); },
      [self](const extend_session& m) { return forward(self, m); },
      [self](const note_desktop_opened& m) { return forward(self, m); },
      [self](const note_vm_lost& m) { return forward(self, m); },
      [self](const note_vm_moved& m) { return forward(self, m); },
      [self](const discard_vm& m) { return forward(self, m); },
      [self](const hand_over_vm& m) { return forward(self, m); },
      [self](const get_session& m) { return forward(self, m); },
      [self](const watch_deadline& m) { watch(self, m.id, m.at); },
      [self](const session_idle& m) { retire(self, m); },
      [self](const respawn_session& m) { wake(self, m.id); },
      [self](const check_deadlines& m) { check(self, m); },
  };
}

} // namespace berth::actors
