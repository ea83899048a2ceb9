#pragma once

#include "tools/simulation/broker_on_disk.hpp"
#include "tools/simulation/disk.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace berth::simulation {

/// One call of the disk that fails.
struct disk_fault {
  disk_call call{};
  std::uint64_t nth = 1; ///< of its kind, from the creation of the log on
  disk_verdict verdict = disk_verdict::io_error;
  death dies_as = death::of_process; ///< when the broker cannot go on
};

struct life_report {
  std::uint64_t calls = 0;              ///< of the fault's kind
  std::uint64_t starts = 0;             ///< of processes; 1 when none died
  std::optional<std::string> complaint; ///< what must never happen, and did
};

/// One session from its launch to its end, in virtual time, by a client who does not give up. What
/// is shown must never be lost, also when the power fails at the end; each order must have its
/// intent on the disk; there must be one session, one VM at most, and none at the end; and the list
/// of sessions must say so.
life_report live_with(const disk_fault& fault, std::uint64_t seed = 1);

struct fault_counts {
  std::uint64_t calls = 0;    ///< of the kind, in a life without a fault
  std::uint64_t lives = 0;    ///< that met a fault
  std::uint64_t restarts = 0; ///< of the process
  std::uint64_t faults = 0;   ///< lives in which something happened that must not
  std::string first_fault;
};

/// Two lives, one of each death, for each `stride`-th call of the kind.
fault_counts fail_every(disk_call call, disk_verdict verdict, std::uint64_t stride,
                        std::uint64_t seed = 1);

struct fault_options {
  std::uint64_t seed = 1;
  std::uint64_t stride = 1;
};

/// Prints a table of every kind of call with every error, and returns an exit code: 0 when nothing
/// happened that must not.
int run_disk_faults(const fault_options& chosen);

} // namespace berth::simulation
