#pragma once

#include "actors/protocol.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include <caf/typed_event_based_actor.hpp>

namespace berth::actors {

/// Timer: who waits must be answered with what there is.
struct answer_anyway {
  std::uint64_t ticket = 0;
};

/// The directory, and the message it sends to itself.
using directory_interface = session_directory_actor::extend<caf::reacts_to<answer_anyway>>;

/// What the directory remembers between messages.
struct session_directory_state {
  static inline constexpr const char* name = "session_directory";

  struct waiting_reader {
    std::uint64_t ticket = 0;
    std::uint64_t at_least = 0;
    std::function<void(const eventstore::read_model&)> answer;
  };

  std::unique_ptr<eventstore::read_model> model;
  std::vector<waiting_reader> waiting; ///< for a position that the model has not reached
  std::uint64_t next_ticket = 1;
};

/// Spawn it detached: the read model waits for the disk. Answers nothing before it has seen all
/// that the log held at its start. Who asks for a later position waits for it, at most 5 seconds.
/// Ends when the journal does, or when the model cannot be written.
directory_interface::behavior_type
session_directory(directory_interface::stateful_pointer<session_directory_state> self,
                  std::shared_ptr<std::unique_ptr<eventstore::read_model>> model,
                  const journal_actor& journal);

} // namespace berth::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::answer_anyway)
