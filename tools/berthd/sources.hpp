#pragma once

#include "eventstore/event_log.hpp"

#include <cstdint>
#include <string>

/// What the world is made of outside tests: the clock and true randomness.
namespace berth::berthd {

domain::time_point wall_clock();

/// 64 bits of the operating system's. Safe from any thread.
std::uint64_t random_bits();

/// 256 random bits as 43 characters that need no escaping anywhere.
std::string fresh_secret();

eventstore::log_sources log_sources();

} // namespace berth::berthd
