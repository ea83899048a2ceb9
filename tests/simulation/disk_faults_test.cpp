#include "tools/simulation/disk_faults.hpp"

#include <doctest/doctest.h>

/// The short form of `berth-sim disk-faults`: not every write fails, but every other call does.
using namespace berth::simulation;

namespace {

void fail(disk_call call, std::uint64_t stride) {
  for (auto verdict : {disk_verdict::io_error, disk_verdict::no_space}) {
    auto counts = fail_every(call, verdict, stride);
    INFO(counts.first_fault);
    CHECK(counts.faults == 0);
    CHECK(counts.lives > 0);
  }
}

} // namespace

TEST_CASE("disk faults: a session comes to its end although a write fails") {
  fail(disk_call::write, 17);
}

TEST_CASE("disk faults: a session comes to its end although a sync fails") {
  fail(disk_call::sync, 1);
}

TEST_CASE("disk faults: a session comes to its end although a file cannot be opened") {
  fail(disk_call::open, 1);
}

TEST_CASE("disk faults: a session comes to its end although a file cannot be truncated") {
  fail(disk_call::truncate, 1);
}

TEST_CASE("disk faults: a session comes to its end although a file cannot be removed") {
  fail(disk_call::remove, 1);
}

TEST_CASE("disk faults: a broker that cannot go on is started again") {
  auto counts = fail_every(disk_call::sync, disk_verdict::io_error, 1);
  CHECK(counts.restarts > 0);
}

TEST_CASE("disk faults: one sync that lies is noticed when the power fails") {
  CHECK(fail_every(disk_call::sync, disk_verdict::pretend, 1).faults > 0);
}
