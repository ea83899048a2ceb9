#include "actors/desktop_actor.hpp"

#include "actors/errors.hpp"
#include "actors/log_follower.hpp"
#include "domain/session/session_policy.hpp"

#include <array>
#include <string_view>
#include <utility>
#include <variant>

#include <caf/typed_response_promise.hpp>

namespace berth::actors {

namespace {

using desktop_pointer = desktop_interface::stateful_pointer<desktop_state>;
using link_promise = caf::typed_response_promise<desktop_link>;

constexpr auto note_timeout = std::chrono::seconds{30};
constexpr auto password_timeout = std::chrono::seconds{30};
constexpr auto gateway_timeout = std::chrono::minutes{2};

/// About 100 bits, with three kinds of characters: what Windows calls complex.
domain::secret new_password(const std::function<std::uint64_t()>& random) {
  constexpr std::array<std::string_view, 3> kinds{"ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                                                  "abcdefghijklmnopqrstuvwxyz", "0123456789"};
  constexpr std::size_t length = 24;
  std::string password;
  for (std::size_t i = 0; i < length; ++i) {
    const auto& kind = kinds[i % kinds.size()];
    password += kind[random() % kind.size()];
  }
  return domain::secret{std::move(password)};
}

/// An error of CAF itself says that nobody has answered.
caf::error of_gateway(const caf::error& why) {
  if (code_of(why))
    return why;
  return make_error(errc::gateway_unavailable, "the desktop gateway does not answer");
}

// -- opening ------------------------------------------------------------------

void finish(desktop_pointer self, const domain::session_id& id) {
  auto& opening = self->state.opening;
  auto found = opening.find(id);
  if (--found->second.under_way == 0)
    opening.erase(found);
}

void fail(desktop_pointer self, const domain::session_id& id, link_promise promise,
          caf::error why) {
  finish(self, id);
  promise.deliver(std::move(why));
}

/// What is minted after the session's end would not be revoked any more.
void mint(desktop_pointer self, desktop_connection to, link_promise promise) {
  auto id = to.session;
  if (self->state.opening.at(id).is_over)
    return fail(self, id, promise,
                make_error(errc::not_in_this_state, "the session has ended meanwhile"));
  self->request(self->state.with.gateway, gateway_timeout, mint_link{std::move(to)})
      .then(
          [self, id, promise](desktop_link& link) mutable {
            finish(self, id);
            promise.deliver(std::move(link));
          },
          [self, id, promise](const caf::error& why) { fail(self, id, promise, of_gateway(why)); });
}

/// Where the desktop of an active session is, its password left out.
desktop_connection connection_of(const domain::session& session, const domain::active& phase) {
  return {.session = session.id,
          .protocol = session.from.protocol,
          .address = phase.address,
          .port = domain::desktop_port_of(session.from),
          .user = session.from.desktop_user,
          .expires_at = session.created_at + domain::longest_total};
}

void prepare(desktop_pointer self, const domain::session& session, link_promise promise) {
  auto id = session.id;
  const auto* phase = std::get_if<domain::active>(&session.phase);
  if (!phase)
    return fail(self, id, promise,
                make_error(errc::not_in_this_state, "the session has ended meanwhile"));
  auto to = connection_of(session, *phase);
  if (to.user.empty())
    return mint(self, std::move(to), promise);
  auto& with = self->state.with;
  to.password = new_password(with.random);
  self->request(with.hypervisor, password_timeout,
                set_guest_password{phase->vm.vm, phase->vm.marked, to.user, to.password})
      .then([self, to, promise](guest_password_set) { mint(self, to, promise); },
            [self, id, promise](caf::error& why) { fail(self, id, promise, std::move(why)); });
}

caf::result<desktop_link> open(desktop_pointer self, const open_desktop& m) {
  auto& my = self->state;
  if (!my.with.gateway)
    return make_error(errc::not_configured, "no desktop gateway is set up");
  auto promise = self->make_response_promise<desktop_link>();
  ++my.opening[m.id].under_way;
  self->request(my.with.supervisor, note_timeout, note_desktop_opened{m.id, m.by})
      .then(
          [self, promise](const session_view& seen) { prepare(self, seen.session, promise); },
          [self, id = m.id, promise](caf::error& why) { fail(self, id, promise, std::move(why)); });
  return promise;
}

// -- closing ------------------------------------------------------------------

void revoke(desktop_pointer self, const domain::session_id& id) {
  self->request(self->state.with.gateway, gateway_timeout, revoke_links{id})
      .then([](links_revoked) {},
            [self, id](const caf::error& why) {
              self->state.with.log.warn("links to a desktop are not revoked yet",
                                        {{"session", to_string(id)}, {"why", text_of(why)}});
              self->delayed_send(self, revoke_retry, revoke_again{id});
            });
}

bool ends_session(const domain::event& happened) {
  const auto* event = std::get_if<domain::session_event>(&happened);
  return event
         && (std::holds_alternative<domain::session_ended>(*event)
             || std::holds_alternative<domain::session_failed>(*event));
}

/// Also of sessions whose desktop nobody has opened since the start: a broker before may have left
/// something.
void close_what_has_ended(desktop_pointer self, const event_page& page) {
  for (const auto& recorded : page.events) {
    auto id = eventstore::session_of(recorded.stream);
    if (!id || !ends_session(recorded.event))
      continue;
    if (auto found = self->state.opening.find(*id); found != self->state.opening.end())
      found->second.is_over = true;
    revoke(self, *id);
  }
}

} // namespace

desktop_interface::behavior_type desktops(desktop_pointer self, desktop_collaborators with) {
  auto& my = self->state;
  my.with = std::move(with);
  self->set_down_handler([self](const caf::down_msg&) { self->quit(journal_has_ended()); });
  follow_log_from_its_end(self, my.with.journal, [self](const event_page& page) {
    if (self->state.with.gateway)
      close_what_has_ended(self, page);
  });
  return {
      [self](const open_desktop& m) { return open(self, m); },
      [self](const revoke_again& m) { revoke(self, m.session); },
  };
}

} // namespace berth::actors
