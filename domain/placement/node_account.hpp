#pragma once

#include "domain/node/node.hpp"
#include "domain/placement/placement.hpp"
#include "domain/placement/tournament.hpp"
#include "domain/placement/unplanned_use.hpp"

#include <cstdint>
#include <list>
#include <optional>
#include <vector>

namespace berth::domain {

/// What placement knows of one node, and what follows from it for a VM: the rules of placement.
///
/// Nodes are compared by the load that is expected with the new VM: what was placed, and beside it
/// what measurements have shown. Whether a node may take the VM rests on its newest sample, plus
/// the reservations that the sample cannot contain yet. The ceiling is held against the load
/// without the new VM, because the specification limits how loaded a node may be, not how large a
/// VM; the VM's RAM is checked by itself. Nor does age count against the ceiling: it is a doubt
/// about the number, not load. A node without any sample takes nothing: its RAM is unknown.
class node_account {
public:
  using hold = std::list<reservation>::iterator;

  const node& is() const { return is_; }
  const std::optional<node_sample>& sample() const { return sample_; }
  const std::list<reservation>& reservations() const { return reservations_; }

  void become(const node& is) { is_ = is; }

  /// False when a newer sample is known already.
  bool measure(const node_sample& sample);
  void forget_sample();

  hold reserve(const reservation& held);
  void release(hold held);
  /// Takes a reservation over from another node; `held` stays valid.
  void take_over(hold held, node_account& from);
  void mark_running(hold held, time_point since);

  /// Whether the sample is so old at `now` that its score is doubted.
  bool is_stale(time_point now) const;

  /// Why the node cannot take the VM; `higher_score` when it can.
  verdict judge(const placement_request& wanted) const;

  /// Names the node in numbers at `now`, as events keep them, with this verdict.
  void consider(const placement_request& wanted, time_point now, verdict why,
                std::vector<considered_node>& among) const;

  /// The same for any VM at once: nobody when it can take none.
  contender contend(time_point now) const;

private:
  /// Whether the sample is sure to contain the VM.
  bool is_seen(const reservation& held) const;
  void add_up();
  void count(const reservation& held);
  void uncount(const reservation& held);
  void plan(const reservation& held);
  void let_go(const reservation& held);
  void learn(const std::optional<node_sample>& before);
  double room_mb() const;
  usage seen_load() const;
  usage expected_load() const { return placed_ + unplanned_.is(); }

  node is_;
  std::optional<node_sample> sample_;
  double measured_score_ = 0;           ///< of the sample alone
  std::list<reservation> reservations_; ///< of every VM of ours on it that is not gone
  usage placed_;                        ///< of all of them
  usage unseen_;                        ///< of those that no sample is sure to contain
  unplanned_use unplanned_;
};

} // namespace berth::domain
