#pragma once

#include "actors/meter.hpp"
#include "actors/protocol.hpp"

#include <deque>
#include <functional>
#include <map>
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

/// The journal, and the message it sends to itself.
using journal_interface = journal_actor::extend<caf::reacts_to<commit_batch>>;

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

  // Followers read the past at the start, side by side: most of them find a page that one has read.
  std::vector<std::uint64_t> unfinished;          ///< positions, as the log was then
  std::uint64_t first_head = 0;                   ///< the head then
  std::map<std::uint64_t, event_list> past_pages; ///< by the position that they follow; few
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
