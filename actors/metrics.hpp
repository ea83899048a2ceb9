#pragma once

#include <caf/typed_actor.hpp>

#include <string>

namespace berth::actors {

/// Asks for all metrics as they are now.
struct scrape {};
/// In Prometheus's text format, version 0.0.4.
struct exposition {
  std::string text;
};

/// PORT to whatever counts. Implemented by adapters/metrics.
using metrics_actor = caf::typed_actor<caf::replies_to<scrape>::with<exposition>>;

} // namespace berth::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::scrape)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::exposition)
