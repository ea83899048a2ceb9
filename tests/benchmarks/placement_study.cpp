#include "tests/benchmarks/study_policies.hpp"

#include <cstdio>
#include <cstdlib>

/// Plays the same days with every policy in all cells of one size, and prints one line of JSON per
/// cell and policy.
namespace berth::study {

namespace {

void print(const cell& of, std::string_view name, const std::vector<outcome>& seeds) {
  std::printf(R"({"nodes":%zu,"load":%g,"bursts":%s,"unequal":%s,"foreign":%g,"sample_every":%g,)"
              R"("hours":%g,"policy":"%.*s","seeds":[)",
              of.nodes, of.load, of.bursts ? "true" : "false", of.unequal ? "true" : "false",
              of.foreign, of.sample_every, hours, static_cast<int>(name.size()), name.data());
  const auto* comma = "";
  for (const auto& one : seeds) {
    std::printf(R"(%s{"mean":%.6g,"p99":%.6g,"worst":%.6g,"above":%.6g,"placed":%zu,)"
                R"("overcommits":%zu,"refused":%zu})",
                comma, one.mean, one.p99, one.worst, one.above, one.placed, one.overcommits,
                one.refused);
    comma = ",";
  }
  std::puts("]}");
}

void study(const cell& of, const std::vector<contestant>& who, std::size_t seeds) {
  std::vector<script> scripts;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed)
    scripts.push_back(write_script(of, seed));
  for (const auto& one : who) {
    std::vector<outcome> outcomes;
    for (std::uint64_t seed = 1; const auto& all : scripts)
      outcomes.push_back(play(all, *one.make(seed++)));
    print(of, one.name, outcomes);
  }
}

} // namespace

} // namespace berth::study

int main(int argc, char** argv) {
  using namespace berth::study;
  if (argc != 3) {
    std::fputs("placement_study NODES SEEDS\n", stderr);
    return 2;
  }
  auto nodes = std::strtoul(argv[1], nullptr, 10);
  auto seeds = std::strtoul(argv[2], nullptr, 10);
  const std::vector<contestant> berth_alone{{"Berth", make_berth}};
  for (double load : {0.4, 0.55, 0.7, 0.85})
    for (bool bursts : {false, true})
      for (bool unequal : {false, true})
        for (double foreign : {0.0, 0.2}) {
          cell of{nodes, load, bursts, unequal, foreign};
          study(of, contestants(), seeds);
          for (double every : {5.0, 60.0}) {
            of.sample_every = every;
            study(of, berth_alone, seeds);
          }
        }
}
