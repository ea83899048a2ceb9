#include "tools/simulation/world/census.hpp"

#include <algorithm>

namespace berth::simulation {

census& census::operator+=(const census& more) {
  worlds += more.worlds;
  hours += more.hours;
  steps += more.steps;
  calls += more.calls;
  events += more.events;
  sessions += more.sessions;
  acknowledgements += more.acknowledgements;
  refusals += more.refusals;
  restarts += more.restarts;
  activated += more.activated;
  slowest_start = std::max(slowest_start, more.slowest_start);
  for (const auto& [kind, count] : more.faults)
    faults[kind] += count;
  for (std::size_t i = 0; i < rows.size(); ++i)
    rows[i] += more.rows[i];
  return *this;
}

} // namespace berth::simulation
