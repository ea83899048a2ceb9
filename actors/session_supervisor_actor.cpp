#include "actors/session_supervisor_actor.hpp"

#include "actors/errors.hpp"

#include <caf/exit_reason.hpp>

#include <algorithm>
#include <utility>

namespace berth::actors {

namespace {

using supervisor_pointer = supervisor_interface::stateful_pointer<supervisor_state>;

constexpr std::uint32_t longest_wait_s = 60;

session_interface find_or_spawn(supervisor_pointer self, const domain::session_id& id) {
  auto& my = self->state;
  if (auto found = my.sessions.find(id); found != my.sessions.end())
    return found->second;
  auto with = my.with;
  for (auto byte : id.value.bytes)
    with.seed = with.seed * 31 + byte;
  auto actor = self->spawn(session, id, std::move(with), caf::actor_cast<session_parent>(self));
  self->monitor(actor);
  my.sessions.emplace(id, actor);
  my.addresses.emplace(actor.address(), id);
  return actor;
}

/// Hands a message on: the session answers whoever asked.
template <class Message>
auto forward(supervisor_pointer self, const Message& m) {
  return self->delegate(find_or_spawn(self, m.id), m);
}

void forget(supervisor_state& my, const domain::session_id& id) {
  if (auto found = my.sessions.find(id); found != my.sessions.end()) {
    my.addresses.erase(found->second.address());
    my.sessions.erase(found);
  }
}

void retire(supervisor_pointer self, const domain::session_id& id) {
  auto& my = self->state;
  auto found = my.sessions.find(id);
  if (found == my.sessions.end())
    return;
  auto actor = found->second;
  forget(my, id);
  my.crashes.erase(id);
  self->send_exit(actor, caf::exit_reason::user_shutdown); // Behind what was forwarded before.
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
    for (const auto& [id, actor] : self->state.sessions)
      self->send_exit(actor, end.reason);
    self->quit(end.reason);
  });
  self->request(my.with.journal, commit_timeout, read_debts{}).await([self](const debts& owed) {
    for (const auto& id : owed.open_sessions)
      find_or_spawn(self, id);
    if (!owed.open_sessions.empty())
      self->state.log.info("sessions recovered",
                           {{"count", std::to_string(owed.open_sessions.size())}});
  });
  return {
      [self](const launch_session& m) {
        return self->delegate(find_or_spawn(self, {self->state.next_id()}), m);
      },
      [self](const end_session& m) { return forward(self, m); },
      [self](const extend_session& m) { return forward(self, m); },
      [self](const note_desktop_opened& m) { return forward(self, m); },
      [self](const note_vm_lost& m) { return forward(self, m); },
      [self](const note_vm_moved& m) { return forward(self, m); },
      [self](const discard_vm& m) { return forward(self, m); },
      [self](const hand_over_vm& m) { return forward(self, m); },
      [self](const get_session& m) { return forward(self, m); },
      [self](const session_idle& m) { retire(self, m.id); },
      [self](const respawn_session& m) { find_or_spawn(self, m.id); },
  };
}

} // namespace berth::actors
