#include "adapters/http/wire.hpp"

#include "adapters/http/http_date.hpp"

#include <algorithm>
#include <chrono>
#include <random>
#include <string_view>
#include <utility>

namespace berth::http {

namespace {

namespace wire = boost::beast::http;
using request = wire::request<wire::string_body>;

constexpr std::size_t longest_target = 2048;
constexpr std::size_t head_size = 512; ///< of most responses

api_response refusal_of(const net::error_code& error, const api_call& call) {
  if (error == wire::error::body_limit)
    return refuse(413, "too-large", "The body is too large", "64 KiB is the limit", call);
  if (error == wire::error::header_limit)
    return refuse(431, "headers-too-large", "The headers are too large", "8 KiB is the limit",
                  call);
  return refuse(400, "malformed-http", "This is not a request", error.message(), call);
}

/// Beast takes what RFC 9112 calls ambiguous; proxies may read it another way, so it is refused.
bool ambiguous(const request& from) {
  return from.count(wire::field::host) > 1 || from.count(wire::field::content_length) > 1;
}

/// A client may send a field that its proxy then repeats on a line of its own: all lines are one
/// list (RFC 9110, section 5.3).
std::string forwarded_for(const request& from) {
  std::string all;
  auto [line, end] = from.equal_range("X-Forwarded-For");
  for (; line != end; ++line)
    all.append(all.empty() ? "" : ",").append(line->value());
  return all;
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c < 0x80; });
}

/// Where fields that somebody asks for belong.
constexpr std::pair<std::string_view, std::string api_call::*> places[] = {
    {"Accept", &api_call::accept},
    {"Accept-Encoding", &api_call::accept_encoding},
    {"Authorization", &api_call::authorization},
    {"Cookie", &api_call::cookie},
    {"Content-Type", &api_call::content_type},
    {"Host", &api_call::host},
    {"Idempotency-Key", &api_call::idempotency_key},
    {"If-Match", &api_call::if_match},
    {"If-None-Match", &api_call::if_none_match},
    {"Last-Event-ID", &api_call::last_event_id},
    {"Origin", &api_call::origin},
    {"Sec-Fetch-Mode", &api_call::sec_fetch_mode},
    {"Sec-Fetch-Site", &api_call::sec_fetch_site},
};

/// The first line of each field.
void read_header(api_call& call, const request& from) {
  for (auto [name, place] : places)
    call.*place = from[name];
}

/// The start line. Answers repeat the path, as text: it is left out when it is none (RFC 3986).
std::shared_ptr<api_call> begin_call(const request& from) {
  auto call = std::make_shared<api_call>();
  call->method = from.method_string();
  if (is_ascii(from.target()))
    call->target = from.target();
  call->request_id = fresh_request_id();
  return call;
}

void add_field(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

/// Made once a second: it has no fractions.
const std::string& date_text(domain::time_point now) {
  static thread_local std::chrono::sys_seconds of{};
  static thread_local std::string text = http_date(of);
  auto second = std::chrono::floor<std::chrono::seconds>(now);
  if (second != of)
    text = http_date(of = second);
  return text;
}

} // namespace

std::string fresh_request_id() {
  static thread_local std::mt19937_64 random{std::random_device{}()};
  constexpr char digits[] = "0123456789abcdef";
  std::string id;
  for (auto bits = random(); id.size() < 16; bits >>= 4)
    id += digits[bits & 15];
  return id;
}

api_response refuse(int status, std::string type, std::string title, std::string detail,
                    const api_call& call) {
  return respond({.status = status,
                  .type = std::move(type),
                  .title = std::move(title),
                  .detail = std::move(detail)},
                 call);
}

void limit(request_parser& parser, const server_limits& limits) {
  parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes));
  parser.body_limit(limits.body_bytes);
}

received refuse_request(const request_parser& stopped, const net::error_code& why) {
  auto call = stopped.is_header_done() ? begin_call(stopped.get()) : std::make_shared<api_call>();
  if (call->request_id.empty())
    call->request_id = fresh_request_id();
  return {call, refusal_of(why, *call), false};
}

std::optional<received> refuse_header(const request_parser& header) {
  const auto& from = header.get();
  auto refusal = [&from](int status, const char* type, const char* title, const char* detail) {
    auto call = begin_call(from);
    return received{call, refuse(status, type, title, detail, *call), false};
  };
  if (from.count(wire::field::transfer_encoding) > 0)
    // Beast passes over codings that it does not know, takes them before HTTP/1.1, and up to 1.85
    // ends the program when the end of a chunked body arrives in parts (boostorg/beast#2861).
    return refusal(411, "length-required", "The length must be said",
                   "send Content-Length, not Transfer-Encoding");
  if (ambiguous(from))
    return refusal(400, "malformed-http", "This is not a request",
                   "its length or its host is given more than once");
  if (!from.target().starts_with('/') || !is_ascii(from.target()))
    return refusal(400, "target", "The path cannot be used",
                   "it begins with / and is of ASCII characters alone");
  if (from.target().size() > longest_target)
    return refusal(414, "target", "The path cannot be used", "2 KiB is the limit");
  return std::nullopt;
}

received read_request(request_parser& done, const net::asio::ip::address& peer,
                      const std::vector<net::network>& trusted_proxies) {
  auto& from = done.get();
  auto call = begin_call(from);
  read_header(*call, from);
  call->body = std::move(from.body());
  call->client = net::client_behind(peer, forwarded_for(from), trusted_proxies);
  return {std::move(call), std::nullopt, from.keep_alive()};
}

std::string begin_response(int status, const header_fields& fields, const std::string& request_id,
                           domain::time_point now) {
  constexpr std::pair<std::string_view, std::string_view> usual[] = {
      {"Cache-Control", "no-store"},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
      {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
  };
  std::string head = "HTTP/1.1 ";
  head.reserve(head_size);
  head += std::to_string(status);
  head += ' ';
  head += wire::obsolete_reason(static_cast<wire::status>(status));
  head += "\r\n";
  add_field(head, "Date", date_text(now));
  add_field(head, "X-Request-Id", request_id);
  for (const auto& [name, value] : usual)
    if (std::ranges::find(fields, name, &header_fields::value_type::first) == fields.end())
      add_field(head, name, value);
  for (const auto& [name, value] : fields)
    add_field(head, name, value);
  return head;
}

std::string to_wire(const api_response& from, const api_call& call, bool keep_alive,
                    domain::time_point now) {
  auto text = begin_response(from.status, from.headers, call.request_id, now);
  if (!from.content_type.empty())
    add_field(text, "Content-Type", from.content_type);
  if (from.status != 204 && from.status != 304) // RFC 9110, sections 8.6 and 15.4.5
    add_field(text, "Content-Length", std::to_string(from.body.size()));
  if (!keep_alive)
    add_field(text, "Connection", "close");
  text += "\r\n";
  if (call.method != "HEAD") // Whose length is that of the body that GET would have.
    text += from.body;
  return text;
}

} // namespace berth::http
