#pragma once

#include "domain/time.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <random>
#include <utility>
#include <vector>

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/send.hpp>

namespace berth::simulation {

/// When every virtual clock starts.
constexpr domain::time_point start_of_time{
    std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}.time_since_epoch()
    + std::chrono::hours{9}};

/// A system of actors in one thread and in virtual time. Which ready actor runs next is drawn from
/// the seed, one message at a time: the same seed gives the same history, another seed another
/// order. Spawn nothing detached in it.
class virtual_actors {
public:
  explicit virtual_actors(std::uint64_t seed = 1);

  /// Ends every owned actor. Aborts when others stay alive, because nobody would run them any more.
  ~virtual_actors();

  virtual_actors(const virtual_actors&) = delete;
  virtual_actors& operator=(const virtual_actors&) = delete;

  caf::actor_system& system() { return system_; }

  /// Virtual time.
  domain::time_point now() const;

  /// Sets the wall clock forward. Timers do not notice.
  void set_clock_forward(domain::duration by) { started_ -= by; }

  /// To hand to actors; valid as long as this.
  std::function<domain::time_point()> clock() const;

  /// Numbers that follow from the seed; valid as long as this.
  std::function<std::uint64_t()> random();

  /// Ends `handle`'s actor with this.
  template <class Handle>
  Handle own(Handle handle) {
    owned_.push_back(caf::actor_cast<caf::actor>(handle));
    return handle;
  }

  /// Spawns an actor that ends with this.
  template <class Behavior, class... Args>
  auto spawn(Behavior&& behavior, Args&&... args) {
    return own(system_.spawn(std::forward<Behavior>(behavior), std::forward<Args>(args)...));
  }

  /// Ends an actor as an exception would, and settles.
  template <class Handle>
  void kill(const Handle& handle) {
    caf::anon_send_exit(handle, caf::exit_reason::unhandled_exception);
    settle();
  }

  /// Sends without waiting for anything.
  template <class Handle, class Message>
  void tell(const Handle& handle, Message message) {
    caf::anon_send(handle, std::move(message));
  }

  /// One message of one ready actor; false when there is none.
  bool step();

  /// One message of one ready actor, or else the next timer; false when there is neither.
  bool step_or_wait();

  /// Runs all that can run without time passing. Throws when that never ends.
  void settle();

  /// Lets time pass from timer to timer, settling at each.
  void advance(domain::duration by);

  /// Lets time pass until `done` or until `limit` is over; says which.
  bool advance_until(const std::function<bool()>& done, domain::duration limit);

private:
  struct configuration : caf::actor_system_config {
    configuration();
  };

  bool move_to_next_timer(std::chrono::steady_clock::time_point not_after);
  bool fire_next_timer(std::chrono::steady_clock::time_point not_after);

  configuration configuration_;
  caf::actor_system system_;
  caf::scheduler::test_coordinator& coordinator_;
  std::chrono::steady_clock::time_point started_;
  std::mt19937_64 order_;
  std::mt19937_64 random_;
  std::vector<caf::actor> owned_;
};

} // namespace berth::simulation
