#pragma once

#include "tests/benchmarks/study_world.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace berth::study {

/// A policy and what it is called.
struct contestant {
  std::string_view name;
  std::unique_ptr<policy> (*make)(std::uint64_t seed);
};

/// All of them, Berth and the oracle included.
const std::vector<contestant>& contestants();

std::unique_ptr<policy> make_berth(std::uint64_t seed);

} // namespace berth::study
