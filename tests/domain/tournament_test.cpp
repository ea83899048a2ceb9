#include "domain/placement/tournament.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include <doctest/doctest.h>

using namespace berth::domain;

namespace {

double score_of(const contender& one, const tournament::needs& of) {
  return one.score + one.per_mb * of.ram_mb;
}

bool can_take(const contender& one, const tournament::needs& of) {
  return one.room_mb >= of.ram_mb && one.cores >= of.cores;
}

/// The scores of the lowest, by looking at all.
std::vector<double> lowest_of(const std::vector<contender>& all, const tournament::needs& of,
                              std::size_t most, const std::vector<std::uint32_t>& excluded) {
  std::vector<double> scores;
  for (std::uint32_t number = 0; number < all.size(); ++number)
    if (can_take(all[number], of) && std::ranges::count(excluded, number) == 0)
      scores.push_back(score_of(all[number], of));
  std::ranges::sort(scores);
  scores.resize(std::min(most, scores.size()));
  return scores;
}

void compare(tournament& contest, const std::vector<contender>& all, const tournament::needs& of,
             std::size_t most, const std::vector<std::uint32_t>& excluded) {
  std::vector<double> scores;
  for (auto one : contest.lowest(of, most, excluded)) {
    CHECK(can_take(all[one], of));
    scores.push_back(score_of(all[one], of));
  }
  std::ranges::sort(scores);
  CHECK(scores == lowest_of(all, of, most, excluded));
}

} // namespace

TEST_CASE("tournament: nobody wins when nobody takes part") {
  tournament none;
  CHECK(none.lowest({1, 1}, 16).empty());
  none.reset({});
  CHECK(none.lowest({1, 1}, 16).empty());
  none.reset({contender{}, contender{}});
  CHECK(none.lowest({}, 16).empty());
}

TEST_CASE("tournament: finds the lowest that have the room and the cores, whatever changes") {
  std::mt19937_64 random{1};
  auto share = [&random] { return static_cast<double>(random() % 1000) / 1000; };
  auto any = [&] {
    if (random() % 4 == 0)
      return contender{};
    auto size = 1 << random() % 3;
    return contender{share(), 0.7 / (65'536 * size), share() * 65'536 * size, 8.0 * size};
  };
  for (std::size_t size : {1, 2, 7, 64, 200}) {
    CAPTURE(size);
    std::vector<contender> all(size);
    tournament contest;
    contest.reset(all);
    for (int step = 0; step < 2000; ++step) {
      auto number = static_cast<std::uint32_t>(random() % size);
      all[number] = any();
      contest.change(number, all[number]);
      // Some are asked for again and again, others once.
      auto ram = random() % 4 == 0 ? random() % 65'536 : 8192 * (random() % 6);
      tournament::needs of{static_cast<double>(ram), static_cast<double>(10 * (random() % 2))};
      auto most = random() % 20;
      std::vector<std::uint32_t> excluded;
      if (random() % 3 == 0)
        excluded = {static_cast<std::uint32_t>(random() % size)};
      compare(contest, all, of, most, excluded);
    }
  }
}

TEST_CASE("tournament: those who led fall behind, and others come to the front") {
  std::mt19937_64 random{1};
  auto share = [&random] { return static_cast<double>(random() % 1000) / 1000; };
  std::vector<contender> all(400);
  for (auto& one : all)
    one = {share(), 1e-6, 65'536, 8};
  tournament contest;
  contest.reset(all);
  constexpr tournament::needs of{4096, 4};
  auto put = [&](std::uint32_t number, double score) {
    all[number].score = score;
    contest.change(number, all[number]);
  };
  for (int round = 0; round < 20; ++round) {
    for (int step = 0; step < 100; ++step) {
      put(contest.lowest(of, 1).front(), 0.5 + share());
      compare(contest, all, of, 16, {});
    }
    for (int step = 0; step < 100; ++step) {
      put(static_cast<std::uint32_t>(random() % all.size()), share() / 2);
      compare(contest, all, of, 16, {});
    }
  }
}
