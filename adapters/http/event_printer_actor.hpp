#pragma once

#include "actors/protocol.hpp"
#include "domain/time.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace berth::http {

using shared_text = std::shared_ptr<const std::string>;

/// Events as they are sent: written once, whoever reads them.
struct printed_events {
  shared_text all;                     ///< for whoever sees all
  std::vector<std::string> for_owners; ///< each by itself; empty: nothing of a session
};
using printed_ptr = std::shared_ptr<const printed_events>;

/// The texts of a batch of the hub.
struct print_events {
  actors::event_list events;
};

/// Writes events for their readers, each batch once for as long as it remembers it.
using event_printer_actor = caf::typed_actor<
    // With the sessions as they are now.
    caf::replies_to<print_events>::with<printed_ptr>>;

struct event_printer_state {
  static inline constexpr const char* name = "event_printer";

  struct batch {
    actors::event_list events;
    printed_ptr printed; ///< null: the sessions are being asked for
    std::vector<caf::typed_response_promise<printed_ptr>> waiting;
  };

  std::deque<batch> batches; ///< oldest first
  actors::session_directory_actor directory;
  std::function<domain::time_point()> now;
  bool has_desktops = false;
};

event_printer_actor::behavior_type
event_printer(event_printer_actor::stateful_pointer<event_printer_state> self,
              actors::session_directory_actor directory, std::function<domain::time_point()> now,
              bool has_desktops);

} // namespace berth::http

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::http::print_events)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::http::printed_ptr)
