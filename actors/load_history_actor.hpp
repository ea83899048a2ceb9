#pragma once

#include "actors/protocol.hpp"

#include <cstddef>
#include <deque>
#include <map>

#include <caf/typed_event_based_actor.hpp>

namespace berth::actors {

/// So many measurements of a node are remembered: ten minutes, when one is taken every ten seconds.
constexpr std::size_t remembered_samples = 60;

/// What the history remembers between messages.
struct load_history_state {
  static inline constexpr const char* name = "load_history";

  std::map<domain::node_name, std::deque<domain::node_sample>> recent; ///< online, oldest first
};

/// Hears of removed nodes from the journal, and ends when it does.
load_history_actor::behavior_type
load_history(load_history_actor::stateful_pointer<load_history_state> self,
             const journal_actor& journal);

} // namespace berth::actors
