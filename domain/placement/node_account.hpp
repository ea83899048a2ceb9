#pragma once

#include "domain/node/node.hpp"
#include "domain/placement/placement.hpp"
#include "domain/placement/tournament.hpp"

#include <cstdint>
#include <list>
#include <optional>

namespace berth::domain {

/// What is in use of a node, in the units of its sample.
struct usage {
  double ram_mb = 0;
  double cpu_cores = 0;
};

/// What placement knows of one node, and what follows from it for a VM: the rules of placement.
///
/// A node's load is its newest sample plus the reservations that the sample cannot contain yet, and
/// nodes are compared as if the new VM already ran there. The ceiling is held against the load
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

  /// The node in numbers at `now`, as events keep them, with this verdict.
  considered_node consider(const placement_request& wanted, time_point now, verdict why) const;

  /// The same for any VM at once: nobody when it can take none.
  contender contend(time_point now) const;

private:
  void add_up();
  void count(const reservation& held);
  usage load() const;

  node is_;
  std::optional<node_sample> sample_;
  double measured_score_ = 0;           ///< of the sample alone
  std::list<reservation> reservations_; ///< of every VM of ours on it that is not gone
  std::uint64_t promised_ram_mb_ = 0;   ///< to all of them
  std::uint64_t reserved_ram_mb_ = 0;   ///< to those that the sample cannot contain yet
  double reserved_cores_ = 0;           ///< the same
};

} // namespace berth::domain
