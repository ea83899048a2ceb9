#pragma once

#include "adapters/http/responder.hpp"
#include "adapters/net/asio.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <memory>
#include <utility>

namespace berth::http {

/// Lets a coroutine wait for an answer that an actor gives: `ask`, which must live until then, is
/// called with the responder and sends the question. The answer, or the error, arrives on the
/// coroutine's own executor. No actor waits for it in between: one for each request would cost more
/// than the request.
template <class Answer, class Ask>
net::awaitable<caf::expected<Answer>> await_answer(Ask& ask) {
  auto initiate = [&ask](auto handler) {
    using handler_type = decltype(handler);
    auto executor = net::asio::get_associated_executor(handler);
    struct operation {
      handler_type handler;
      net::asio::executor_work_guard<decltype(executor)> work;
    };
    auto waiting = std::make_shared<operation>(
        operation{std::move(handler), net::asio::make_work_guard(executor)});
    ask(std::make_shared<responder<Answer>>([waiting](caf::expected<Answer> result) {
      auto on = waiting->work.get_executor();
      net::asio::post(on, [waiting, result = std::move(result)]() mutable {
        auto resume = std::move(waiting->handler);
        waiting->work.reset();
        std::move(resume)(std::move(result));
      });
    }));
  };
  return net::asio::async_initiate<decltype(net::asio::use_awaitable), void(caf::expected<Answer>)>(
      initiate, net::asio::use_awaitable);
}

} // namespace berth::http
