#include "tools/pve_simulator/wire.hpp"

#include "tools/pve_simulator/api_error.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <optional>

namespace berth::pve_simulator {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using stream = beast::ssl_stream<beast::tcp_stream>;
using request = http::request<http::string_body>;

constexpr double idle_seconds = 5;
constexpr double refusal_seconds = 3;
constexpr double lock_poll_seconds = 0.1;
constexpr int requests_per_connection = 100;
constexpr std::size_t largest_body = 512 * 1024;

net::awaitable<void> pause(const scaled_clock& clock, double seconds) {
  net::asio::steady_timer timer{co_await net::asio::this_coro::executor};
  timer.expires_after(clock.real(seconds));
  co_await timer.async_wait(net::asio::use_awaitable);
}

std::string http_date() {
  auto now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[64];
  std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc);
  return text;
}

std::string serialize(const api_reply& reply, bool keep_alive) {
  auto date = http_date();
  auto text =
      "HTTP/1.1 " + std::to_string(reply.status) + " " + reply.reason
      + "\r\nCache-Control: max-age=0\r\nConnection: " + (keep_alive ? "Keep-Alive" : "close")
      + "\r\nDate: " + date + "\r\nPragma: no-cache\r\nServer: pve-api-daemon/3.0\r\n";
  if (reply.body)
    text += "Content-Length: " + std::to_string(reply.body->size()) + "\r\n";
  if (reply.body && reply.json)
    text += "Content-Type: application/json;charset=UTF-8\r\n";
  text += "Expires: " + date + "\r\n\r\n";
  return reply.body ? text + *reply.body : text;
}

api_reply bare(int status, std::string reason) {
  return {.status = status, .reason = std::move(reason)};
}

/// A refusal by the server itself: its text is the body, without a type.
api_reply plain(int status, const std::string& text) {
  return {.status = status, .reason = text, .body = text, .json = false};
}

/// The fault of this kind that fits the request, taken out.
std::optional<fault> take_wire_fault(cluster& in, const request& from, const std::string& kind) {
  auto found = std::ranges::find_if(in.faults, [&](const fault& f) {
    return f.kind == kind && (f.method.empty() || f.method == from.method_string())
           && (f.path_contains.empty()
               || std::string_view{from.target().data(), from.target().size()}.find(f.path_contains)
                      != std::string_view::npos);
  });
  if (found == in.faults.end())
    return std::nullopt;
  auto taken = *found;
  if (found->count > 0 && --found->count == 0)
    in.faults.erase(found);
  return taken;
}

/// The rules that come before any call is looked at; nothing when the request keeps them.
std::optional<api_reply> refuse_request(const request& from, const std::string& target) {
  auto method = std::string{from.method_string()};
  bool takes_body = method == "POST" || method == "PUT";
  if (!takes_body && method != "GET" && method != "DELETE")
    return bare(501, "method '" + method + "' not available");
  if (from.chunked())
    return plain(501, "chunked transfer encoding not supported");
  if (!takes_body && (!from.body().empty() || from.find(http::field::content_length) != from.end()))
    if (!from.body().empty() || from[http::field::content_length] != "0")
      return plain(501, "Unexpected content for method '" + method + "'");
  if (from.body().size() > largest_body)
    return plain(501, "for data too large");
  auto type = std::string{from[http::field::content_type]};
  type = type.substr(0, type.find(';'));
  if (takes_body && !from.body().empty() && !type.empty()
      && type != "application/x-www-form-urlencoded" && type != "application/json")
    return plain(506, "upload 'Content-Type '" + type + "' not implemented");
  if (!target.starts_with("/api2/"))
    return plain(501, "no such uri '" + target + "'");
  if (auto format = target.substr(6); format != "json" && !format.starts_with("json/"))
    return plain(501, "no formatter for uri /, " + format);
  return std::nullopt;
}

void record(const wire_context& with, const request& from, const std::string& path,
            const parameter_values& values, int status) {
  effect seen{.at = with.in.now(), .what = "request", .status = status};
  seen.method = std::string{from.method_string()};
  seen.path = path;
  for (const auto& [name, value] : values)
    seen.parameters.push_back(name);
  if (auto id = values.find("newid"); id != values.end())
    std::from_chars(id->second.data(), id->second.data() + id->second.size(), seen.vmid);
  with.in.journal.add(std::move(seen));
}

struct parsed_request {
  std::string path; ///< after /api2/json
  parameter_values values;
};

parsed_request parse_parameters(const request& from) {
  std::string target{from.target()};
  auto question = target.find('?');
  parsed_request parsed{target.substr(0, question), {}};
  parsed.path = parsed.path.substr(std::min(parsed.path.size(), std::string{"/api2/json"}.size()));
  while (parsed.path.ends_with('/'))
    parsed.path.pop_back();
  if (question != std::string::npos)
    parsed.values = parse_form(target.substr(question + 1));
  if (!from.body().empty()) {
    auto json = from[http::field::content_type].starts_with("application/json");
    parsed.values.merge(json ? parse_json_parameters(from.body()) : parse_form(from.body()));
  }
  return parsed;
}

/// Calls the API, again and again while somebody holds the lock that the call needs.
net::awaitable<api_reply> call_api(const wire_context& with, const std::string& who,
                                   const request& from, const parsed_request& parsed) {
  const auto patience = with.in.now() + cluster::file_lock_patience;
  std::string method{from.method_string()};
  auto reply = with.calls.handle(who, method, parsed.path, parsed.values);
  while (reply.busy && with.in.now() < patience) {
    co_await pause(with.in.clock, lock_poll_seconds);
    reply = with.calls.handle(who, method, parsed.path, parsed.values);
  }
  if (reply.delay > 0)
    co_await pause(with.in.clock, reply.delay);
  co_return reply;
}

/// What becomes of one request.
struct outcome {
  std::string bytes; ///< to send; empty: the connection just ends
  bool keep_alive = false;
};

net::awaitable<outcome> answer_request(const request& from, const wire_context& with,
                                       bool may_stay) {
  with.in.advance();
  if (auto slow = take_wire_fault(with.in, from, "slow"))
    co_await pause(with.in.clock, slow->delay);
  if (take_wire_fault(with.in, from, "drop_before"))
    co_return outcome{};
  std::string target{from.target()};
  if (auto refused = refuse_request(from, target.substr(0, target.find('?'))))
    co_return outcome{serialize(*refused, false), false};
  auto who = with.access.authenticate(std::string{from[http::field::authorization]});
  if (who.empty()) {
    auto given = from.find(http::field::authorization) != from.end();
    co_await pause(with.in.clock, refusal_seconds);
    co_return outcome{serialize(bare(401, given ? "Authentication failed!" : "No ticket"), false),
                      false};
  }
  api_reply reply;
  parsed_request parsed;
  if (auto asked_for = take_wire_fault(with.in, from, "status")) {
    reply = bare(asked_for->status, asked_for->reason);
    if (!asked_for->body.empty())
      reply.body = asked_for->body;
    record(with, from, target.substr(0, target.find('?')), {}, reply.status);
  } else {
    try {
      parsed = parse_parameters(from);
    } catch (const api_error& why) {
      co_return outcome{serialize(plain(500, why.message), false), false};
    }
    reply = co_await call_api(with, who, from, parsed);
    record(with, from, parsed.path, parsed.values, reply.status);
  }
  if (reply.status == 401)
    co_await pause(with.in.clock, refusal_seconds);
  if (take_wire_fault(with.in, from, "drop_after"))
    co_return outcome{};
  if (take_wire_fault(with.in, from, "malformed_body"))
    reply.body = "{\"data\":[{";
  bool keep = may_stay && reply.status < 400;
  auto bytes = serialize(reply, keep);
  if (take_wire_fault(with.in, from, "truncated_body")) {
    bytes.resize(bytes.size() - std::min<std::size_t>(bytes.size(), 8));
    keep = false;
  }
  co_return outcome{std::move(bytes), keep};
}

/// Reads the next request; nothing when the client is gone or silent for too long.
net::awaitable<std::optional<request>> read_request(stream& from, beast::flat_buffer& buffer,
                                                    const scaled_clock& clock) {
  net::error_code error;
  auto token = net::asio::redirect_error(net::asio::use_awaitable, error);
  http::request_parser<http::string_body> parser;
  parser.body_limit(8 * largest_body);
  beast::get_lowest_layer(from).expires_after(clock.real(idle_seconds));
  co_await http::async_read(from, buffer, parser, token);
  if (error)
    co_return std::nullopt;
  beast::get_lowest_layer(from).expires_never();
  co_return parser.release();
}

} // namespace

net::awaitable<void> serve_api(net::tcp::socket socket, net::asio::ssl::context& tls,
                               wire_context with) {
  net::error_code error;
  auto token = net::asio::redirect_error(net::asio::use_awaitable, error);
  socket.set_option(net::tcp::no_delay{true}, error);
  stream peer{std::move(socket), tls};
  beast::get_lowest_layer(peer).expires_after(std::chrono::seconds{10});
  co_await peer.async_handshake(net::asio::ssl::stream_base::server, token);
  if (error)
    co_return;
  beast::flat_buffer buffer;
  for (int count = 1; count <= requests_per_connection; ++count) {
    auto from = co_await read_request(peer, buffer, with.in.clock);
    if (!from)
      break;
    bool may_stay = count < requests_per_connection && from->keep_alive();
    auto result = co_await answer_request(*from, with, may_stay);
    if (result.bytes.empty())
      co_return; // The client sees the connection end without a word.
    co_await net::asio::async_write(peer, net::asio::buffer(result.bytes), token);
    if (error || !result.keep_alive)
      break;
  }
  beast::get_lowest_layer(peer).expires_after(std::chrono::seconds{1});
  co_await peer.async_shutdown(token);
}

} // namespace berth::pve_simulator
