#pragma once

#include "domain/session/session.hpp"
#include "eventstore/event_log.hpp"
#include "eventstore/sqlite.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>

namespace berth::eventstore {

/// Folds events into the tables of the read model.
class read_model_fold {
public:
  /// `tables` must outlive the fold. `log` has the beginnings of sessions that were folded before
  /// this object was.
  read_model_fold(database& tables, std::shared_ptr<const event_log> log);

  /// Writes what the events change, each session once; the caller commits. Throws log_error when it
  /// cannot follow.
  void apply(std::span<const recorded_event> events);

  /// Forgets what was folded and not committed.
  void forget();

private:
  struct moving_session {
    domain::session is;
    std::uint64_t version = 0;
    domain::time_point updated_at;
    std::optional<std::chrono::seconds> took; ///< until it was active; while that is to be written
  };

  void apply(const recorded_event& from, const domain::session_event& happened);
  void apply(const recorded_event& from, const domain::node_event& happened);
  void apply(const recorded_event& from, const domain::template_event& happened);
  void apply(const recorded_event& from, const domain::user_event& happened);
  // Nobody lists these.
  void apply(const recorded_event&, const domain::alert_event&) {}
  void apply(const recorded_event&, const domain::reconciliation_event&) {}

  moving_session& session_before(const recorded_event& event);
  void write_changed();
  void write(const moving_session& session);

  std::shared_ptr<const event_log> log_;
  std::map<std::string, moving_session> moving_; ///< those that are not at rest, by stream
  std::set<std::string> changed_;                ///< streams of those that are to be written
  statement find_node_;
  statement write_node_;
  statement find_template_;
  statement write_template_;
  statement write_user_;
  statement write_role_;
  statement write_is_active_;
  statement write_session_;
  statement write_ready_;
};

} // namespace berth::eventstore
