#include "actors/journal_actor.hpp"

#include "actors/errors.hpp"
#include "domain/broken_rule.hpp"

#include <caf/exit_reason.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace berth::actors {

namespace {

using journal_pointer = journal_interface::stateful_pointer<journal_state>;

constexpr std::size_t largest_batch = 256;
constexpr std::size_t page_size = 500;
constexpr std::size_t recent_size = 4096;

event_page page_after(const journal_state& my, std::uint64_t after) {
  if (my.recent.empty() || after + 1 < my.recent.front().position)
    return {my.log->read_all(after, page_size), my.head};
  auto first =
      my.recent.begin() + static_cast<std::ptrdiff_t>(after + 1 - my.recent.front().position);
  auto last = first + std::min<std::ptrdiff_t>(page_size, my.recent.end() - first);
  return {{first, last}, my.head};
}

void remember(journal_state& my, const std::vector<eventstore::recorded_event>& events) {
  for (const auto& event : events)
    my.recent.push_back(event);
  while (my.recent.size() > recent_size)
    my.recent.pop_front();
  my.head = my.recent.back().position;
}

/// Answers one append, and says whether the log can go on.
bool answer(journal_state& my, caf::typed_response_promise<event_page>& to,
            eventstore::append_result&& result) {
  struct visitor {
    journal_state& my;
    caf::typed_response_promise<event_page>& to;
    bool operator()(eventstore::appended& done) {
      remember(my, done.events);
      to.deliver(event_page{std::move(done.events), my.head});
      return true;
    }
    bool operator()(eventstore::duplicate_command& first) {
      to.deliver(event_page{std::move(first.events), my.head});
      return true;
    }
    bool operator()(const eventstore::version_conflict& conflict) {
      to.deliver(
          make_error(errc::not_in_this_state, "somebody else wrote to the stream: it is at version "
                                                  + std::to_string(conflict.actual)));
      return true;
    }
    bool operator()(const eventstore::basis_changed& changed) {
      to.deliver(make_error(errc::changed_meanwhile,
                            changed.stream + " has changed since it was looked at: try again"));
      return true;
    }
    bool operator()(const eventstore::vmid_taken& taken) {
      to.deliver(make_error(errc::not_in_this_state,
                            "VMID " + std::to_string(taken.vm.value) + " was used before"));
      return true;
    }
    bool operator()(const eventstore::append_refused& refused) {
      to.deliver(make_error(errc::log_refused, refused.reason));
      return true;
    }
    bool operator()(const eventstore::outcome_unknown& unknown) {
      to.deliver(make_error(errc::log_failed, unknown.reason));
      return false;
    }
  };
  return std::visit(visitor{my, to}, result);
}

void wake_readers(journal_state& my) {
  for (auto& reader : std::exchange(my.waiting, {})) {
    if (reader.after < my.head)
      reader.answer.deliver(page_after(my, reader.after));
    else
      my.waiting.push_back(std::move(reader));
  }
}

void commit(journal_pointer self) {
  auto& my = self->state;
  auto count = std::min(my.pending.size(), largest_batch);
  std::vector<eventstore::append_request> batch;
  batch.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    batch.push_back(std::move(my.pending[i].request));
  using clock = std::chrono::steady_clock;
  auto began = clock::now();
  auto results = my.log->append(batch);
  my.metrics->committed(count, clock::now() - began);
  my.metrics->changed(gauge::pending_appends, -static_cast<std::int64_t>(count));
  bool sound = true;
  for (std::size_t i = 0; i < count; ++i)
    sound = answer(my, my.pending[i].answer, std::move(results[i])) && sound;
  my.pending.erase(my.pending.begin(), my.pending.begin() + static_cast<std::ptrdiff_t>(count));
  wake_readers(my);
  if (!sound)
    return self->quit(make_error(errc::log_failed, "the outcome of a commit is unknown"));
  if (!my.pending.empty())
    caf::anon_send(caf::actor_cast<journal_interface>(self), commit_batch{});
}

} // namespace

journal_interface::behavior_type
journal(journal_pointer self, std::shared_ptr<std::unique_ptr<eventstore::event_log>> log,
        vmid_range vmids, std::shared_ptr<meter> metrics) {
  auto& my = self->state;
  my.log = std::move(*log);
  my.metrics = std::move(metrics);
  my.head = my.log->head();
  my.next_vmid = vmids.first;
  if (auto last = my.log->last_reserved();
      last && !domain::is_broken(domain::rule::vmids_are_never_free_again))
    my.next_vmid.value = std::max(vmids.first.value, last->value + 1);
  my.last_vmid = vmids.last;
  return {
      [self](append_events& m) {
        auto promise = self->make_response_promise<event_page>();
        if (self->state.pending.empty())
          caf::anon_send(caf::actor_cast<journal_interface>(self), commit_batch{});
        self->state.pending.push_back({std::move(m.request), promise});
        self->state.metrics->changed(gauge::pending_appends, 1);
        return promise;
      },
      [self](const read_stream& m) {
        return stream_history{self->state.log->read_stream(m.stream)};
      },
      [self](const next_events& m) {
        auto promise = self->make_response_promise<event_page>();
        if (m.after < self->state.head)
          promise.deliver(page_after(self->state, m.after));
        else
          self->state.waiting.push_back({m.after, promise});
        return promise;
      },
      [self](const find_command& m) -> event_page {
        auto found = self->state.log->find_command(m.command);
        return {found ? std::move(*found) : std::vector<eventstore::recorded_event>{},
                self->state.head};
      },
      [self](const take_vmid&) -> caf::result<domain::vm_id> {
        auto& my = self->state;
        if (my.next_vmid > my.last_vmid)
          return make_error(errc::no_capacity, "every VMID of the configured range has been used");
        if (domain::is_broken(domain::rule::vmids_count_up))
          return my.next_vmid;
        return domain::vm_id{my.next_vmid.value++};
      },
      [self](const skip_vmids& m) {
        auto& my = self->state;
        my.next_vmid.value = std::max(my.next_vmid.value, m.through.value + 1);
      },
      [self](const read_debts&) {
        debts owed{.head = self->state.head};
        for (const auto& stream : self->state.log->open_sessions())
          if (auto id = eventstore::session_of(stream))
            owed.open_sessions.push_back(*id);
        return owed;
      },
      [self](const commit_batch&) { commit(self); },
  };
}

} // namespace berth::actors
