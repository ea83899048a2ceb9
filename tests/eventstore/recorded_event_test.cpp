#include "eventstore/recorded_event.hpp"

#include "tests/support/session_histories.hpp"

#include <doctest/doctest.h>

using namespace berth::eventstore;
using namespace berth::tests;

TEST_CASE("streams: their names are told from other texts") {
  for (const auto& name :
       {stream_of(own), stream_of(pve1), stream_of(template_id{2}), stream_of(user_id{7}),
        std::string{alerts_stream}, std::string{reconciliation_stream}})
    CHECK_MESSAGE(is_stream(name), name);
  for (const auto* name : {"", "session-", "session-x", "node-", "node-a b", "template-",
                           "template-x", "user--1", "alert", "pve-1"})
    CHECK_FALSE_MESSAGE(is_stream(name), name);
}

TEST_CASE("authors: their names are told from other texts") {
  for (const auto* name : {"user:7", "system:seed", "system:session"})
    CHECK_MESSAGE(is_actor(name), name);
  for (const auto* name : {"", "user:", "user:ana", "user:7 ", "system:", "system:a b", "ana"})
    CHECK_FALSE_MESSAGE(is_actor(name), name);
}
