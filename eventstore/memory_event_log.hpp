#pragma once

#include "eventstore/event_log.hpp"

#include <map>
#include <string>
#include <vector>

namespace berth::eventstore {

/// The log for tests: forgets everything with the process, never fails.
class memory_event_log final : public event_log {
public:
  explicit memory_event_log(log_sources sources);

  std::vector<append_result> append(std::vector<append_request> batch) override;
  std::vector<recorded_event> read_stream(const std::string& stream) const override;
  std::vector<recorded_event> read_all(std::uint64_t after, std::size_t limit) const override;
  std::size_t read_stored(std::uint64_t after, std::span<stored_event> into) const override;
  found_events find_events(const event_filter& wanted, std::uint64_t before,
                           std::size_t limit) const override;
  std::vector<std::uint64_t> unfinished() const override;
  std::vector<recorded_event> read_at(std::span<const std::uint64_t> positions) const override;
  std::uint64_t head() const override;
  std::vector<std::string> open_sessions() const override;
  std::optional<domain::vm_id> last_reserved() const override;
  std::optional<std::string> reserved_by(domain::vm_id vm) const override;
  std::optional<std::vector<recorded_event>>
  find_command(const domain::ulid& command) const override;
  void release_memory() override {}

private:
  struct stream_state {
    std::vector<std::uint64_t> positions;
    bool closed = false;
  };
  struct range {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
  };

  append_result append_one(append_request& request);
  std::uint64_t version_of(const std::string& stream) const;
  std::vector<recorded_event> events_in(range of) const;

  log_sources sources_;
  domain::ulid_source ids_;
  domain::time_point last_time_;
  std::vector<recorded_event> events_;
  std::map<std::string, stream_state> streams_;
  std::map<domain::ulid, range> commands_;
  std::map<domain::vm_id, std::string> vmids_; ///< and the streams that reserved them
};

} // namespace berth::eventstore
