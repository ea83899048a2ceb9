#pragma once

#include "tools/simulation/virtual_actors.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include <caf/event_based_actor.hpp>
#include <caf/expected.hpp>
#include <doctest/doctest.h>

namespace berth::tests {

using simulation::start_of_time;

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

/// Actors in virtual time, and questions to them whose answers a test looks at.
class actor_fixture : public simulation::virtual_actors {
public:
  using virtual_actors::virtual_actors;

  /// Sends a request whose answer may come later, or never.
  template <class Answer, class Handle, class Message>
  pending<Answer> request(const Handle& handle, Message message) {
    pending<Answer> result;
    own(system().spawn([handle, message = std::move(message),
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
