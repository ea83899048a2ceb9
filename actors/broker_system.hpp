#pragma once

#include "actors/accounts.hpp"
#include "actors/inventory.hpp"
#include "actors/journal_actor.hpp"
#include "actors/log.hpp"
#include "actors/meter.hpp"
#include "actors/protocol.hpp"
#include "actors/reconciler.hpp"

#include <caf/actor_system.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace berth::actors {

/// PORTS to the outside world.
struct broker_ports {
  hypervisor_actor hypervisor;
  password_actor passwords;
  std::shared_ptr<meter> metrics = silent_meter();
};

struct broker_settings {
  vmid_range vmids;
  domain::duration sample_period = std::chrono::seconds{10};
  std::uint64_t seed = 0;  ///< of everything random: session ids, jitter, ties
  bool own_threads = true; ///< for the actors that wait for the disk; a simulation has one thread
};

/// The actors that others talk to, and all that must live for the broker to work.
struct broker {
  journal_actor journal;
  scheduler_actor scheduler;
  session_directory_actor directory;
  accounts_actor accounts;
  inventory_actor inventory;
  session_supervisor_actor supervisor;
  reconciler_actor reconciler;
  telemetry_hub_actor hub;
  load_history_actor load_history;
  std::vector<caf::actor> parts; ///< in the order in which they are to be ended: the journal last
};

/// Spawns the actor tree. Sessions that owe something go on at once.
broker start_broker(caf::actor_system& system, std::unique_ptr<eventstore::event_log> log,
                    std::unique_ptr<eventstore::read_model> model, broker_ports ports,
                    std::function<domain::time_point()> now, const broker_settings& settings,
                    logger to);

} // namespace berth::actors
