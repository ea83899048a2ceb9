#pragma once

#include "actors/inventory.hpp"
#include "actors/protocol.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace berth::actors {

/// Whom the inventory works with.
struct inventory_collaborators {
  journal_actor journal;
  hypervisor_actor hypervisor;
  scheduler_actor scheduler;
  session_directory_actor directory;
  std::function<domain::ulid()> next_id; ///< of what hangs together in the log
};

/// What the inventory remembers between messages, all of it folded from the log.
struct inventory_state {
  static inline constexpr const char* name = "inventory";

  /// A template or a node, and the version of its stream.
  template <class Is>
  struct kept {
    Is is;
    std::uint64_t version = 0;
  };

  inventory_collaborators with;
  std::map<std::string, kept<domain::vm_template>> templates; ///< by stream
  std::map<std::string, kept<domain::node>> nodes;            ///< by stream, removed ones too
  std::uint64_t position = 0;
};

/// Looks at Proxmox first, then decides and commits without letting anything pass in between: what
/// was true at the decision is true in the log. Answers nothing before it has seen all that the log
/// held at its start, and ends when the journal does.
inventory_actor::behavior_type inventory(inventory_actor::stateful_pointer<inventory_state> self,
                                         inventory_collaborators with);

} // namespace berth::actors
