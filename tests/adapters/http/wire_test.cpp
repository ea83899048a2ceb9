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

TEST_CASE("wire: an answer is a status, what all answers say of themselves, and its body") {
  api_response answer{200, {{"ETag", "\"7\""}}, "application/json", "{}", {}};
  CHECK(to_wire(answer, {.method = "GET", .request_id = "0123456789abcdef"}, true, {})
        == "HTTP/1.1 200 OK\r\n"
           "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
           "X-Request-Id: 0123456789abcdef\r\n"
           "Cache-Control: no-store\r\n"
           "X-Content-Type-Options: nosniff\r\n"
           "Referrer-Policy: no-referrer\r\n"
           "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
           "ETag: \"7\"\r\n"
           "Content-Type: application/json\r\n"
           "Content-Length: 2\r\n"
           "\r\n"
           "{}");
}

TEST_CASE("wire: what an answer says otherwise of itself is said once") {
  api_response answer{200, {{"Cache-Control", "no-cache"}}, "text/css", "a{}", {}};
  auto text = to_wire(answer, {.method = "GET"}, true, {});
  CHECK(text.find("Cache-Control: no-cache\r\n") != std::string::npos);
  CHECK(text.find("no-store") == std::string::npos);
}

TEST_CASE("wire: HEAD is told the length of the body that GET would have") {
  api_response answer{200, {}, "text/plain", "four", {}};
  auto text = to_wire(answer, {.method = "HEAD"}, true, {});
  CHECK(text.find("Content-Length: 4\r\n") != std::string::npos);
  CHECK(text.ends_with("\r\n\r\n"));
}

TEST_CASE("wire: answers without a body have no length") {
  for (int status : {204, 304})
    CHECK(to_wire({status, {}, {}, {}, {}}, {.method = "GET"}, true, {}).find("Content-Length")
          == std::string::npos);
  CHECK(to_wire({200, {}, {}, {}, {}}, {.method = "GET"}, true, {}).find("Content-Length: 0\r\n")
        != std::string::npos);
}

TEST_CASE("wire: the last answer of a connection says that it is") {
  auto answer = [](bool keep_alive) {
    return to_wire({204, {}, {}, {}, {}}, {.method = "GET"}, keep_alive, {});
  };
  CHECK(answer(false).find("Connection: close\r\n") != std::string::npos);
  CHECK(answer(true).find("Connection") == std::string::npos);
}

TEST_CASE("wire: the date moves on with the clock") {
  using namespace std::chrono_literals;
  auto at = [](domain::time_point now) { return begin_response(200, {}, "", now); };
  auto is_of = [](const std::string& head, const char* time) {
    return head.find(time) != std::string::npos;
  };
  CHECK(is_of(at(domain::time_point{1s}), "00:00:01 GMT"));
  CHECK(is_of(at(domain::time_point{1999ms}), "00:00:01 GMT"));
  CHECK(is_of(at(domain::time_point{2s}), "00:00:02 GMT"));
  CHECK(is_of(at(domain::time_point{0s}), "00:00:00 GMT"));
}
