#include "adapters/guacamole/http_call.hpp"

#include "tests/support/scripted_server.hpp"
#include "tests/support/temporary_directory.hpp"

#include <fstream>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <doctest/doctest.h>

using namespace berth;

namespace {

/// A server on a thread of its own, because the call blocks.
struct fixture {
  fixture() { std::ofstream{ca_file} << server.certificate().chain_pem; }
  ~fixture() {
    io.stop();
    if (running.joinable())
      running.join();
  }

  net::asio::io_context io{1};
  net::asio::executor_work_guard<net::asio::io_context::executor_type> work{io.get_executor()};
  tests::scripted_server server{io};
  tests::temporary_directory directory;
  std::string ca_file = (directory / "ca.pem").string();
  std::thread running;

  auto call(bool trusted = true) {
    running = std::thread{[this] { io.run(); }};
    return guacamole::call(
        {.method = "POST",
         .url = "https://127.0.0.1:" + std::to_string(server.host().port) + "/secret-path",
         .ca_file = trusted ? ca_file : "",
         .headers = {"Guacamole-Token: secret-token"},
         .body = "secret-body"});
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "http call: a request arrives as it was given, and so does the answer") {
  server.will_answer(R"({"a":1})", "201 Created");
  auto answer = call();
  REQUIRE(answer.has_value());
  CHECK(answer->status == 201);
  CHECK(answer->body == R"({"a":1})");
  REQUIRE(server.requests().size() == 1);
  CHECK(server.requests()[0].method == "POST");
  CHECK(server.requests()[0].target == "/secret-path");
  CHECK(server.requests()[0].head.find("Guacamole-Token: secret-token") != std::string::npos);
  CHECK(server.requests()[0].body == "secret-body");
}

TEST_CASE_FIXTURE(fixture, "http call: nothing is sent to a server that nobody vouches for") {
  server.will_answer("{}");
  auto answer = call(false);
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().text.find("certificate") != std::string::npos);
  CHECK(server.requests().empty());
}

TEST_CASE_FIXTURE(fixture, "http call: a redirect is an answer, not a way to go") {
  server.will({"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"});
  auto answer = call();
  REQUIRE(answer.has_value());
  CHECK(answer->status == 302);
  CHECK(server.requests().size() == 1);
}

TEST_CASE_FIXTURE(fixture, "http call: an answer beyond 1 MiB is given up") {
  server.will_answer(std::string((1 << 20) + 1, 'x'));
  auto answer = call();
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().text == "the desktop gateway's answer is too long");
}

TEST_CASE_FIXTURE(fixture, "http call: a fault names no secret") {
  server.will({"", tests::scripted_step::end::cut});
  auto answer = call();
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().text.starts_with("the desktop gateway does not answer: "));
  CHECK(answer.error().text.find("secret") == std::string::npos);
}
