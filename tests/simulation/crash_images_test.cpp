#include "tools/simulation/crash_images.hpp"

#include <doctest/doctest.h>

/// The short form of `berth-sim crash-images`: crashes at fewer moments.
using namespace berth::simulation;

namespace {

// Primes, so that crashes meet every kind of operation.
constexpr crash_options from_creation_on{.commits = 12, .losses = 4, .stride = 3};
constexpr crash_options through_checkpoints{.commits = 220, .losses = 3, .stride = 61};
constexpr crash_options control{.commits = 60, .losses = 3, .stride = 89};

crash_counts crash(const crash_options& chosen, durability kept) {
  auto counts = crash_everywhere(chosen, kept);
  INFO(counts.first_fault);
  CHECK(counts.crashes == counts.operations / chosen.stride);
  CHECK(counts.images > counts.crashes);
  if (kept == durability::full) {
    CHECK(counts.lossy == 0);
    CHECK(counts.unsound == 0);
  }
  return counts;
}

} // namespace

TEST_CASE("crash images: nothing that was acknowledged is lost, from the log's creation on") {
  crash(from_creation_on, durability::full);
}

TEST_CASE("crash images: nothing that was acknowledged is lost while checkpoints run") {
  CHECK(crash(through_checkpoints, durability::full).checkpoints >= 2);
}

TEST_CASE("crash images: with weaker durability the same campaign finds losses") {
  auto normal = crash(control, durability::normal);
  CHECK(normal.lossy > 0);
  CHECK(normal.unsound == 0);
  CHECK(crash(control, durability::off).lossy > 0);
  CHECK(crash(control, durability::lying_drive).lossy > 0);
}

TEST_CASE("crash images: a checkpoint on a drive that lies leaves unsound logs") {
  auto lying = crash({.commits = 220, .losses = 3, .stride = 197}, durability::lying_drive);
  CHECK(lying.unsound > 0);
}
