#pragma once

#include "domain/time.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/expected.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <doctest/doctest.h>

namespace berth::tests {

/// When every fixture's clock starts.
constexpr domain::time_point start_of_time{
    std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}.time_since_epoch()
    + std::chrono::hours{9}};

/// The answer to a request, once there is one.
template <class Answer>
class pending {
public:
  bool ready() const { return answer_->has_value(); }

  /// Whether the answer has come and is an error.
  bool is_error() const { return ready() && !**answer_; }

  /// Fails the test when there is none yet, or when it is an error.
  const Answer& value() const {
    REQUIRE(ready());
    if (!**answer_)
      FAIL("error instead of an answer: " << caf::to_string((*answer_)->error()));
    return ***answer_;
  }

  /// Fails the test when there is no answer yet, or when it is not an error.
  const caf::error& error() const {
    REQUIRE(ready());
    REQUIRE_FALSE(**answer_);
    return (*answer_)->error();
  }

private:
  friend class actor_fixture;
  std::shared_ptr<std::optional<caf::expected<Answer>>> answer_ =
      std::make_shared<std::optional<caf::expected<Answer>>>();
};

/// A system of actors in one thread and in virtual time. Which ready actor runs next is drawn from
/// the seed, one message at a time: the same seed gives the same history, another seed another
/// order. Spawn nothing detached in it.
class actor_fixture {
public:
  explicit actor_fixture(std::uint64_t seed = 1);

  /// Ends every owned actor. Aborts when others stay alive, because nobody would run them any more.
  ~actor_fixture();

  actor_fixture(const actor_fixture&) = delete;
  actor_fixture& operator=(const actor_fixture&) = delete;

  caf::actor_system& system() { return system_; }

  /// Virtual time.
  domain::time_point now() const;

  /// Sets the wall clock forward. Timers do not notice.
  void set_clock_forward(domain::duration by) { started_ -= by; }

  /// To hand to actors; valid as long as the fixture.
  std::function<domain::time_point()> clock() const;

  /// Numbers that follow from the seed; valid as long as the fixture.
  std::function<std::uint64_t()> random();

  /// Ends `handle`'s actor with the fixture.
  template <class Handle>
  Handle own(Handle handle) {
    owned_.push_back(caf::actor_cast<caf::actor>(handle));
    return handle;
  }

  /// Spawns an actor that ends with the fixture.
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

  /// Sends a request whose answer may come later, or never.
  template <class Answer, class Handle, class Message>
  pending<Answer> request(const Handle& handle, Message message) {
    pending<Answer> result;
    own(system_.spawn([handle, message = std::move(message),
                       answer = result.answer_](caf::event_based_actor* self) {
      self->request(handle, caf::infinite, message)
          .then([answer](Answer& value) { answer->emplace(std::move(value)); },
                [answer](caf::error& why) { answer->emplace(std::move(why)); });
    }));
    return result;
  }

  /// Sends a request and lets everything run that can run now.
  template <class Answer, class Handle, class Message>
  pending<Answer> ask(const Handle& handle, Message message) {
    auto result = request<Answer>(handle, std::move(message));
    settle();
    return result;
  }

  /// One message of one ready actor; false when there is none.
  bool step();

  /// One message of one ready actor, or else the next timer; false when there is neither.
  bool step_or_wait();

  /// Runs all that can run without time passing. Fails the test when that never ends.
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

/// Runs `body(seed)` for seeds 1 to `count`; a failure names its seed.
template <class Body>
void with_seeds(std::uint64_t count, const Body& body) {
  for (std::uint64_t seed = 1; seed <= count; ++seed) {
    CAPTURE(seed);
    body(seed);
  }
}

} // namespace berth::tests
