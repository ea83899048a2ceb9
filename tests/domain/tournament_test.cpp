#include "domain/placement/tournament.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include <doctest/doctest.h>

using namespace berth::domain;

namespace {

/// The scores of the lowest, by looking at all.
std::vector<double> lowest_of(const std::vector<contender>& all, std::uint32_t ram_mb,
                              std::uint32_t cores, std::size_t most) {
  std::vector<double> scores;
  for (const auto& one : all)
    if (one.room_mb >= ram_mb && one.cores >= cores)
      scores.push_back(one.score + one.per_mb * ram_mb);
  std::ranges::sort(scores);
  scores.resize(std::min(most, scores.size()));
  return scores;
}

} // namespace

TEST_CASE("tournament: nobody wins when nobody takes part") {
  tournament none;
  CHECK(none.lowest(1, 1, 16).empty());
  none.reset({});
  CHECK(none.lowest(1, 1, 16).empty());
  none.reset({contender{}, contender{}});
  CHECK(none.lowest(0, 0, 16).empty());
}

TEST_CASE("tournament: finds the lowest that have the room and the cores, whatever changes") {
  std::mt19937_64 random{1};
  auto share = [&random] { return static_cast<double>(random() % 1000) / 1000; };
  auto any = [&] {
    if (random() % 4 == 0)
      return contender{};
    auto size = 1 << random() % 3;
    return contender{share(), 0.7 / (65'536 * size), share() * 65'536 * size,
                     static_cast<std::uint32_t>(8 * size)};
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
      auto ram_mb = static_cast<std::uint32_t>(random() % 65'536);
      auto cores = static_cast<std::uint32_t>(random() % 20);
      auto most = random() % 20;
      std::vector<double> found;
      for (const auto& one : contest.lowest(ram_mb, cores, most)) {
        CHECK(all[one.contender].room_mb >= ram_mb);
        CHECK(all[one.contender].cores >= cores);
        found.push_back(one.score);
      }
      CHECK(found == lowest_of(all, ram_mb, cores, most));
    }
  }
}
