#pragma once

#include "adapters/http/await_answer.hpp"
#include "adapters/http/client_end.hpp"
#include "adapters/http/event_feed_actor.hpp"
#include "adapters/http/wire.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <caf/exit_reason.hpp>
#include <caf/send.hpp>

#include <array>
#include <memory>
#include <string>
#include <vector>

/// The connection's side of a stream of server-sent events.
namespace berth::http {

/// Counts one stream of a user for as long as it lives.
class stream_slot {
public:
  static bool is_free(const connection_context& in, domain::user_id of) {
    auto open = in.streams.find(of);
    return open == in.streams.end() || open->second < in.limits.streams_per_user;
  }
  stream_slot(connection_context& in, domain::user_id of) : in_(in), of_(of) {
    ++in_.streams[of_];
    in_.metrics->changed(actors::gauge::event_streams, 1);
  }
  ~stream_slot() {
    in_.metrics->changed(actors::gauge::event_streams, -1);
    if (--in_.streams[of_] == 0)
      in_.streams.erase(of_);
  }
  stream_slot(const stream_slot&) = delete;
  stream_slot& operator=(const stream_slot&) = delete;

private:
  connection_context& in_;
  domain::user_id of_;
};

/// Ends the feed as soon as the reader hangs up. What it sends meanwhile is of no interest.
/// `reading` is cancelled when nothing reads any more: a stream bears one reader at a time.
template <class Stream>
net::awaitable<void> await_hangup(std::shared_ptr<client_end<Stream>> from, event_feed_actor feed,
                                  std::shared_ptr<net::asio::steady_timer> reading) {
  net::error_code error;
  auto token = net::asio::redirect_error(net::asio::use_awaitable, error);
  std::array<char, 256> ignored{};
  while (!error)
    co_await from->stream.async_read_some(net::asio::buffer(ignored), token);
  caf::anon_send_exit(feed, caf::exit_reason::user_shutdown);
  reading->expires_at(std::chrono::steady_clock::time_point::min());
}

/// Writes what the feed has, one chunk after the other, until either side ends.
template <class Stream>
net::awaitable<void> stream_events(std::shared_ptr<client_end<Stream>> to,
                                   connection_context& context, event_feed what,
                                   std::string request_id) {
  net::error_code error;
  auto token = net::asio::redirect_error(net::asio::use_awaitable, error);
  stream_slot counted{context, what.who.id};
  // Without the last field nginx would keep events back.
  auto head = begin_response(200,
                             {{"Content-Type", "text/event-stream"},
                              {"Transfer-Encoding", "chunked"},
                              {"Connection", "close"},
                              {"X-Accel-Buffering", "no"}},
                             request_id, context.feeds.now())
              + "\r\n";
  to->limit.expires_after(context.limits.body_time);
  co_await net::asio::async_write(to->stream, net::asio::buffer(head), token);
  if (error)
    co_return;
  auto feed = context.system.spawn(event_feed_stream, what, context.feeds);
  to->limit.expires_never();
  auto executor = co_await net::asio::this_coro::executor;
  auto reading = std::make_shared<net::asio::steady_timer>(
      executor, std::chrono::steady_clock::time_point::max());
  net::asio::co_spawn(executor, await_hangup(to, feed, reading), net::asio::detached);
  auto question = [feed](responder_ptr<feed_chunk> to) {
    caf::anon_send(feed, next_chunk{std::move(to)});
  };
  for (;;) {
    auto chunk = co_await await_answer<feed_chunk>(question);
    if (!chunk)
      break;
    to->limit.expires_after(context.limits.body_time);
    std::vector<net::asio::const_buffer> texts;
    for (const auto& text : chunk->texts)
      texts.push_back(net::asio::buffer(*text));
    auto framed = boost::beast::http::make_chunk(texts);
    co_await net::asio::async_write(to->stream, framed, token);
    if (error)
      break;
  }
  caf::anon_send_exit(feed, caf::exit_reason::user_shutdown);
  net::error_code ignored;
  to->socket().shutdown(net::tcp::socket::shutdown_both, ignored);
  co_await reading->async_wait(token);
}

} // namespace berth::http
