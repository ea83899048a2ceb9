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

/// What the directory answers, how often it was asked for sessions, and what it was last asked to
/// contain.
struct told_lists {
  std::uint64_t position = 0;
  int times = 0;
  std::uint64_t at_least = 0;
};

inline actors::session_directory_actor::behavior_type
fake_directory(const std::shared_ptr<told_lists>& told) {
  return {
      [told](const actors::list_sessions& m) {
        ++told->times;
        told->at_least = m.at_least;
        return actors::session_list{{}, told->position};
      },
      [](const actors::find_sessions&) { return actors::session_list{}; },
      [told](const actors::list_templates& m) {
        told->at_least = m.at_least;
        return actors::template_list{};
      },
      [](const actors::find_kept_session&) { return actors::kept_session{}; },
      [](const actors::list_nodes&) { return actors::node_list{}; },
  };
}

/// A facade over a real journal, whose sessions a test makes up; ana is signed in, and has one.
struct facade_fixture {
  actor_fixture in;
  test_journal journal{in};
  std::shared_ptr<launch_desk> people = std::make_shared<launch_desk>();
  std::shared_ptr<told_lists> lists = std::make_shared<told_lists>();
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
                                             .directory = in.spawn(fake_directory, lists),
                                             .journal = journal.handle(),
                                             .accounts = in.spawn(fake_accounts, people),
                                             .now = in.clock(),
                                             .next_id = [] { return domain::ulid{}; },
                                         });
    in.settle();
  }

  /// Ana asks for her session, or for something to be done with it.
  pending<http::api_response> call(const std::string& method) {
    return call(method, "/sessions/" + domain::to_string(own), "ana");
  }

  pending<http::api_response> call(const std::string& method, const std::string& target,
                                   const std::string& login) {
    http::api_call wanted{
        .method = method, .target = target, .authorization = "Bearer berth_" + login};
    return in.ask<http::api_response>(facade, wanted);
  }
};

} // namespace berth::tests
