#pragma once

#include "actors/journal_actor.hpp"
#include "tests/support/actor_fixture.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace berth::tests {

/// A log in memory that outlives its journal, and refuses appends when told to.
struct lasting_log {
  std::unique_ptr<eventstore::event_log> events;
  std::optional<std::string> refusal; ///< while set: the reason why nothing is written
};

/// The real journal over a log in memory, and short ways to write to it.
class test_journal {
public:
  explicit test_journal(actor_fixture& in);

  const actors::journal_actor& handle() const { return journal_; }

  /// Each appends to the end of its stream, whatever its version, and settles. Returns the new end
  /// of the log.
  std::uint64_t append(const domain::session_id& to, std::vector<domain::session_event> events);
  std::uint64_t append(const domain::node_name& to, const domain::node_event& event);

  std::uint64_t append_difference(const domain::reconciliation_event& event);

  /// Registers a node that takes up to `max_vms` VMs.
  void register_node(const std::string& name, std::uint32_t max_vms = 50);

  /// Ends the journal as a failed commit would.
  void crash();

  /// A new journal opens the same log. Crash the old one before.
  void restart();

  /// While there is a reason, appends are refused with it.
  void refuse_appends(std::optional<std::string> reason) { log_->refusal = std::move(reason); }

  /// What the log holds, oldest first.
  std::vector<eventstore::recorded_event> history(const domain::session_id& of) const;

  /// Sessions that the log says are not closed.
  std::size_t open_sessions() const { return log_->events->open_sessions().size(); }

private:
  std::uint64_t append(std::string stream, std::vector<domain::event> events);

  actor_fixture& in_;
  std::shared_ptr<lasting_log> log_;
  actors::journal_actor journal_;
};

} // namespace berth::tests
