#include "adapters/http/spawn_http_facade.hpp"

#include "tests/adapters/http/facade_fixture.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <caf/send.hpp>
#include <doctest/doctest.h>

using namespace berth;
using namespace berth::tests;

namespace {

/// Ana is signed in, and has no sessions.
struct fixture {
  net::asio::io_context io;
  net::asio::executor_work_guard<net::asio::io_context::executor_type> work{io.get_executor()};
  actor_fixture in;
  test_journal journal{in};
  std::shared_ptr<launch_desk> people = std::make_shared<launch_desk>();
  std::shared_ptr<told_lists> lists = std::make_shared<told_lists>();
  http::http_facade_actor facade;

  fixture() {
    people->credentials[http::token_hash("berth_ana")] = {
        {7}, "ana", domain::role::engineer, http::token_hash("berth_ana")};
    facade = http::spawn_http_facade(in.system(), io,
                                     {.directory = in.spawn(fake_directory, lists),
                                      .journal = journal.handle(),
                                      .accounts = in.spawn(fake_accounts, people),
                                      .now = in.clock()});
    settle();
  }
  ~fixture() { end(); }
  fixture(const fixture&) = delete;
  fixture& operator=(const fixture&) = delete;

  /// Lets everything run that can run now, on both sides.
  void settle() {
    do
      in.settle();
    while (io.poll() > 0);
  }
  void end() {
    caf::anon_send_exit(facade, caf::exit_reason::user_shutdown);
    settle();
  }

  pending<http::api_response> ask(const std::string& target) {
    return in.ask<http::api_response>(
        facade,
        http::api_call{.method = "GET", .target = target, .authorization = "Bearer berth_ana"});
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "facade: answers where the connections are") {
  auto answer = ask("/healthz");
  CHECK_FALSE(answer.ready());
  io.poll();
  in.settle();
  CHECK(answer.value().status == 200);
}

TEST_CASE_FIXTURE(fixture, "facade: whom it asks answers elsewhere") {
  auto answer = ask("/sessions");
  io.poll();
  in.settle(); // Says who ana is.
  io.poll();
  CHECK(lists->times == 0);
  in.settle();
  CHECK(lists->times == 1);
  CHECK_FALSE(answer.ready());
  settle();
  CHECK(answer.value().status == 200);
}

TEST_CASE_FIXTURE(fixture, "facade: what comes after its end is refused") {
  end();
  CHECK(ask("/healthz").is_error());
}
