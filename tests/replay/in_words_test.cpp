#include "tools/replay/in_words.hpp"

#include <doctest/doctest.h>

using namespace berth::replay;
using namespace std::chrono_literals;

TEST_CASE("in words: durations are told in two units") {
  CHECK(in_words(0ms) == "0 ms");
  CHECK(in_words(850ms) == "850 ms");
  CHECK(in_words(12'500ms) == "12.5 s");
  CHECK(in_words(4min + 10s + 999ms) == "4 min 10 s");
  CHECK(in_words(2h + 5min + 59s) == "2 h 5 min");
  CHECK(in_words(73h + 59min) == "3 d 1 h");
}
