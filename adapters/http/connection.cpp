#include "adapters/http/connection.hpp"

#include "adapters/http/await_answer.hpp"
#include "adapters/http/client_end.hpp"
#include "adapters/http/event_stream.hpp"
#include "adapters/http/problem.hpp"
#include "adapters/http/router.hpp"
#include "adapters/http/wire.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <caf/send.hpp>

#include <optional>
#include <utility>

namespace berth::http {

namespace {

namespace beast = boost::beast;
namespace wire = beast::http;

/// A connection that is over may still take and send so long.
constexpr std::chrono::seconds last_reads{2};

using plain_end = client_end<net::tcp::socket>;
using tls_end = client_end<beast::ssl_stream<net::tcp::socket>>;

template <class End>
net::awaitable<received> receive(End& from, beast::flat_buffer& buffer,
                                 const net::asio::ip::address& peer,
                                 const connection_context& context) {
  const auto& limits = context.limits;
  net::error_code error;
  auto token = net::asio::redirect_error(net::asio::use_awaitable, error);
  request_parser parser;
  limit(parser, limits);
  from.limit.expires_after(limits.header_time);
  co_await wire::async_read_header(from.stream, buffer, parser, token);
  bool silent = buffer.size() == 0 && !parser.got_some();
  if (error && (silent || error == wire::error::end_of_stream))
    co_return received{};
  from.limit.expires_after(limits.body_time);
  if (!error) {
    if (auto refused = refuse_header(parser))
      co_return std::move(*refused);
    if (!parser.is_done())
      co_await wire::async_read(from.stream, buffer, parser, token);
  }
  if (!from.socket().is_open()) // It has taken too long.
    co_return received{};
  if (error)
    co_return refuse_request(parser, error);
  co_return read_request(parser, peer, context.trusted_proxies);
}

/// The facade's answer; a problem when it does not come. All that is read in one round of the io
/// thread goes in one message, ahead of what others have answered: most of it is quickly done.
net::awaitable<api_response> ask_facade(std::shared_ptr<connection_context> with,
                                        std::shared_ptr<api_call> call, routed at) {
  auto executor = co_await net::asio::this_coro::executor;
  auto question = [&](responder_ptr<api_response> to) {
    if (with->to_ask.empty())
      net::asio::post(executor, [with] {
        api_requests read{std::exchange(with->to_ask, {})};
        caf::anon_send<caf::message_priority::high>(with->facade, std::move(read));
      });
    with->to_ask.push_back({call, std::move(at), std::move(to)});
  };
  auto answer = co_await await_answer<api_response>(question);
  if (answer)
    co_return std::move(*answer);
  co_return respond(problem_of(answer.error()), *call);
}

api_response too_many_streams(const api_call& call) {
  auto response = refuse(429, "too-many-streams", "Too many streams of events",
                         "close a page or a program that follows events", call);
  response.headers.emplace_back("Retry-After", "15");
  return response;
}

/// Metrics have the pattern that matched, not the path: that would be as many series as sessions.
void report(const connection_context& context, const routed& at, int status,
            std::chrono::nanoseconds took) {
  const auto* known = std::get_if<found_route>(&at);
  context.metrics->request_answered(known ? known->to.name : "unknown", status, took);
}

/// Counts a request for as long as it is not answered.
class in_flight {
public:
  explicit in_flight(connection_context& of) : of_(of) {
    ++of_.in_flight;
    of_.metrics->changed(actors::gauge::requests_in_flight, 1);
  }
  ~in_flight() {
    --of_.in_flight;
    of_.metrics->changed(actors::gauge::requests_in_flight, -1);
  }
  in_flight(const in_flight&) = delete;
  in_flight& operator=(const in_flight&) = delete;

private:
  connection_context& of_;
};

template <class End>
net::awaitable<void> converse(std::shared_ptr<End> to, std::shared_ptr<connection_context> shared,
                              const bool& stopping) {
  auto& with = *to;
  auto& context = *shared;
  net::error_code error;
  auto token = net::asio::redirect_error(net::asio::use_awaitable, error);
  auto peer = with.socket().remote_endpoint(error).address();
  beast::flat_buffer buffer;
  while (!stopping) {
    auto got = co_await receive(with, buffer, peer, context);
    if (!got.call)
      co_return;
    auto counted = std::make_unique<in_flight>(context);
    with.limit.expires_never();
    auto began = std::chrono::steady_clock::now();
    auto at = find_route(got.call->method, got.call->target);
    api_response answer; // GCC 12 destroys the result of an awaiting ?: twice.
    auto file = context.web && !got.refusal ? context.web->answer(*got.call) : std::nullopt;
    if (got.refusal)
      answer = std::move(*got.refusal);
    else if (file)
      answer = std::move(*file);
    else
      answer = co_await ask_facade(shared, got.call, at);
    if (answer.feed && !stream_slot::is_free(context, answer.feed->who.id))
      answer = too_many_streams(*got.call);
    if (answer.feed) {
      counted.reset();
      auto feed = *answer.feed;
      auto request_id = got.call->request_id;
      co_await stream_events(to, context, std::move(feed), std::move(request_id));
      co_return;
    }
    report(context, at, answer.status, std::chrono::steady_clock::now() - began);
    bool keep = got.keep_alive && !got.refusal && !stopping;
    auto response = to_wire(answer, *got.call, keep, context.feeds.now());
    if (context.log.enabled(actors::log_level::debug))
      context.log.debug("http", {{"method", got.call->method},
                                 {"path", got.call->target.substr(0, got.call->target.find('?'))},
                                 {"status", std::to_string(answer.status)},
                                 {"request", got.call->request_id}});
    with.limit.expires_after(context.limits.body_time);
    co_await net::asio::async_write(with.stream, net::asio::buffer(response), token);
    if (error || !keep)
      co_return;
  }
}

/// Lets the client read the last answer before the connection is cut: unread bytes would reset it.
net::awaitable<void> linger(plain_end& done) {
  net::error_code error;
  auto token = net::asio::redirect_error(net::asio::use_awaitable, error);
  done.socket().shutdown(net::tcp::socket::shutdown_send, error);
  std::array<char, 4096> rest{};
  done.limit.expires_after(last_reads);
  for (int reads = 0; reads < 4096 && !error; ++reads)
    co_await done.stream.async_read_some(net::asio::buffer(rest), token);
}

} // namespace

net::awaitable<void> serve(net::tcp::socket socket, std::shared_ptr<connection_context> with,
                           std::shared_ptr<bool> stopping) {
  net::error_code error;
  auto token = net::asio::redirect_error(net::asio::use_awaitable, error);
  socket.set_option(net::tcp::no_delay{true}, error);
  if (!with->tls) {
    auto end = std::make_shared<plain_end>(with->deadlines, std::move(socket));
    co_await converse(end, with, *stopping);
    co_await linger(*end);
    co_return;
  }
  auto end = std::make_shared<tls_end>(with->deadlines, std::move(socket), *with->tls);
  end->limit.expires_after(with->limits.header_time);
  co_await end->stream.async_handshake(net::asio::ssl::stream_base::server, token);
  if (error)
    co_return;
  co_await converse(end, with, *stopping);
  end->limit.expires_after(last_reads);
  co_await end->stream.async_shutdown(token);
}

net::awaitable<void> turn_away(net::tcp::socket socket, std::shared_ptr<connection_context> with) {
  net::error_code error;
  auto token = net::asio::redirect_error(net::asio::use_awaitable, error);
  if (with->tls)
    co_return; // A handshake would cost what there is none left of.
  plain_end end{with->deadlines, std::move(socket)};
  api_call nobody{.request_id = fresh_request_id()};
  auto refusal = refuse(503, "too-many-connections", "Too many connections",
                        "close some, or try again in a moment", nobody);
  refusal.headers.emplace_back("Retry-After", "5");
  auto response = to_wire(refusal, nobody, false, with->feeds.now());
  end.limit.expires_after(last_reads);
  co_await net::asio::async_write(end.stream, net::asio::buffer(response), token);
}

} // namespace berth::http
