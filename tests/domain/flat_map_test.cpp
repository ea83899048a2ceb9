#include "domain/flat_map.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>

using namespace berth::domain;

TEST_CASE("flat map: holds what a map holds, in its order, whatever comes and goes") {
  std::mt19937 random{1};
  flat_map<unsigned, std::string> flat;
  std::map<unsigned, std::string> model;
  for (int step = 0; step < 10'000; ++step) {
    auto key = random() % 200;
    if (random() % 2 == 0) {
      flat[key] += 'x';
      model[key] += 'x';
    } else {
      auto held = flat.extract(key);
      auto expected = model.extract(key);
      REQUIRE(held.has_value() == !expected.empty());
      if (held)
        CHECK(*held == expected.mapped());
    }
    REQUIRE(flat.size() == model.size());
    REQUIRE(std::ranges::equal(flat, model, [](const auto& left, const auto& right) {
      return left.first == right.first && left.second == right.second;
    }));
  }
}

TEST_CASE("flat map: what is found can be changed, and what is not there is not made") {
  flat_map<int, int> flat;
  flat[2] = 20;
  flat[1] = 10;
  ++*flat.find(2);
  CHECK(flat[2] == 21);
  CHECK_FALSE(flat.find(3));
  CHECK_FALSE(flat.contains(0));
  CHECK_FALSE(flat.extract(3));
  CHECK(flat.size() == 2);
}
