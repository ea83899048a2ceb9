#include "tests/adapters/http/facade_fixture.hpp"

#include "tests/support/fake_supervisor.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <utility>
#include <vector>

/// What the facade does when those whom it asks take their time.
using namespace berth;
using namespace berth::tests;

namespace {

using answer_later = caf::typed_response_promise<actors::session_view>;

/// Sessions that answer nothing by themselves; looks are answered when their VM is discarded.
struct slow_sessions {
  std::vector<answer_later> looks;
  std::vector<answer_later> ends;
};

/// As it was before anything that a test appends.
actors::session_view view() {
  return {fold(until_active()), 0, 0};
}

actors::session_supervisor_actor::behavior_type
supervisor(actors::session_supervisor_actor::pointer self,
           const std::shared_ptr<slow_sessions>& slow) {
  auto later = [self](std::vector<answer_later>& waiting) -> fake_sessions::answer {
    waiting.push_back(self->make_response_promise<actors::session_view>());
    return waiting.back();
  };
  return fake_supervisor({
      .any = [](const domain::session_id&) { return view(); },
      .look = [later, slow](const actors::get_session&) { return later(slow->looks); },
      .end = [later, slow](const actors::end_session&) { return later(slow->ends); },
      .discard =
          [slow](const actors::discard_vm&) {
            slow->looks.back().deliver(view());
            return view();
          },
  });
}

struct fixture : facade_fixture {
  explicit fixture(std::shared_ptr<slow_sessions> slow = std::make_shared<slow_sessions>())
      : facade_fixture{supervisor, slow}, sessions{std::move(slow)} {}

  std::shared_ptr<slow_sessions> sessions;

  void answer_last_look() {
    static_cast<void>(
        in.ask<actors::session_view>(sessions_actor, actors::discard_vm{own, {7}}).value());
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "facade: who does not answer within ten seconds is not waited for") {
  auto looked = call("GET");
  in.advance(10s - 1ms);
  CHECK_FALSE(looked.ready());
  in.advance(1ms);
  CHECK(looked.value().status == 503);
}

TEST_CASE_FIXTURE(fixture, "facade: an answer that comes too late leads to nothing more") {
  auto ended = call("DELETE");
  in.advance(10s);
  CHECK(ended.value().status == 503);
  answer_last_look();
  CHECK(sessions->ends.empty());
}

TEST_CASE_FIXTURE(fixture, "facade: each call is waited for as long as it may take") {
  auto ended = call("DELETE");
  answer_last_look();
  REQUIRE(sessions->ends.size() == 1);
  journal.append(own, {domain::session_extended{}});
  in.advance(1s);
  auto first = call("GET");
  in.advance(1s);
  auto second = call("GET");
  answer_last_look();
  in.advance(9s - 1ms);
  CHECK_FALSE(first.ready());
  CHECK(second.value().status == 200);
  in.advance(1ms);
  CHECK(first.value().status == 503);
  in.advance(19s - 1ms);
  CHECK_FALSE(ended.ready());
  in.advance(1ms);
  CHECK(ended.value().status == 503);
}
