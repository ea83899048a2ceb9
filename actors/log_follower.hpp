#pragma once

#include "actors/errors.hpp"
#include "actors/protocol.hpp"

#include <chrono>
#include <cstdint>
#include <utility>

namespace berth::actors {

/// How long the journal may take to answer from what it has.
constexpr auto catch_up_timeout = std::chrono::seconds{30};

/// Asks for one page after the other for as long as both actors live.
template <class Self, class Take>
void await_next_page(Self* self, const journal_actor& journal, next_events wanted, Take take) {
  // Without a timeout, because the log may be at rest for days; the journal is monitored instead.
  self->request(journal, caf::infinite, wanted)
      .then(
          [self, journal, wanted, take](const event_page& page) {
            take(page);
            await_next_page(self, journal, {page.events.back().position, wanted.of}, take);
          },
          [self](caf::error& why) { self->quit(std::move(why)); });
}

/// Takes what the log held when the actor began, and lets no other message pass meanwhile.
template <class Self, class Take>
void catch_up(Self* self, const journal_actor& journal, next_events wanted, std::uint64_t head,
              Take take) {
  if (wanted.after >= head)
    return await_next_page(self, journal, wanted, take);
  self->request(journal, catch_up_timeout, wanted)
      .await(
          [self, journal, wanted, head, take](const event_page& page) {
            take(page);
            catch_up(self, journal, {page.events.back().position, wanted.of}, head, take);
          },
          [self](caf::error& why) { self->quit(std::move(why)); });
}

/// Calls `take(const event_page&)` with what is `wanted` of the log, in order, for ever. Other
/// messages wait until the actor has seen what was there at its start. An actor that cannot follow
/// ends: whoever spawns it anew lets it begin again.
template <class Self, class Take>
void follow_log(Self* self, const journal_actor& journal, next_events wanted, Take take) {
  self->monitor(journal);
  self->request(journal, catch_up_timeout, read_debts{})
      .await([self, journal, wanted,
              take](const debts& owed) { catch_up(self, journal, wanted, owed.head, take); },
             [self](caf::error& why) { self->quit(std::move(why)); });
}

/// From the beginning, but for the sessions that were over already when the journal began, whose
/// events cannot matter any more.
inline constexpr next_events all_unfinished{0, past::unfinished};

/// The same with what is committed from now on alone.
template <class Self, class Take>
void follow_log_from_its_end(Self* self, const journal_actor& journal, Take take) {
  self->monitor(journal);
  self->request(journal, catch_up_timeout, read_debts{})
      .await([self, journal,
              take](const debts& owed) { await_next_page(self, journal, {owed.head}, take); },
             [self](caf::error& why) { self->quit(std::move(why)); });
}

/// The reason with which an actor ends when the journal has.
inline caf::error journal_has_ended() {
  return make_error(errc::log_failed, "the journal has ended");
}

} // namespace berth::actors
