#include "actors/broker_system.hpp"

#include "actors/accounts_actor.hpp"
#include "actors/inventory_actor.hpp"
#include "actors/load_history_actor.hpp"
#include "actors/node_fleet_actor.hpp"
#include "actors/reconciler_actor.hpp"
#include "actors/scheduler_actor.hpp"
#include "actors/session_directory_actor.hpp"
#include "actors/session_supervisor_actor.hpp"
#include "actors/telemetry_hub_actor.hpp"

#include <random>
#include <utility>

namespace berth::actors {

namespace {

std::function<std::uint64_t()> random_from(std::uint64_t seed) {
  return [random = std::mt19937_64{seed}]() mutable { return random(); };
}

/// Only the thread of its owner calls it, though copies of the function share the source.
std::function<domain::ulid()> ids_from(std::uint64_t seed,
                                       std::function<domain::time_point()> now) {
  auto source = std::make_shared<domain::ulid_source>(random_from(seed));
  return [source, now = std::move(now)] { return source->next(now()); };
}

/// Spawns an actor that waits for the disk.
template <class Behavior, class... Args>
auto spawn_on_disk(caf::actor_system& system, const broker_settings& settings, Behavior behavior,
                   Args&&... args) {
  return settings.own_threads ? system.spawn<caf::detached>(behavior, std::forward<Args>(args)...)
                              : system.spawn(behavior, std::forward<Args>(args)...);
}

} // namespace

broker start_broker(caf::actor_system& system, std::unique_ptr<eventstore::event_log> log,
                    std::unique_ptr<eventstore::read_model> model, broker_ports ports,
                    std::function<domain::time_point()> now, const broker_settings& settings,
                    logger to) {
  auto shared_log = std::make_shared<std::unique_ptr<eventstore::event_log>>(std::move(log));
  auto shared_model = std::make_shared<std::unique_ptr<eventstore::read_model>>(std::move(model));
  auto journal_handle =
      spawn_on_disk(system, settings, journal, shared_log, settings.vmids, ports.metrics);
  auto scheduler_handle = system.spawn(
      scheduler, scheduler_collaborators{journal_handle, now, random_from(settings.seed)});
  auto directory_handle = spawn_on_disk(system, settings, session_directory, shared_model,
                                        journal_actor{journal_handle});
  auto hub_handle = system.spawn(telemetry_hub, journal_actor{journal_handle}, to);
  auto history_handle = system.spawn(load_history, journal_actor{journal_handle});
  node_monitor_collaborators watched{
      ports.hypervisor, {scheduler_handle, hub_handle, history_handle}, to, settings.sample_period};
  auto fleet_handle = system.spawn(node_fleet, journal_actor{journal_handle}, watched);
  auto accounts_handle =
      system.spawn(accounts, accounts_collaborators{journal_handle, ports.passwords, now,
                                                    ids_from(settings.seed + 3, now), to});
  auto inventory_handle = system.spawn(
      inventory, inventory_collaborators{journal_handle, ports.hypervisor, scheduler_handle,
                                         directory_handle, ids_from(settings.seed + 4, now)});
  session_collaborators with{
      journal_handle,    scheduler_handle, ports.hypervisor, accounts_handle, now,
      settings.seed + 1, ports.metrics};
  auto supervisor_handle =
      system.spawn(session_supervisor, with, ids_from(settings.seed + 2, now), to);
  auto reconciler_handle = system.spawn(
      reconciler, reconciler_collaborators{journal_handle, supervisor_handle, ports.hypervisor, now,
                                           settings.vmids, settings.seed + 5, to});
  auto part = [](const auto& handle) { return caf::actor_cast<caf::actor>(handle); };
  return {journal_handle,
          scheduler_handle,
          directory_handle,
          accounts_handle,
          inventory_handle,
          supervisor_handle,
          reconciler_handle,
          hub_handle,
          history_handle,
          {part(reconciler_handle), part(supervisor_handle), part(inventory_handle),
           part(accounts_handle), part(fleet_handle), part(history_handle), part(hub_handle),
           part(directory_handle), part(scheduler_handle), part(journal_handle)}};
}

} // namespace berth::actors
