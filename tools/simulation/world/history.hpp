#pragma once

#include "domain/reconciliation/reconciliation.hpp"
#include "domain/session/events.hpp"
#include "eventstore/recorded_event.hpp"
#include "tools/simulation/world/verdict.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace berth::simulation {

/// A VM as the log speaks of it.
struct vm_history {
  domain::session_id session; ///< that has it now
  domain::session_id marked;  ///< whose name it bears
  domain::node_name node;
  std::set<std::string> intents;        ///< clone, configuration, start, shutdown, deletion
  std::set<std::string> intents_before; ///< of the session that handed it over
  bool ever_active = false;
  bool kept = false; ///< shut down, waiting to be resumed
  bool discarded = false;
  bool lost = false; ///< the session ended because the VM was gone
  bool doomed = false;
  domain::time_point doomed_at;
  bool quarantined = false;
  bool deleted = false;
};

/// A session as the log speaks of it.
struct session_history {
  domain::user_id owner;
  domain::session_type type{};
  domain::time_point requested_at;
  std::optional<domain::time_point> active_at;
  domain::time_point expires_at;
  std::optional<domain::vm_id> vm; ///< the one it works with now
  bool active = false;
  std::optional<domain::end_reason> over;
  std::string detail;
  bool closed = false;
  bool keeps = false;
};

/// What the log says, folded by rules of its own: it shares none of the code whose work it judges.
/// Each event is checked when it comes.
class history {
public:
  /// `verdicts` outlives it.
  explicit history(verdict& verdicts) : verdicts_{verdicts} {}

  /// Takes events that the log has acknowledged, in order.
  void add(const std::vector<eventstore::recorded_event>& events);

  std::uint64_t head() const { return ids_.size(); }
  /// Of the event at a position from 1 to head().
  const domain::ulid& id_at(std::uint64_t position) const { return ids_[position - 1]; }

  const session_history* find(const domain::session_id& id) const;
  const vm_history* find(domain::vm_id vm) const;
  const std::map<domain::session_id, session_history>& sessions() const { return sessions_; }
  const std::map<domain::vm_id, vm_history>& vms() const { return vms_; }
  std::size_t open_sessions(domain::user_id owner) const;
  /// The session that answered a command.
  std::optional<domain::session_id> answer_to(const domain::ulid& command) const;

private:
  struct reader;

  void intend_removal(const domain::removal_intended& e);

  static constexpr std::size_t quota = 2; ///< of every user of a world

  verdict& verdicts_;
  std::vector<domain::ulid> ids_;
  std::map<domain::session_id, session_history> sessions_;
  std::map<domain::vm_id, vm_history> vms_;
  std::map<domain::ulid, domain::session_id> commands_;
  std::map<std::string, std::uint32_t> max_vms_; ///< by node
  std::set<std::string> closed_nodes_;           ///< where nothing new may be placed
};

} // namespace berth::simulation
