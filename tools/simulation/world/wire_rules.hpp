#pragma once

#include "tools/simulation/world/history.hpp"
#include "tools/simulation/world/network.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace berth::simulation {

/// Judges what reaches the cluster, and what happens in it, by what the log had said before.
class wire_rules {
public:
  /// All of them outlive it.
  wire_rules(const world_clock& clock, const pve_simulator::cluster& cluster, const history& logged,
             verdict& verdicts)
      : clock_{clock}, cluster_{cluster}, history_{logged}, verdicts_{verdicts} {}

  /// A request is about to be carried out.
  void arrived(const arrival& what);

  /// Judges what has happened in the cluster since the last time.
  void look();

  /// What the log says of VMs that are gone must be true.
  void logged(const std::vector<eventstore::recorded_event>& events);

  /// Somebody else has made this VM, or made it theirs.
  void belongs_to_others(std::uint32_t vmid) { foreign_since_.emplace(vmid, clock_.now()); }
  /// Somebody else has given it its old name again, or has deleted it.
  void belongs_to_us(std::uint32_t vmid) { foreign_since_.erase(vmid); }
  bool is_foreign(std::uint32_t vmid) const { return foreign_since_.contains(vmid); }

private:
  void judge_change(const arrival& what, std::uint32_t vmid, const std::string& intent);
  void judge_effect(const pve_simulator::effect& seen);
  void judge_start(const pve_simulator::effect& seen);
  bool out_of_reach(const vm_history& vm) const;

  const world_clock& clock_;
  const pve_simulator::cluster& cluster_;
  const history& history_;
  verdict& verdicts_;
  std::map<std::uint32_t, world_time> foreign_since_;
  std::map<std::uint32_t, world_time> handed_over_; ///< when a kept VM last changed hands
  std::map<std::uint32_t, world_time> created_;     ///< as far as it was seen
  std::size_t seen_ = 0;                            ///< effects that were judged
};

} // namespace berth::simulation
