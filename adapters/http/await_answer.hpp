#pragma once

#include "adapters/http/responder.hpp"
#include "adapters/net/asio.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <utility>

namespace berth::http {

/// Lets a coroutine wait for an answer that an actor gives: `ask`, which must live until then, is
/// called with the responder and sends the question. The answer, or the error, arrives on the
/// coroutine's own executor. No actor waits for it in between: one for each request would cost more
/// than the request.
template <class Answer, class Ask>
net::awaitable<caf::expected<Answer>> await_answer(Ask& ask) {
  auto initiate = [&ask](auto handler) {
    auto executor = net::asio::get_associated_executor(handler);
    ask(make_responder<Answer>(
        [handler = std::move(handler),
         work = net::asio::make_work_guard(executor)](caf::expected<Answer> result) mutable {
          auto on = work.get_executor();
          net::asio::post(on, [handler = std::move(handler), work = std::move(work),
                               result = std::move(result)]() mutable {
            work.reset();
            std::move(handler)(std::move(result));
          });
        }));
  };
  return net::asio::async_initiate<decltype(net::asio::use_awaitable), void(caf::expected<Answer>)>(
      initiate, net::asio::use_awaitable);
}

} // namespace berth::http
