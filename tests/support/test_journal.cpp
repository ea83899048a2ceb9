#include "tests/support/test_journal.hpp"

#include "eventstore/memory_event_log.hpp"

#include <utility>

namespace berth::tests {

namespace {

/// What a journal owns, when the log itself must outlive it.
class borrowed_log final : public eventstore::event_log {
public:
  explicit borrowed_log(std::shared_ptr<lasting_log> log) : log_{std::move(log)} {}

  std::vector<eventstore::append_result>
  append(std::vector<eventstore::append_request> batch) override {
    if (log_->refusal)
      return {batch.size(), eventstore::append_refused{*log_->refusal}};
    return log_->events->append(std::move(batch));
  }
  std::vector<eventstore::recorded_event> read_stream(const std::string& stream) const override {
    return log_->events->read_stream(stream);
  }
  std::vector<eventstore::recorded_event> read_all(std::uint64_t after,
                                                   std::size_t limit) const override {
    return log_->events->read_all(after, limit);
  }
  std::size_t read_stored(std::uint64_t after,
                          std::span<eventstore::stored_event> into) const override {
    return log_->events->read_stored(after, into);
  }
  eventstore::found_events find_events(const eventstore::event_filter& wanted, std::uint64_t before,
                                       std::size_t limit) const override {
    return log_->events->find_events(wanted, before, limit);
  }
  std::vector<std::uint64_t> unfinished() const override { return log_->events->unfinished(); }
  std::vector<eventstore::recorded_event>
  read_at(std::span<const std::uint64_t> positions) const override {
    return log_->events->read_at(positions);
  }
  std::optional<std::string> reserved_by(domain::vm_id vm) const override {
    return log_->events->reserved_by(vm);
  }
  std::uint64_t head() const override { return log_->events->head(); }
  std::vector<std::string> open_sessions() const override { return log_->events->open_sessions(); }
  std::optional<domain::vm_id> last_reserved() const override {
    return log_->events->last_reserved();
  }
  std::optional<std::vector<eventstore::recorded_event>>
  find_command(const domain::ulid& command) const override {
    return log_->events->find_command(command);
  }
  void release_memory() override { log_->events->release_memory(); }

private:
  std::shared_ptr<lasting_log> log_;
};

/// Actors are made of values that can be copied, and a log cannot.
actors::journal_actor open(actor_fixture& in, const std::shared_ptr<lasting_log>& log) {
  return in.spawn(
      actors::journal,
      std::make_shared<std::unique_ptr<eventstore::event_log>>(std::make_unique<borrowed_log>(log)),
      actors::vmid_range{}, actors::silent_meter());
}

} // namespace

test_journal::test_journal(actor_fixture& in) : in_{in}, log_{std::make_shared<lasting_log>()} {
  log_->events = std::make_unique<eventstore::memory_event_log>(
      eventstore::log_sources{in.clock(), in.random()});
  restart();
}

std::uint64_t test_journal::append(const domain::session_id& to,
                                   std::vector<domain::session_event> events) {
  return append(eventstore::stream_of(to), {events.begin(), events.end()});
}

std::uint64_t test_journal::append(const domain::node_name& to, const domain::node_event& event) {
  return append(eventstore::stream_of(to), {event});
}

std::uint64_t test_journal::append_difference(const domain::reconciliation_event& event) {
  return append(std::string{eventstore::reconciliation_stream}, {event});
}

std::uint64_t test_journal::append(std::string stream, std::vector<domain::event> events) {
  auto history = in_.ask<actors::stream_history>(journal_, actors::read_stream{stream});
  auto version = history.value().events.size();
  actors::append_events wanted{{.stream = std::move(stream),
                                .expected_version = version,
                                .events = std::move(events),
                                .because = {.actor = "system:test"}}};
  if (const auto* last = std::get_if<domain::session_event>(&wanted.request.events.back()))
    wanted.request.closes = std::holds_alternative<domain::session_closed>(*last);
  return in_.ask<actors::event_page>(journal_, std::move(wanted)).value().head;
}

void test_journal::register_node(const std::string& name, std::uint32_t max_vms) {
  append(domain::node_name{name}, domain::node_registered{{name}, name + ".example.org", max_vms});
}

void test_journal::crash() {
  in_.kill(journal_);
}

void test_journal::restart() {
  journal_ = open(in_, log_);
}

std::vector<eventstore::recorded_event> test_journal::history(const domain::session_id& of) const {
  return log_->events->read_stream(eventstore::stream_of(of));
}

} // namespace berth::tests
