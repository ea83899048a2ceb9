#pragma once

#include "adapters/http/http_facade_actor.hpp"

#include "adapters/http/token_hash.hpp"
#include "tests/support/actor_fixture.hpp"
#include "tests/support/fake_accounts.hpp"
#include "tests/support/session_histories.hpp"
#include "tests/support/test_journal.hpp"

#include <memory>
#include <string>

namespace berth::tests {

/// A facade over a real journal, whose sessions a test makes up; ana is signed in, and has one.
struct facade_fixture {
  actor_fixture in;
  test_journal journal{in};
  std::shared_ptr<launch_desk> people = std::make_shared<launch_desk>();
  actors::session_supervisor_actor sessions_actor;
  http::http_facade_actor facade;

  /// `sessions` is the behavior of their supervisor, and gets `state`.
  template <class Behavior, class State>
  facade_fixture(Behavior sessions, const State& state) {
    people->credentials[http::token_hash("berth_ana")] = {
        {7}, "ana", domain::role::engineer, http::token_hash("berth_ana")};
    sessions_actor = in.own(in.system().spawn(sessions, state));
    facade = in.spawn(http::http_facade, http::facade_collaborators{
                                             .supervisor = sessions_actor,
                                             .journal = journal.handle(),
                                             .accounts = in.spawn(fake_accounts, people),
                                             .now = in.clock(),
                                             .next_id = [] { return domain::ulid{}; },
                                         });
    in.settle();
  }

  /// Ana asks for her session, or for something to be done with it.
  pending<http::api_response> call(const std::string& method) {
    http::api_call wanted{.method = method,
                          .target = "/sessions/" + domain::to_string(own),
                          .authorization = "Bearer berth_ana"};
    return in.ask<http::api_response>(facade, wanted);
  }
};

} // namespace berth::tests
