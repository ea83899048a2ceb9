#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace berth::simulation {

/// How the writer's commits reach the disk. Only the first is Berth's own; the others are there to
/// show that the campaign finds what it looks for.
enum class durability {
  full,        ///< PRAGMA synchronous = FULL
  normal,      ///< NORMAL: commits may be lost, the database stays sound
  off,         ///< OFF: neither is promised
  lying_drive, ///< FULL, on a drive that says it has synced and has not
};

std::string_view name_of(durability kept);

struct crash_options {
  std::uint64_t seed = 1;
  std::size_t commits = 600; ///< of the workload; some 150 of them fill a write-ahead log
  std::size_t losses = 20;   ///< at each crash, how many random losses of what was not synced
  std::size_t stride = 1;    ///< a crash before each so-manyth operation
};

struct crash_counts {
  std::uint64_t operations = 0; ///< of the disk, while the workload ran
  std::uint64_t checkpoints = 0;
  std::uint64_t crashes = 0;   ///< operations before which the power failed
  std::uint64_t images = 0;    ///< of disks that were opened after a crash
  std::uint64_t lossy = 0;     ///< of these, how many lack acknowledged events
  std::uint64_t most_lost = 0; ///< acknowledged events that one of them lacks
  std::uint64_t unsound = 0;   ///< images that no crash may leave behind
  std::string first_fault;     ///< what is wrong with the first lossy or unsound one, and where
};

/// Lets the log's writer run on a simulated disk from the log's creation to its end. Before every
/// operation the power fails, in several ways: nothing of what was not synced survives, all of it,
/// and random sectors. Each time the disk is opened as Berth opens it and held against what was
/// submitted and acknowledged by then.
crash_counts crash_everywhere(const crash_options& chosen, durability kept);

/// Prints a table of all four and returns an exit code: 0 when nothing was lost or unsound with
/// `full`, and something was with each of the others.
int run_crash_images(const crash_options& chosen);

} // namespace berth::simulation
