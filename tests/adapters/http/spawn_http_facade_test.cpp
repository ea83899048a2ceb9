#include "adapters/http/spawn_http_facade.hpp"

#include "tests/adapters/http/facade_fixture.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <caf/send.hpp>
#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <utility>

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
    return in.ask<http::api_response>(facade, look_at(target));
  }
  void ask_as_connection(
      const std::string& target, std::function<void()> answered = [] {}) {
    auto to = http::make_responder<http::api_response>(
        [answered = std::move(answered)](const caf::expected<http::api_response>&) { answered(); });
    http::api_requests read;
    read.all.push_back({std::make_shared<http::api_call>(look_at(target)),
                        http::find_route("GET", target), std::move(to)});
    caf::anon_send<caf::message_priority::high>(facade, std::move(read));
  }

private:
  static http::api_call look_at(const std::string& target) {
    return {.method = "GET", .target = target, .authorization = "Bearer berth_ana"};
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

TEST_CASE_FIXTURE(fixture, "facade: connections have their turn after each message to it") {
  auto first = ask("/healthz");
  auto second = ask("/healthz");
  bool had_turn = false;
  net::asio::post(io, [&] {
    in.settle();
    had_turn = first.ready() && !second.ready();
  });
  settle();
  CHECK(had_turn);
  CHECK(second.value().status == 200);
}

TEST_CASE_FIXTURE(fixture, "facade: the calls of connections go ahead of what else it is told") {
  auto other = ask("/healthz");
  bool was_ahead = false;
  ask_as_connection("/healthz", [&] {
    in.settle();
    was_ahead = !other.ready();
  });
  settle();
  CHECK(was_ahead);
}

TEST_CASE_FIXTURE(fixture, "facade: a commit that is told of before goes ahead of a call") {
  ask_as_connection("/sessions");
  settle();
  lists->position = journal.append({"pve-1"}, domain::node_registered{});
  ask_as_connection("/sessions");
  settle();
  CHECK(lists->times == 2);
}

TEST_CASE_FIXTURE(fixture, "facade: what comes after its end is refused") {
  end();
  CHECK(ask("/healthz").is_error());
}
