#pragma once

#include "adapters/net/asio.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/expected.hpp>

#include <memory>
#include <utility>

namespace berth::http {

/// Asks an actor from a coroutine. The answer, or the error, arrives on the coroutine's own
/// executor. CAF keeps continuations in copyable functions and on its own threads: hence the helper
/// actor, the shared handler and the post.
template <class Answer, class Actor, class Timeout, class Message>
net::awaitable<caf::expected<Answer>> ask(caf::actor_system& system, Actor actor, Timeout timeout,
                                          Message message) {
  auto initiate = [&](auto handler) {
    using handler_type = decltype(handler);
    auto executor = net::asio::get_associated_executor(handler);
    struct operation {
      handler_type handler;
      net::asio::executor_work_guard<decltype(executor)> work;
    };
    auto waiting = std::make_shared<operation>(
        operation{std::move(handler), net::asio::make_work_guard(executor)});
    auto finish = [waiting](caf::expected<Answer> result) {
      auto on = waiting->work.get_executor();
      net::asio::post(on, [waiting, result = std::move(result)]() mutable {
        auto resume = std::move(waiting->handler);
        waiting->work.reset();
        std::move(resume)(std::move(result));
      });
    };
    system.spawn<caf::hidden>([=](caf::event_based_actor* self) {
      self->request(actor, timeout, message)
          .then([finish](Answer& answer) { finish(std::move(answer)); },
                [finish](caf::error& error) { finish(std::move(error)); });
    });
  };
  co_return co_await net::asio::async_initiate<decltype(net::asio::use_awaitable),
                                               void(caf::expected<Answer>)>(
      initiate, net::asio::use_awaitable);
}

} // namespace berth::http
