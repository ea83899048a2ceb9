#include "adapters/http/responder.hpp"

#include <optional>

#include <doctest/doctest.h>

using berth::http::make_responder;

TEST_CASE("responder: the first answer counts") {
  std::optional<caf::expected<int>> got;
  auto to = make_responder<int>([&got](caf::expected<int> answer) { got = std::move(answer); });
  to->answer(1);
  to->answer(2);
  REQUIRE(got);
  CHECK(**got == 1);
}

TEST_CASE("responder: nobody left to answer is an error") {
  std::optional<caf::expected<int>> got;
  make_responder<int>([&got](caf::expected<int> answer) { got = std::move(answer); });
  REQUIRE(got);
  CHECK_FALSE(*got);
}
