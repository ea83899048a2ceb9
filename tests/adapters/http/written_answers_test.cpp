#include "adapters/http/written_answers.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace std::chrono_literals;
using http::written_answers;

namespace {

constexpr domain::time_point noon{12h};

http::api_response answer(std::size_t bytes) {
  return {.body = std::string(bytes, 'x')};
}

} // namespace

TEST_CASE("written answers: one is found again within its second, and not after it") {
  written_answers written;
  written.keep("a", answer(3), noon);
  REQUIRE(written.find("a", noon + 999ms));
  CHECK(written.find("a", noon + 999ms)->body == "xxx");
  CHECK_FALSE(written.find("b", noon + 999ms));
  CHECK_FALSE(written.find("a", noon + 1s));
}

TEST_CASE("written answers: those of a second take so much memory and no more") {
  written_answers written;
  for (std::size_t n = 0; n < 4; ++n)
    written.keep(std::to_string(n), answer(written_answers::most_bytes / 4), noon);
  CHECK(written.find("0", noon));
  written.keep("4", answer(1), noon);
  CHECK_FALSE(written.find("0", noon));
  CHECK(written.find("4", noon));
}
