#include "adapters/net/https_client.hpp"

#include "tests/support/run_io.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/temporary_directory.hpp"

#include <fstream>

using namespace berth;
using namespace berth::tests;
using namespace std::chrono_literals;
using end = scripted_step::end;
using kind = net::transport_error::kind;

namespace {

struct fixture {
  net::asio::io_context io{1};
  scripted_server server{io};
  net::https_settings settings{.hosts = {server.host()},
                               .fingerprints = {net::fingerprint(server.certificate())}};
  std::unique_ptr<net::https_client> client;

  net::https_result send(net::https_request wanted) {
    if (!client)
      client = std::make_unique<net::https_client>(io, settings);
    return run(io, client->send(std::move(wanted)));
  }
  net::https_result get(std::chrono::milliseconds timeout = 5s) {
    return send({.method = "GET", .target = "/", .timeout = timeout});
  }
  net::https_result post(std::chrono::milliseconds timeout = 5s) {
    return send({.method = "POST", .target = "/", .timeout = timeout});
  }
};

const net::https_response& response(const net::https_result& result) {
  if (const auto* error = std::get_if<net::transport_error>(&result))
    FAIL("no response: " << error->text);
  return std::get<net::https_response>(result);
}

const net::transport_error& error(const net::https_result& result) {
  REQUIRE(std::holds_alternative<net::transport_error>(result));
  return std::get<net::transport_error>(result);
}

/// A port that was free a moment ago, and that nobody listens at.
net::https_host silent_host() {
  net::asio::io_context io;
  net::listener brief{io, net::parse_endpoint("127.0.0.1:0")};
  return {"127.0.0.1", brief.endpoint().port()};
}

} // namespace

TEST_CASE_FIXTURE(fixture, "https client: reads share one connection") {
  server.will_answer("one");
  server.will_answer("two");
  CHECK(response(get()).body == "one");
  CHECK(response(get()).body == "two");
  CHECK(server.connections() == 1);
}

TEST_CASE_FIXTURE(fixture, "https client: a connection that was told to close is not used again") {
  server.will_answer("one", "200 OK", end::close);
  server.will_answer("two");
  CHECK(response(get()).body == "one");
  CHECK(response(get()).body == "two");
  CHECK(server.connections() == 2);
}

TEST_CASE_FIXTURE(fixture, "https client: a connection retires after 100 requests") {
  for (int i = 0; i < 101; ++i) {
    server.will_answer("fine");
    REQUIRE(response(get()).status == 200);
  }
  CHECK(server.requests()[99].connection == 0);
  CHECK(server.requests()[100].connection == 1);
}

TEST_CASE_FIXTURE(fixture, "https client: a connection that was idle for too long is not used") {
  settings.idle_limit = 0ms;
  server.will_answer("one");
  server.will_answer("two");
  get();
  get();
  CHECK(server.connections() == 2);
}

TEST_CASE_FIXTURE(fixture, "https client: a read that meets a connection closed while idle is sent "
                           "again") {
  server.will_answer("one");
  server.will_answer("two");
  get();
  server.close_idle_connections();
  CHECK(response(get()).body == "two");
  CHECK(server.connections() == 2);
}

TEST_CASE_FIXTURE(fixture, "https client: a change never meets a connection closed while idle") {
  server.will_answer("one");
  server.will_answer("two");
  get();
  server.close_idle_connections();
  CHECK(response(post()).body == "two");
}

TEST_CASE_FIXTURE(fixture, "https client: a change whose answer is lost is not sent again") {
  server.will({.then = end::cut});
  server.will_answer("never asked for");
  CHECK(error(post()).what == kind::interrupted);
  CHECK(server.requests().size() == 1);
}

TEST_CASE_FIXTURE(fixture, "https client: an answer that never comes ends with the deadline") {
  server.will({});
  CHECK(error(get(100ms)).what == kind::interrupted);
  CHECK(server.requests().size() == 1);
}

TEST_CASE_FIXTURE(fixture, "https client: a body that ends early is no response") {
  server.will({"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"data\":", end::cut});
  CHECK(error(get()).what == kind::interrupted);
}

TEST_CASE_FIXTURE(fixture, "https client: a chunked body may arrive byte by byte") {
  server.will(
      {.bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", .record = 1});
  CHECK(response(get()).body.empty());
  server.will({.bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
               .record = 1});
  CHECK(response(get()).body == "{}");
}

TEST_CASE_FIXTURE(fixture, "https client: a body beyond 8 MiB is not read") {
  server.will({"HTTP/1.1 200 OK\r\nContent-Length: 8388609\r\n\r\n", end::keep});
  CHECK(error(get()).what == kind::interrupted);
}

TEST_CASE_FIXTURE(fixture, "https client: what is not HTTP is no response") {
  server.will({"220 mail.example ready\r\n", end::cut});
  CHECK(error(get()).what == kind::interrupted);
}

TEST_CASE_FIXTURE(fixture, "https client: a refusal that ends with its connection has a reason") {
  server.will({"HTTP/1.1 401 Authentication failed!\r\nConnection: close\r\n\r\n", end::cut});
  auto result = get();
  CHECK(response(result).status == 401);
  CHECK(response(result).reason == "Authentication failed!");
  CHECK(response(result).body.empty());
}

TEST_CASE_FIXTURE(fixture, "https client: redirects are answers, not orders") {
  server.will({"HTTP/1.1 301 Moved Permanently\r\nLocation: https://127.0.0.1:1/\r\n"
               "Content-Length: 0\r\n\r\n",
               end::keep});
  CHECK(response(get()).status == 301);
  CHECK(server.requests().size() == 1);
}

TEST_CASE_FIXTURE(fixture, "https client: only POST and PUT have a body, with its length") {
  server.will_answer("");
  server.will_answer("");
  post();
  send({.method = "DELETE", .target = "/x?purge=1"});
  CHECK(server.requests()[0].head.find("Content-Length: 0\n") != std::string::npos);
  CHECK(server.requests()[0].head.find("Expect") == std::string::npos);
  CHECK(server.requests()[1].head.find("Content-Length") == std::string::npos);
  CHECK(server.requests()[1].target == "/x?purge=1");
}

// -- whom it believes ------------------------------------------------------------

TEST_CASE_FIXTURE(fixture, "https client: a certificate that is not pinned is refused before "
                           "anything is sent") {
  settings.fingerprints = {net::fingerprint(net::make_self_signed("127.0.0.1"))};
  auto why = error(post());
  CHECK(why.what == kind::untrusted);
  CHECK(why.text.find(net::fingerprint(server.certificate())) != std::string::npos);
  CHECK(server.requests().empty());
}

TEST_CASE_FIXTURE(fixture, "https client: one of several pins is enough") {
  settings.fingerprints.insert(settings.fingerprints.begin(),
                               net::fingerprint(net::make_self_signed("127.0.0.1")));
  server.will_answer("fine");
  CHECK(response(get()).status == 200);
}

TEST_CASE_FIXTURE(fixture, "https client: a stranger's certificate is not in the system's store") {
  settings.fingerprints.clear();
  CHECK(error(get()).what == kind::untrusted);
}

TEST_CASE_FIXTURE(fixture, "https client: a chain from the given authority is believed, for its "
                           "own name only") {
  temporary_directory directory;
  auto file = directory.path() / "ca.pem";
  std::ofstream{file} << server.certificate().chain_pem;
  settings.fingerprints.clear();
  settings.ca_file = file.string();
  SUBCASE("own name") {
    server.will_answer("fine");
    CHECK(response(get()).status == 200);
  }
  SUBCASE("another name") {
    settings.hosts = {server.host("localhost")};
    CHECK(error(get()).what == kind::untrusted);
  }
}

// -- several hosts ---------------------------------------------------------------

TEST_CASE_FIXTURE(fixture, "https client: the next host serves when one cannot be reached") {
  settings.hosts.insert(settings.hosts.begin(), silent_host());
  server.will_answer("fine");
  CHECK(response(get()).host == 1);
}

TEST_CASE_FIXTURE(fixture, "https client: when no host can be reached nothing was sent") {
  settings.hosts = {silent_host(), silent_host()};
  CHECK(error(post()).what == kind::unreachable);
}
