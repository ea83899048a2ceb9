#pragma once

#include "domain/ids.hpp"
#include "domain/placement/placement.hpp"
#include "domain/session/events.hpp"
#include "domain/time.hpp"

#include <cstdint>
#include <map>
#include <vector>

namespace berth::domain {

/// Which of our VMs take room on which node, folded from the log. A VM takes its room from its
/// placement until it is shut down and kept, or is gone: one that awaits its deletion still does.
class reservation_ledger {
public:
  /// Folds one event of session `id` that the log recorded at `at`.
  void apply(const session_id& id, const session_event& happened, time_point at);

  /// Of every VM on `node`, by VMID.
  std::vector<reservation> on(const node_name& node) const;

private:
  struct claim {
    session_id by;
    reservation held;
  };

  void reserve(const session_id& by, vm_id vm, const node_name& node);
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

  std::map<session_id, std::uint32_t> ram_mb_; ///< what a VM of each open session takes
  std::map<vm_id, claim> claims_;
};

} // namespace berth::domain
