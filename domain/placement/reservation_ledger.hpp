#pragma once

#include "domain/flat_map.hpp"
#include "domain/ids.hpp"
#include "domain/placement/placement_board.hpp"
#include "domain/session/events.hpp"
#include "domain/time.hpp"

#include <cstdint>
#include <unordered_map>

namespace berth::domain {

/// Which of our VMs take room on which node, folded from the log and held on a board. A VM takes
/// its room from its placement until it is shut down and kept, or is gone: one that awaits its
/// deletion still does.
class reservation_ledger {
public:
  /// `board` must outlive the ledger.
  explicit reservation_ledger(placement_board& board) : board_{board} {}

  /// Folds one event of session `id` that the log recorded at `at`.
  void apply(const session_id& id, const session_event& happened, time_point at);

private:
  void reserve(const session_id& by, vm_id vm, const node_name& node);
  void release(vm_id vm);
  void move(vm_id vm, const node_name& to);
  void mark_running(vm_id vm, time_point since);

  // One overload per event that matters here; the last takes all others.
  void on_event(const session_id& id, const session_requested& e, time_point at);
  void on_event(const session_id& id, const session_placed& e, time_point at);
  void on_event(const session_id& id, const vm_taken_over& e, time_point at);
  void on_event(const session_id& id, const vm_started& e, time_point at);
  void on_event(const session_id& id, const session_activated& e, time_point at);
  void on_event(const session_id& id, const vm_moved& e, time_point at);
  void on_event(const session_id& id, const vm_kept& e, time_point at);
  void on_event(const session_id& id, const vm_deleted& e, time_point at);
  void on_event(const session_id& id, const session_closed& e, time_point at);
  template <class Event>
  void on_event(const session_id&, const Event&, time_point) {}

  placement_board& board_;
  /// What a VM takes of each session that may yet reserve one.
  std::unordered_map<session_id, std::uint32_t> ram_mb_;
  flat_map<vm_id, placement_board::hold> held_;
};

} // namespace berth::domain
