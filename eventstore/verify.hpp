#pragma once

#include "eventstore/stored_event.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>

namespace berth::eventstore {

/// The first thing that is wrong with a log.
struct log_flaw {
  std::uint64_t position = 0;
  std::string reason;
};

struct verification {
  std::uint64_t events = 0; ///< that are sound, from the first
  digest head{};            ///< the link of the last sound event
  std::optional<log_flaw> flaw;
};

/// Thrown when somebody did not want to wait for the end.
struct verification_stopped : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Reads the whole log and checks that positions and versions have no gaps, that time never goes
/// back, that every event can be decoded, that the hash chain holds, and that the versions of
/// streams agree with their events. Throws log_error when the file is no log we can read, and
/// verification_stopped soon after `stop` was requested.
///
/// A log that was cut off at its end, or written anew from its beginning, is sound in itself. Who
/// has noted a head elsewhere finds that out: `known_head` must then be one of the links.
verification verify(const std::filesystem::path& log,
                    const std::optional<digest>& known_head = std::nullopt,
                    const std::stop_token& stop = {});

} // namespace berth::eventstore
