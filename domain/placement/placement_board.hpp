#pragma once

#include "domain/placement/node_account.hpp"
#include "domain/placement/placement.hpp"
#include "domain/placement/tournament.hpp"

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace berth::domain {

/// All nodes with their loads, kept up to date piece by piece, so that a decision takes about
/// log2(nodes) steps. `node_account` has the rules; this finds who is least loaded by them.
class placement_board {
  struct entry;

public:
  /// A VM's room, until it is released.
  class hold {
    friend placement_board;
    entry* on_ = nullptr;
    node_account::hold is_;
  };

  placement_board() = default;
  placement_board(const placement_board&) = delete; // Its parts point at each other.
  placement_board& operator=(const placement_board&) = delete;

  /// Registers a node, or changes what is registered. One that is removed must be measured anew.
  void change(const node& to);

  /// Takes a sample, unless a newer one is known. Nodes may be measured before their registration.
  void measure(const node_sample& sample);

  /// Holds room on a node, which need not be registered.
  hold reserve(const node_name& on, const reservation& wanted);
  void move(hold& held, const node_name& to);
  /// Says since when the VM runs, unless that has been said.
  void mark_running(const hold& held, time_point since);
  void release(const hold& held);

  /// Chooses the least loaded node that may take the VM, ties by `random`. With many nodes only
  /// those that are named in the decision are ties. Holds nothing. After a node was registered or
  /// removed, or has got other hardware, one decision takes longer, as does every refusal:
  /// nodes · log2(nodes) steps.
  placement_decision choose(const placement_request& wanted, time_point now,
                            const std::function<std::uint64_t()>& random);

  /// Every registered node, in name order.
  std::vector<candidate> candidates() const;

private:
  struct entry {
    node_account account;
    bool is_registered = false;
    std::uint32_t rank = 0;                            ///< in name order
    std::uint32_t seat = 0;                            ///< in the tournament
    std::pair<std::uint64_t, std::uint32_t> seated_as; ///< its hardware then
  };

  entry& find(const node_name& node);
  void update(entry& changed);
  void arrange();
  void age(time_point now);
  void name_best(const placement_request& wanted, time_point now, placement_decision& in);
  void name_all(const placement_request& wanted, time_point now, placement_decision& in) const;
  void name_nearest(const placement_request& wanted, time_point now, placement_decision& in) const;

  std::unordered_map<std::string, entry> entries_; ///< by name, for ever, also when not registered
  std::set<std::pair<time_point, entry*>> by_sample_time_;
  time_point aged_to_{}; ///< the time at which the tournament's scores hold

  // Valid while arranged.
  bool is_arranged_ = false;
  std::vector<entry*> by_name_; ///< the registered ones
  std::vector<entry*> seats_;   ///< the same, like hardware together
  tournament tournament_;
};

} // namespace berth::domain
