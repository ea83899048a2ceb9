#pragma once

#include "eventstore/event_log.hpp"

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace berth::simulation {

/// What a busy log is given: batches of requests to several streams, with command ids, reservations
/// of VMIDs and ends of streams, most of them small and some much larger than a page. The same seed
/// gives the same. Every request can be granted, as long as all before it were.
class log_workload {
public:
  explicit log_workload(std::uint64_t seed) : random_{seed} {}

  std::vector<eventstore::append_request> next_batch();

private:
  struct open_stream {
    domain::session_id session;
    std::uint64_t version = 0;
  };

  std::size_t below(std::size_t limit) { return random_() % limit; }
  eventstore::append_request begin_stream();
  eventstore::append_request continue_stream(std::size_t index);
  domain::ulid next_id();

  std::mt19937_64 random_;
  std::vector<open_stream> open_;
  std::uint64_t ids_ = 0;
  domain::vm_id next_vm_{10'000'000};
};

/// A clock that moves by a millisecond whenever it is read, and numbers drawn from the seed.
eventstore::log_sources simulated_sources(std::uint64_t seed);

} // namespace berth::simulation
