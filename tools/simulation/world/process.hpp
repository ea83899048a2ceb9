#pragma once

#include "actors/broker_system.hpp"
#include "adapters/proxmox/vm_gateway.hpp"
#include "tools/simulation/world/network.hpp"
#include "tools/simulation/world/schedule.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/expected.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace berth::simulation {

/// What a process is given.
struct process_surroundings {
  world_clock& clock;
  network& net;
  schedule& order;
  std::filesystem::path log_file;
  std::filesystem::path read_model_file;
  std::shared_ptr<actors::meter> metrics;
  actors::logger log;
  std::uint64_t seed = 0;
  actors::vmid_range vmids;
  proxmox::proxmox_settings proxmox;
  /// What the process sees of its log.
  std::function<std::unique_ptr<eventstore::event_log>(std::unique_ptr<eventstore::event_log>)>
      witnessed;
};

/// How much there is of what must not grow for ever.
struct broker_figures {
  std::size_t actors = 0;
  std::size_t timers = 0;
  std::size_t ready = 0; ///< actors with mail
};

/// One life of berthd, without HTTP: the production actors over the production log and the
/// production client of Proxmox, all in this thread and in the world's time.
class broker_process {
public:
  /// Opens log and read model, and starts the actors. Throws log_error when the log cannot be
  /// opened.
  explicit broker_process(process_surroundings around);

  /// The process is over at once, whatever it was doing. Its disk must be frozen.
  ~broker_process();

  broker_process(const broker_process&) = delete;
  broker_process& operator=(const broker_process&) = delete;

  /// Handles one message, or one event of the io thread; false when there is neither.
  bool step();

  /// When the next timer fires, if any is set.
  std::optional<world_time> next_timer() const;

  /// Fires what is due at the world's time.
  void fire_timers();

  /// Why the process has ended by itself, if it has.
  const std::optional<std::string>& ended() const { return ended_; }

  broker_figures figures();

  const actors::broker& broker() const { return broker_; }

  /// Lets a second actor of the session begin, as no supervisor ever should.
  void fork_session(const domain::session_id& id);

  /// Asks an actor; `answered` hears the answer, unless the process ends before.
  template <class Answer, class Handle, class Message>
  void ask(const Handle& whom, Message message,
           std::function<void(caf::expected<Answer>)> answered) {
    system_.spawn([whom, message = std::move(message),
                   answered = std::move(answered)](caf::event_based_actor* self) {
      self->request(whom, std::chrono::seconds{30}, message)
          .then([answered](Answer& value) { answered(std::move(value)); },
                [answered](caf::error& why) { answered(std::move(why)); });
    });
  }

private:
  struct configuration : caf::actor_system_config {
    configuration();
  };
  class time_here;

  void remember_ready();

  process_surroundings around_;
  net::asio::io_context io_{1};
  std::shared_ptr<time_here> time_;
  std::shared_ptr<proxmox::vm_gateway> gateway_;
  configuration configuration_;
  caf::actor_system system_;
  caf::scheduler::test_coordinator& coordinator_;
  actors::hypervisor_actor hypervisor_;
  actors::broker broker_;
  std::vector<caf::actor> others_;                 ///< that nobody else keeps alive
  std::map<caf::actor_id, caf::actor_addr> known_; ///< every actor that ever had mail
  std::optional<std::string> ended_;
};

} // namespace berth::simulation
