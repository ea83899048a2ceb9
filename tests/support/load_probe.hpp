#pragma once

#include "actors/protocol.hpp"

#include <memory>
#include <vector>

#include <caf/typed_event_based_actor.hpp>

namespace berth::tests {

/// What a probe has heard.
struct heard_loads {
  std::vector<domain::node_sample> samples;
  caf::strong_actor_ptr last_sender;
};

/// A load listener that remembers everything.
inline actors::load_listener_actor::behavior_type
load_probe(actors::load_listener_actor::pointer self, std::shared_ptr<heard_loads> heard) {
  return {[self, heard](const actors::node_load& m) {
    heard->samples.push_back(m.sample);
    heard->last_sender = self->current_sender();
  }};
}

} // namespace berth::tests
