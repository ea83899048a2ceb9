#include "adapters/http/wire.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::http;

namespace {

/// What a request that arrives whole from a trusted proxy comes to.
received read(const std::string& bytes) {
  request_parser parser;
  limit(parser, {});
  net::error_code error;
  auto used = parser.put(net::asio::buffer(bytes), error);
  if (!error)
    if (auto refused = refuse_header(parser))
      return *refused;
  parser.eager(true);
  if (!error && !parser.is_done())
    parser.put(net::asio::buffer(bytes) + used, error);
  if (error)
    return refuse_request(parser, error);
  REQUIRE(parser.is_done());
  return read_request(parser, net::asio::ip::make_address("192.0.2.1"),
                      {net::network{"192.0.2.0/24"}});
}

int refusal_of(const std::string& bytes) {
  auto got = read(bytes);
  CHECK_FALSE((got.refusal && got.keep_alive));
  return got.refusal ? got.refusal->status : 0;
}

const std::string get = "GET /me HTTP/1.1\r\nHost: berth\r\n";
const std::string post = "POST /sessions HTTP/1.1\r\nHost: berth\r\n";

} // namespace

TEST_CASE("wire: a request says what was written") {
  auto got = read(post + "Authorization: Bearer x\r\nContent-Length: 2\r\n\r\n{}");
  REQUIRE_FALSE(got.refusal);
  CHECK(got.call->method == "POST");
  CHECK(got.call->target == "/sessions");
  CHECK(got.call->authorization == "Bearer x");
  CHECK(got.call->body == "{}");
  CHECK(got.keep_alive);
}

TEST_CASE("wire: the client is the one that the proxy names, on however many lines") {
  // HAProxy adds a line of its own to what the client has sent.
  auto got = read(get + "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-For: 198.51.100.1\r\n\r\n");
  REQUIRE_FALSE(got.refusal);
  CHECK(got.call->client == "198.51.100.1");
}

TEST_CASE("wire: a body has its length in Content-Length, or it is not read") {
  // What a coding means depends on who reads it; and a cut in chunks could end the program.
  for (const auto* coding : {"chunked", "gzip", "gzip, chunked", "chunked, gzip", "identity", ""}) {
    CAPTURE(coding);
    CHECK(refusal_of(post + "Transfer-Encoding: " + coding + "\r\n\r\n0\r\n\r\n") == 411);
  }
  CHECK(refusal_of(post + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n") == 400);
  CHECK(refusal_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n") == 411);
}

TEST_CASE("wire: what a request must say once it says once") {
  CHECK(refusal_of(post + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}") == 400);
  CHECK(refusal_of(get + "Host: other\r\n\r\n") == 400);
}

TEST_CASE("wire: a path is of printable ASCII characters, as RFC 3986 has it") {
  CHECK(refusal_of("GET /me/\xff HTTP/1.1\r\nHost: berth\r\n\r\n") == 400);
  CHECK(refusal_of("GET /s\xc3\xa9 HTTP/1.1\r\nHost: berth\r\n\r\n") == 400);
  CHECK(refusal_of("GET * HTTP/1.1\r\nHost: berth\r\n\r\n") == 400);
  CHECK(refusal_of("GET /" + std::string(2048, 'a') + " HTTP/1.1\r\nHost: berth\r\n\r\n") == 414);
}

TEST_CASE("wire: what is too large is refused by its size") {
  CHECK(refusal_of(get + "X: " + std::string(9000, 'x') + "\r\n\r\n") == 431);
  CHECK(refusal_of(post + "Content-Length: 65537\r\n\r\n") == 413);
}
