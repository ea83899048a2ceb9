#pragma once

#include "eventstore/event_log.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace berth::simulation {

/// The same log; `seen` learns of all that an append has acknowledged, before the appender does.
std::unique_ptr<eventstore::event_log>
witnessed(std::unique_ptr<eventstore::event_log> log,
          std::function<void(const std::vector<eventstore::recorded_event>&)> seen);

} // namespace berth::simulation
