#pragma once

#include "actors/protocol.hpp"
#include "domain/placement/reservation_ledger.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include <caf/typed_event_based_actor.hpp>

namespace berth::actors {

/// Whom the scheduler works with.
struct scheduler_collaborators {
  journal_actor journal;
  std::function<domain::time_point()> now;
  std::function<std::uint64_t()> random; ///< breaks ties
};

/// What the scheduler remembers between messages. Nodes and ledger are folded from the log.
struct scheduler_state {
  static inline constexpr const char* name = "scheduler";

  /// Room that was answered and is not in the log yet.
  struct promise {
    domain::reservation held;
    domain::time_point made_at;
  };

  struct known_node {
    domain::node is;
    std::uint64_t version = 0;
  };

  scheduler_collaborators with;
  std::map<std::string, known_node> nodes; ///< by stream
  domain::reservation_ledger ledger;
  std::map<domain::session_id, promise> promises;
  std::map<domain::node_name, domain::node_sample> samples; ///< the newest of each node
};

/// Chooses nodes. Answers nothing before it has seen all that the log held at its start, and ends
/// when the journal does.
scheduler_actor::behavior_type scheduler(scheduler_actor::stateful_pointer<scheduler_state> self,
                                         scheduler_collaborators with);

} // namespace berth::actors
