#include "tools/simulation/world/witnessed_log.hpp"

#include <utility>

namespace berth::simulation {

namespace {

class witnessed_log final : public eventstore::event_log {
public:
  using observer = std::function<void(const std::vector<eventstore::recorded_event>&)>;

  witnessed_log(std::unique_ptr<eventstore::event_log> log, observer seen)
      : log_{std::move(log)}, seen_{std::move(seen)} {}

  std::vector<eventstore::append_result>
  append(std::vector<eventstore::append_request> batch) override {
    auto results = log_->append(std::move(batch));
    for (const auto& result : results)
      if (const auto* done = std::get_if<eventstore::appended>(&result))
        seen_(done->events);
    return results;
  }
  std::vector<eventstore::recorded_event> read_stream(const std::string& stream) const override {
    return log_->read_stream(stream);
  }
  std::vector<eventstore::recorded_event> read_all(std::uint64_t after,
                                                   std::size_t limit) const override {
    return log_->read_all(after, limit);
  }
  std::size_t read_stored(std::uint64_t after,
                          std::span<eventstore::stored_event> into) const override {
    return log_->read_stored(after, into);
  }
  eventstore::found_events find_events(const eventstore::event_filter& wanted, std::uint64_t before,
                                       std::size_t limit) const override {
    return log_->find_events(wanted, before, limit);
  }
  std::vector<std::uint64_t> unfinished() const override { return log_->unfinished(); }
  std::vector<eventstore::recorded_event>
  read_at(std::span<const std::uint64_t> positions) const override {
    return log_->read_at(positions);
  }
  std::optional<std::string> reserved_by(domain::vm_id vm) const override {
    return log_->reserved_by(vm);
  }
  std::uint64_t head() const override { return log_->head(); }
  std::vector<std::string> open_sessions() const override { return log_->open_sessions(); }
  std::optional<domain::vm_id> last_reserved() const override { return log_->last_reserved(); }
  std::optional<std::vector<eventstore::recorded_event>>
  find_command(const domain::ulid& command) const override {
    return log_->find_command(command);
  }
  void release_memory() override { log_->release_memory(); }

private:
  std::unique_ptr<eventstore::event_log> log_;
  observer seen_;
};

} // namespace

std::unique_ptr<eventstore::event_log>
witnessed(std::unique_ptr<eventstore::event_log> log,
          std::function<void(const std::vector<eventstore::recorded_event>&)> seen) {
  return std::make_unique<witnessed_log>(std::move(log), std::move(seen));
}

} // namespace berth::simulation
