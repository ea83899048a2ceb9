#pragma once

#include "tools/simulation/disk.hpp"
#include "tools/simulation/world/census.hpp"
#include "tools/simulation/world/nemesis.hpp"
#include "tools/simulation/world/people.hpp"
#include "tools/simulation/world/process.hpp"
#include "tools/simulation/world/schedule.hpp"
#include "tools/simulation/world/world_settings.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace berth::simulation {

/// The broker in the middle of its work.
struct world_figures {
  int hour = 0;
  std::size_t sessions = 0; ///< that are not closed
  broker_figures broker;
  std::size_t log_bytes = 0;
  std::size_t wal_bytes = 0;
  std::uint64_t calls = 0;               ///< to Proxmox, so far
  std::optional<std::size_t> heap_bytes; ///< that were the process's own
};

/// How a world ended.
struct outcome {
  std::optional<violation> broken; ///< nothing: every promise was kept
  census counts;
  std::uint64_t fingerprint = 0;       ///< of the whole trace
  std::vector<std::string> last_lines; ///< of it
};

/// One seed is one world: a cluster, a network, a disk, people, a nemesis, and lives of the broker.
/// For so many hours there is trouble; then there is peace, in which everything must come right.
class world {
public:
  /// `show` gets every line of the trace as it comes, when set.
  world(std::uint64_t seed, double hours, std::function<void(const std::string&)> show = {},
        world_shape shape = {});
  ~world();

  /// Hears of the broker at the end of every hour in which there may be trouble, and at the last
  /// one's end also how much memory became free when the process ended, which begins again then.
  std::function<void(const world_figures&)> each_hour;

  outcome run();

private:
  void advance_until(world_time end);
  void step();
  void tick();
  void start_process();
  void try_to_start();
  void end_process(crash how);
  void bury_process();
  std::vector<eventstore::recorded_event> reread_log();
  void note(const std::vector<eventstore::recorded_event>& logged);
  void begin_lesson();
  void live(double hours);
  world_figures measure(int hour) const;
  std::size_t weigh_process();
  void pause(domain::duration how_long);
  void drain(const std::string& node, bool closed);
  void judge_launches(domain::time_point requested_before);
  void judge_peace();
  void judge_directory();

  world_shape shape_;
  dice dice_;
  double hours_;
  world_clock clock_;
  trace trace_;
  verdict verdict_{trace_};
  census counts_;
  simulated_disk disk_;
  pve_simulator::scaled_clock cluster_clock_;
  pve_simulator::cluster cluster_;
  pve_simulator::access_control access_;
  history history_{verdict_};
  wire_rules rules_{clock_, cluster_, history_, verdict_};
  network network_;
  schedule schedule_;
  people people_;
  nemesis nemesis_;
  std::shared_ptr<row_meter> meter_;
  std::unique_ptr<broker_process> process_;
  world_time paused_until_{};
  std::uint64_t steps_of_this_moment_ = 0;
};

} // namespace berth::simulation
