#include "adapters/http/connection.hpp"

#include "adapters/http/await_answer.hpp"
#include "adapters/http/event_stream.hpp"
#include "adapters/http/problem.hpp"
#include "adapters/http/router.hpp"
#include "adapters/http/wire.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <caf/send.hpp>

#include <optional>
#include <utility>

namespace berth::http {

namespace {

namespace beast = boost::beast;
namespace wire = beast::http;
using plain_stream = beast::tcp_stream;
using tls_stream = beast::ssl_stream<beast::tcp_stream>;

template <class Stream>
net::awaitable<received> receive(Stream& from, beast::flat_buffer& buffer,
                                 const net::asio::ip::address& peer,
                                 const connection_context& context) {
  const auto& limits = context.limits;
  net::error_code error;
  auto token = net::asio::redirect_error(net::asio::use_awaitable, error);
  request_parser parser;
  limit(parser, limits);
  beast::get_lowest_layer(from).expires_after(limits.header_time);
  co_await wire::async_read_header(from, buffer, parser, token);
  bool silent = buffer.size() == 0 && !parser.got_some();
  if (error && (silent || error == wire::error::end_of_stream))
    co_return received{};
  beast::get_lowest_layer(from).expires_after(limits.body_time);
  if (!error) {
    if (auto refused = refuse_header(parser))
      co_return std::move(*refused);
    if (!parser.is_done())
      co_await wire::async_read(from, buffer, parser, token);
  }
  if (error == beast::error::timeout) // Beast has closed the connection.
    co_return received{};
  if (error)
    co_return refuse_request(parser, error);
  co_return read_request(parser, peer, context.trusted_proxies);
}

/// What is still known of a call when it has gone to the facade.
api_call label_of(const api_call& call) {
  return {.method = call.method, .target = call.target, .request_id = call.request_id};
}

/// The facade's answer; a problem when it does not come. Takes the call but for its label. All that
/// is read in one round of the io thread goes in one message.
net::awaitable<api_response> ask_facade(std::shared_ptr<connection_context> with, api_call& call,
                                        const routed& at) {
  auto executor = co_await net::asio::this_coro::executor;
  auto question = [&](responder_ptr<api_response> to) {
    if (with->to_ask.empty())
      net::asio::post(executor, [with] {
        api_requests read{std::exchange(with->to_ask, {})};
        caf::anon_send(with->facade, std::move(read));
      });
    with->to_ask.push_back({std::exchange(call, label_of(call)), at, std::move(to)});
  };
  auto answer = co_await await_answer<api_response>(question);
  if (answer)
    co_return std::move(*answer);
  co_return respond(problem_of(answer.error()), call);
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
  auto route = known ? std::string{known->to.method} + ' ' + std::string{known->to.pattern}
                     : std::string{"unknown"};
  context.metrics->request_answered(route, status, took);
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

template <class Stream>
net::awaitable<void> converse(std::shared_ptr<Stream> to,
                              std::shared_ptr<connection_context> shared, const bool& stopping) {
  auto& with = *to;
  auto& context = *shared;
  net::error_code error;
  auto token = net::asio::redirect_error(net::asio::use_awaitable, error);
  auto peer = beast::get_lowest_layer(with).socket().remote_endpoint(error).address();
  beast::flat_buffer buffer;
  while (!stopping) {
    auto got = co_await receive(with, buffer, peer, context);
    if (!got.call)
      co_return;
    auto counted = std::make_unique<in_flight>(context);
    beast::get_lowest_layer(with).expires_never();
    auto began = std::chrono::steady_clock::now();
    auto at = find_route(got.call->method, got.call->target);
    api_response answer; // GCC 12 destroys the result of an awaiting ?: twice.
    auto file = context.web && !got.refusal ? context.web->answer(*got.call) : std::nullopt;
    if (got.refusal)
      answer = std::move(*got.refusal);
    else if (file)
      answer = std::move(*file);
    else
      answer = co_await ask_facade(shared, *got.call, at);
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
    beast::get_lowest_layer(with).expires_after(context.limits.body_time);
    co_await net::asio::async_write(with, net::asio::buffer(response), token);
    if (error || !keep)
      co_return;
  }
}

/// Lets the client read the last answer before the connection is cut: unread bytes would reset it.
net::awaitable<void> linger(plain_stream& done) {
  net::error_code error;
  auto token = net::asio::redirect_error(net::asio::use_awaitable, error);
  done.socket().shutdown(net::tcp::socket::shutdown_send, error);
  std::array<char, 4096> rest{};
  done.expires_after(std::chrono::seconds{2});
  for (int reads = 0; reads < 4096 && !error; ++reads)
    co_await done.async_read_some(net::asio::buffer(rest), token);
}

} // namespace

net::awaitable<void> serve(net::tcp::socket socket, std::shared_ptr<connection_context> with,
                           std::shared_ptr<bool> stopping) {
  net::error_code error;
  auto token = net::asio::redirect_error(net::asio::use_awaitable, error);
  socket.set_option(net::tcp::no_delay{true}, error);
  if (!with->tls) {
    auto stream = std::make_shared<plain_stream>(std::move(socket));
    co_await converse(stream, with, *stopping);
    co_await linger(*stream);
    co_return;
  }
  auto stream = std::make_shared<tls_stream>(std::move(socket), *with->tls);
  stream->next_layer().expires_after(with->limits.header_time);
  co_await stream->async_handshake(net::asio::ssl::stream_base::server, token);
  if (error)
    co_return;
  co_await converse(stream, with, *stopping);
  stream->next_layer().expires_after(std::chrono::seconds{2});
  co_await stream->async_shutdown(token);
}

net::awaitable<void> turn_away(net::tcp::socket socket, std::shared_ptr<connection_context> with) {
  net::error_code error;
  auto token = net::asio::redirect_error(net::asio::use_awaitable, error);
  if (with->tls)
    co_return; // A handshake would cost what there is none left of.
  plain_stream stream{std::move(socket)};
  api_call nobody{.request_id = fresh_request_id()};
  auto refusal = refuse(503, "too-many-connections", "Too many connections",
                        "close some, or try again in a moment", nobody);
  refusal.headers.emplace_back("Retry-After", "5");
  auto response = to_wire(refusal, nobody, false, with->feeds.now());
  stream.expires_after(std::chrono::seconds{2});
  co_await net::asio::async_write(stream, net::asio::buffer(response), token);
}

} // namespace berth::http
