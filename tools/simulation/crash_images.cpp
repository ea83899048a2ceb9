#include "tools/simulation/crash_images.hpp"

#include "eventstore/sqlite_event_log.hpp"
#include "tools/simulation/disk.hpp"
#include "tools/simulation/log_witness.hpp"
#include "tools/simulation/log_workload.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <random>

namespace berth::simulation {

namespace {

const std::filesystem::path log_file = "simulated/log.db";
constexpr std::size_t sector_size = 512;

/// The connection to SQLite's present disk that is opened next, to change what its owner does not
/// let anybody change.
class next_connection {
public:
  next_connection() {
    disk_ = sqlite3_vfs_find(nullptr);
    opened_ = nullptr;
    sqlite3_auto_extension(extension());
  }
  next_connection(const next_connection&) = delete;
  ~next_connection() { sqlite3_cancel_auto_extension(extension()); }

  void execute(const char* sql) { sqlite3_exec(opened_, sql, nullptr, nullptr, nullptr); }

private:
  // SQLite calls this at the end of each opening, and before that opens files, whose hooks may open
  // further connections to disks of their own.
  static int remember(sqlite3* opened, const char**, const sqlite3_api_routines*) {
    if (!opened_ && sqlite3_vfs_find(nullptr) == disk_)
      opened_ = opened;
    return SQLITE_OK;
  }
  static void (*extension())() { return reinterpret_cast<void (*)()>(remember); }

  // SQLite hands its extensions nothing of ours.
  static inline sqlite3_vfs* disk_ = nullptr;
  static inline sqlite3* opened_ = nullptr;
};

class campaign {
public:
  campaign(const crash_options& chosen, durability kept) : chosen_{chosen}, kept_{kept} {}

  crash_counts run() {
    disk_.set_hook([this](const disk_operation& next) { return before(next); });
    auto log = open();
    log_workload work{chosen_.seed};
    for (std::size_t done = 0; done < chosen_.commits; ++done)
      witness_.append(*log, work.next_batch());
    log.reset(); // With a last checkpoint.
    disk_.set_hook({});
    counts_.operations = disk_.operations();
    return counts_;
  }

private:
  std::unique_ptr<eventstore::event_log> open() {
    next_connection writer;
    auto log =
        std::make_unique<eventstore::sqlite_event_log>(log_file, simulated_sources(chosen_.seed));
    if (kept_ == durability::normal)
      writer.execute("PRAGMA synchronous = NORMAL");
    if (kept_ == durability::off)
      writer.execute("PRAGMA synchronous = OFF");
    is_open_ = true;
    return log;
  }

  disk_verdict before(const disk_operation& next) {
    if (next.number % chosen_.stride == 0) {
      ++counts_.crashes;
      crash_before(next);
    }
    if (next.call != disk_call::sync || !is_open_)
      return disk_verdict::proceed;
    counts_.checkpoints += next.file == log_file.native() ? 1 : 0;
    return kept_ == durability::lying_drive ? disk_verdict::pretend : disk_verdict::proceed;
  }

  void crash_before(const disk_operation& next) {
    auto disk = disk_.image();
    if (disk.is_safe())
      return examine(next, 0, disk);
    // The first two lose everything and nothing.
    for (std::size_t loss = 0; loss < chosen_.losses + 2; ++loss) {
      std::seed_seq seed{chosen_.seed, next.number, std::uint64_t{loss}};
      std::mt19937_64 random{seed};
      auto share = loss == 0 ? 0 : loss == 1 ? random.max() : random();
      auto left = disk;
      left.lose_power([&] { return random() < share; }, sector_size);
      examine(next, loss, std::move(left));
    }
  }

  void examine(const disk_operation& next, std::size_t loss, disk_image left) {
    ++counts_.images;
    simulated_disk disk{std::move(left)};
    auto found = witness_.examine(log_file);
    counts_.most_lost = std::max(counts_.most_lost, found.lost);
    counts_.lossy += found.lost > 0 ? 1 : 0;
    counts_.unsound += found.complaint ? 1 : 0;
    if ((found.lost > 0 || found.complaint) && counts_.first_fault.empty())
      counts_.first_fault = fmt::format(
          "before operation {} ({} {}), loss {}: {}", next.number, name_of(next.call), next.file,
          loss, found.complaint.value_or(fmt::format("{} events lost", found.lost)));
  }

  crash_options chosen_;
  durability kept_;
  simulated_disk disk_;
  log_witness witness_;
  crash_counts counts_;
  bool is_open_ = false;
};

} // namespace

std::string_view name_of(durability kept) {
  switch (kept) {
  case durability::full:
    return "full";
  case durability::normal:
    return "normal";
  case durability::off:
    return "off";
  case durability::lying_drive:
    return "lying drive";
  }
  return {};
}

crash_counts crash_everywhere(const crash_options& chosen, durability kept) {
  return campaign{chosen, kept}.run();
}

int run_crash_images(const crash_options& chosen) {
  constexpr std::array all{durability::full, durability::normal, durability::off,
                           durability::lying_drive};
  fmt::print("{:12} {:>10} {:>11} {:>8} {:>9} {:>9} {:>9} {:>9}\n", "durability", "operations",
             "checkpoints", "crashes", "images", "lossy", "most lost", "unsound");
  bool as_expected = true;
  for (auto kept : all) {
    auto counts = crash_everywhere(chosen, kept);
    fmt::print("{:12} {:>10} {:>11} {:>8} {:>9} {:>9} {:>9} {:>9}\n", name_of(kept),
               counts.operations, counts.checkpoints, counts.crashes, counts.images, counts.lossy,
               counts.most_lost, counts.unsound);
    if (!counts.first_fault.empty())
      fmt::print("  first: {}\n", counts.first_fault);
    std::fflush(stdout);
    bool failed = counts.lossy + counts.unsound > 0;
    as_expected = as_expected && failed == (kept != durability::full);
  }
  return as_expected ? 0 : 1;
}

} // namespace berth::simulation
