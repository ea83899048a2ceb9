#include "adapters/guacamole/guacamole_gateway_actor.hpp"

#include "actors/errors.hpp"

#include <exception>
#include <utility>

namespace berth::guacamole {

namespace {

using gateway_pointer = actors::desktop_gateway_actor::stateful_pointer<gateway_state>;
using actors::links_revoked;

caf::error unavailable(std::string why) {
  return actors::make_error(actors::errc::gateway_unavailable, std::move(why));
}

/// A worker survives whatever its work throws: nobody would replace it.
template <class Work>
auto attempt(const Work& work) -> caf::result<typename decltype(work())::value_type> {
  try {
    auto outcome = work();
    if (!outcome)
      return unavailable(outcome.error().text);
    return std::move(*outcome);
  } catch (const std::exception& why) {
    return unavailable(why.what());
  }
}

link_worker_actor::behavior_type link_worker(std::shared_ptr<const link_source> source) {
  return {
      [source](const call_mint& m) { return attempt([&] { return source->mint(m.to); }); },
      [source](const call_revoke& m) {
        return attempt([&] { return source->revoke(m.session, m.tokens); });
      },
  };
}

void release(gateway_state& my, const link_worker_actor& worker) {
  if (my.waiting.empty())
    return my.idle.push_back(worker);
  auto next = std::move(my.waiting.front());
  my.waiting.pop_front();
  next(worker);
}

/// Has a worker do `call`, now or later, then hands the outcome to `done`.
template <class Answer, class Call>
void have_done(gateway_pointer self, Call call, std::function<void(caf::expected<Answer>)> done) {
  auto work = [self, call = std::move(call), done](const link_worker_actor& worker) {
    // Without a timeout: each call has one of its own.
    self->request(worker, caf::infinite, call)
        .then(
            [self, worker, done](Answer& answer) {
              release(self->state, worker);
              done(std::move(answer));
            },
            [self, worker, done](caf::error& why) {
              release(self->state, worker);
              done(std::move(why));
            });
  };
  auto& my = self->state;
  if (!my.idle.empty()) {
    auto worker = std::move(my.idle.back());
    my.idle.pop_back();
    work(worker);
  } else if (my.waiting.size() < most_waiting_jobs) {
    my.waiting.emplace_back(std::move(work));
  } else {
    done(unavailable("too many calls wait for the desktop gateway"));
  }
}

void forget_if_empty(gateway_state& my, const domain::session_id& session) {
  auto known = my.links.find(session);
  if (known != my.links.end() && known->second.mints == 0 && known->second.tokens.empty())
    my.links.erase(known);
}

void revoke_now(gateway_pointer self, const domain::session_id& session,
                caf::typed_response_promise<links_revoked> promise) {
  // Taken along rather than looked at: a link minted meanwhile must not be forgotten with them.
  auto tokens = std::exchange(self->state.links[session].tokens, {});
  forget_if_empty(self->state, session);
  call_revoke call{session, tokens};
  have_done<links_revoked>(
      self, std::move(call),
      [self, session, tokens, promise](caf::expected<links_revoked> done) mutable {
        if (done) {
          promise.deliver(*done);
          return;
        }
        auto& kept = self->state.links[session].tokens;
        kept.insert(kept.end(), tokens.begin(), tokens.end());
        forget_if_empty(self->state, session);
        promise.deliver(done.error());
      });
}

void finish_mint(gateway_pointer self, const domain::session_id& session) {
  auto& links = self->state.links[session];
  if (--links.mints > 0)
    return;
  auto revokers = std::exchange(links.revokers, {});
  forget_if_empty(self->state, session);
  for (auto& promise : revokers)
    revoke_now(self, session, promise);
}

auto mint(gateway_pointer self, const actors::mint_link& m) {
  auto promise = self->make_response_promise<actors::desktop_link>();
  auto session = m.to.session;
  ++self->state.links[session].mints;
  have_done<minted_link>(self, call_mint{m.to},
                         [self, session, promise](caf::expected<minted_link> minted) mutable {
                           if (minted) {
                             self->state.links[session].tokens.push_back(minted->token);
                             promise.deliver(actors::desktop_link{minted->url});
                           } else {
                             promise.deliver(minted.error());
                           }
                           finish_mint(self, session);
                         });
  return promise;
}

/// A mint that is under way would escape: its token is not known yet.
auto revoke(gateway_pointer self, const actors::revoke_links& m) {
  auto promise = self->make_response_promise<links_revoked>();
  auto known = self->state.links.find(m.session);
  if (known != self->state.links.end() && known->second.mints > 0)
    known->second.revokers.push_back(promise);
  else
    revoke_now(self, m.session, promise);
  return promise;
}

} // namespace

actors::desktop_gateway_actor::behavior_type
guacamole_gateway(gateway_pointer self, std::shared_ptr<const link_source> source) {
  for (std::size_t i = 0; i < link_workers; ++i)
    self->state.idle.push_back(self->spawn<caf::detached + caf::linked>(link_worker, source));
  return {
      [self](const actors::mint_link& m) { return mint(self, m); },
      [self](const actors::revoke_links& m) { return revoke(self, m); },
  };
}

} // namespace berth::guacamole
