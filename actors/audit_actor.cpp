#include "actors/audit_actor.hpp"

#include "actors/errors.hpp"

#include <stdexcept>
#include <utility>

namespace berth::actors {

namespace {

using audit_pointer = audit_actor::stateful_pointer<audit_state>;

/// A damaged log is what auditors look for: it must not end the actor that looks.
template <class Answer, class Read>
caf::result<Answer> guarded(const logger& to, const Read& read) {
  try {
    return read();
  } catch (const eventstore::verification_stopped& why) {
    return make_error(errc::busy, why.what());
  } catch (const std::runtime_error& fault) {
    to.error("cannot read the event log for an auditor", {{"why", fault.what()}});
    return make_error(errc::log_failed, fault.what());
  }
}

caf::result<state_as_of> state_at(const eventstore::event_log& log, std::uint64_t position) {
  if (position == 0 || position > log.head())
    return make_error(errc::unknown, "the log has no position " + std::to_string(position));
  auto happened = log.read_all(position - 1, 1).at(0);
  domain::aggregate before;
  for (const auto& earlier : log.read_stream(happened.stream)) {
    if (earlier.version == happened.version)
      break;
    before = evolve(std::move(before), earlier.event, earlier.recorded_at);
  }
  auto after = evolve(before, happened.event, happened.recorded_at);
  auto values = compare(before, after);
  return state_as_of{std::move(happened), std::move(values)};
}

void verify(audit_pointer self, const caf::typed_response_promise<log_verified>& asker) {
  auto& my = self->state;
  my.awaiting.push_back(asker);
  if (my.awaiting.size() > 1)
    return;
  auto tell = [self](const auto& result) {
    for (auto& waiting : std::exchange(self->state.awaiting, {}))
      waiting.deliver(result);
  };
  self->request(my.with.verifier, verification_patience, verify_log{})
      .then([tell](const log_verified& found) { tell(found); },
            [tell](const caf::error& why) { tell(why); });
}

} // namespace

audit_actor::behavior_type audit(audit_pointer self, audit_collaborators with) {
  self->state.with = std::move(with);
  return {
      [self](const search_log& m) {
        const auto& my = self->state.with;
        return guarded<eventstore::found_events>(
            my.to, [&] { return my.log->find_events(m.wanted, m.before, m.limit); });
      },
      [self](const show_state& m) {
        const auto& my = self->state.with;
        return guarded<state_as_of>(my.to, [&] { return state_at(*my.log, m.position); });
      },
      [self](const export_log& m) {
        const auto& my = self->state.with;
        return guarded<eventstore::exported_page>(my.to,
                                                  [&] { return my.export_page(m.after, m.limit); });
      },
      [self](const verify_log&) {
        auto promise = self->make_response_promise<log_verified>();
        verify(self, promise);
        return promise;
      },
  };
}

log_verifier_actor::behavior_type
log_verifier(log_verifier_actor::stateful_pointer<log_verifier_state>,
             std::function<eventstore::verification()> verify,
             std::function<domain::time_point()> now, logger to) {
  return {
      [verify = std::move(verify), now = std::move(now), to](const verify_log&) {
        return guarded<log_verified>(to, [&] {
          auto found = verify();
          return log_verified{std::move(found), now()};
        });
      },
  };
}

} // namespace berth::actors
