#include "tests/fuzz/fuzz_target.hpp"
#include "tests/fuzz/raw_request.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <cctype>

using namespace berth;
using fuzz::require;

namespace {

constexpr std::size_t whole = static_cast<std::size_t>(-1);

std::string lower(std::string_view text) {
  std::string all{text};
  std::ranges::transform(all, all.begin(), [](unsigned char c) { return std::tolower(c); });
  return all;
}

bool has_line_ends(const std::string& text) {
  return text.find_first_of(std::string_view{"\r\n\0", 3}) != std::string::npos;
}

void check_call(const http::api_call& call) {
  require(!call.method.empty() && !has_line_ends(call.method), "a request has a method");
  require(call.target.starts_with('/') && call.target.size() <= 2048,
          "the path of a request is absolute, and not long");
  require(std::ranges::none_of(call.target, [](unsigned char c) { return c <= ' ' || c == 0x7f; }),
          "the path of a request holds neither blanks nor control characters");
  for (const auto* field :
       {&call.accept, &call.accept_encoding, &call.authorization, &call.cookie, &call.content_type,
        &call.host, &call.idempotency_key, &call.if_match, &call.if_none_match, &call.last_event_id,
        &call.origin, &call.sec_fetch_mode, &call.sec_fetch_site})
    require(!has_line_ends(*field), "no field of the header goes beyond its line");
  require(call.body.size() <= 64 * 1024, "a body is not longer than 64 KiB");
  boost::system::error_code malformed;
  boost::asio::ip::make_address(call.client, malformed);
  require(!malformed, "whoever asks has an address");
}

/// The header with the line that the proxy before us adds to it; nothing when there is no header.
std::string forwarded(std::string_view bytes) {
  auto end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos)
    return {};
  std::string all{bytes.substr(0, end)};
  return all.append("\r\nX-Forwarded-For: 198.51.100.1").append(bytes.substr(end));
}

void check_client(std::string_view bytes) {
  auto got = fuzz::read_request(forwarded(bytes), whole);
  require(got.refusal || got.call->client == "198.51.100.1",
          "what the proxy says of its client counts, whatever the client has said");
}

/// Whatever is read otherwise by a proxy before us may hide a second request.
void check_framing(std::string_view bytes) {
  auto header = lower(bytes.substr(0, bytes.find("\r\n\r\n")));
  require(header.find("\r\ntransfer-encoding:") == std::string::npos,
          "the length of a body is said in one way alone");
}

void check_same(const http::received& one, const http::received& other) {
  require(one.refusal.has_value() == other.refusal.has_value(),
          "a request is taken or refused however its bytes arrive");
  if (one.refusal)
    return;
  require(one.call->method == other.call->method && one.call->target == other.call->target
              && one.call->body == other.call->body && one.keep_alive == other.keep_alive
              && one.call->authorization == other.call->authorization,
          "a request says the same however its bytes arrive");
}

} // namespace

/// The bytes of a connection.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes{reinterpret_cast<const char*>(data), size};
  auto got = fuzz::read_request(bytes, whole);
  require(got.call != nullptr, "whatever arrives is a request or refused");
  if (got.refusal) {
    auto status = got.refusal->status;
    require(status == 400 || status == 411 || status == 413 || status == 414 || status == 431,
            "a refusal blames the client");
    require(!got.keep_alive, "nothing more is read after a refusal");
    fuzz::check_response(*got.refusal, *got.call);
  } else {
    check_call(*got.call);
    check_client(bytes);
    check_framing(bytes);
  }
  check_same(got, fuzz::read_request(bytes, 1));
  return 0;
}
