#pragma once

#include "actors/meter.hpp"
#include "actors/protocol.hpp"
#include "actors/unfinished_past.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include <caf/response_promise.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

namespace berth::actors {

/// The VMIDs that are Berth's own, both ends included. People must stay out of them.
struct vmid_range {
  domain::vm_id first{10'000'000};
  domain::vm_id last{19'999'999};
};

/// Ends the collecting of appends: what has come so far is committed together.
struct commit_batch {};

/// Timer: those who begin have begun, most likely.
struct forget_past {};

/// The journal, and the messages it sends to itself.
using journal_interface =
    journal_actor::extend<caf::reacts_to<commit_batch>, caf::reacts_to<forget_past>>;

/// What the journal remembers between messages.
struct journal_state {
  static inline constexpr const char* name = "journal";

  struct pending_append {
    eventstore::append_request request;
    caf::typed_response_promise<event_page> answer;
  };
  struct waiting_reader {
    std::uint64_t after = 0;
    caf::typed_response_promise<event_page> answer;
  };

  std::unique_ptr<eventstore::event_log> log;
  std::shared_ptr<meter> metrics;
  std::uint64_t head = 0;
  domain::vm_id next_vmid;
  domain::vm_id last_vmid;
  std::vector<pending_append> pending; ///< since the last commit
  std::deque<event_list> recent; ///< the last commits, so that readers near the head cost no disk
  std::size_t recent_events = 0; ///< in all of them
  std::vector<waiting_reader> waiting;  ///< for the next commit
  std::vector<commit_watcher> watchers; ///< of every commit
  unfinished_past past;
  bool past_is_timed = false; ///< a timer will forget it
};

/// Spawn it detached: it waits for the disk. While one commit is being synced, further appends
/// gather in the mailbox and make up the next. An unknown outcome ends the actor, and with it the
/// process: only opening the log again can tell.
journal_interface::behavior_type
journal(journal_interface::stateful_pointer<journal_state> self,
        std::shared_ptr<std::unique_ptr<eventstore::event_log>> log, vmid_range vmids,
        std::shared_ptr<meter> metrics);

} // namespace berth::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::commit_batch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::forget_past)
