#pragma once

#include "eventstore/event_log.hpp"
#include "eventstore/read_model.hpp"

#include <filesystem>
#include <memory>

namespace berth::eventstore {

/// The read model in a database of its own, so that it neither lengthens the log nor needs its
/// durability.
class sqlite_read_model final : public read_model {
public:
  /// Opens the tables in `file`, or in memory for ":memory:". They begin again, empty and at
  /// position 0, when there are none, when they are damaged or another version's, and when they
  /// hold what `log` does not. Throws log_error when they cannot be created.
  sqlite_read_model(const std::filesystem::path& file, std::shared_ptr<const event_log> log);
  ~sqlite_read_model() override;

  std::uint64_t position() const override;
  /// Throws log_error, and changes nothing, when the events cannot follow.
  void apply(std::span<const recorded_event> events) override;

  std::vector<session_row> sessions(const session_filter& wanted) const override;
  std::optional<session_row> session(const domain::session_id& id) const override;
  std::vector<template_row> templates() const override;
  std::vector<node_row> nodes() const override;
  /// Of several, the one that was used last.
  std::optional<domain::session_id> kept_session(domain::user_id owner,
                                                 domain::template_id from) const override;

private:
  class tables;
  std::unique_ptr<tables> tables_;
};

} // namespace berth::eventstore
