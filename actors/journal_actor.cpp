#include "actors/journal_actor.hpp"

#include "actors/errors.hpp"
#include "domain/broken_rule.hpp"

#include <caf/exit_reason.hpp>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace berth::actors {

namespace {

using journal_pointer = journal_interface::stateful_pointer<journal_state>;

constexpr std::size_t largest_batch = 256;
constexpr std::size_t page_size = 500;
constexpr std::size_t recent_size = 4096;
/// Whoever begins within this time reads the same past.
constexpr auto past_lifetime = std::chrono::seconds{10};

/// Readers near the head share what the last commits wrote. One that is further behind gets copies,
/// as many as a page holds: otherwise each commit it has missed would cost it a request.
event_page page_after(const journal_state& my, std::uint64_t after) {
  if (my.recent.empty() || after + 1 < my.recent.front().front().position)
    return {my.log->read_all(after, page_size), my.head};
  auto commit = std::ranges::lower_bound(
      my.recent, after, {}, [](const event_list& events) { return events.back().position - 1; });
  auto skipped = after + 1 - commit->front().position;
  auto first = commit->slice(skipped, std::min(page_size, commit->size() - skipped));
  if (first.size() == page_size || commit + 1 == my.recent.end())
    return {std::move(first), my.head};
  std::vector<eventstore::recorded_event> page{first.begin(), first.end()};
  while (++commit != my.recent.end() && page.size() < page_size) {
    auto count = std::min(page_size - page.size(), commit->size());
    page.insert(page.end(), commit->begin(), commit->begin() + static_cast<std::ptrdiff_t>(count));
  }
  return {std::move(page), my.head};
}

/// Nothing when the next commit after `wanted`, which goes on then, is to be waited for.
std::optional<event_page> next_page(journal_pointer self, next_events& wanted) {
  auto& my = self->state;
  if (wanted.of == past::unfinished && my.past.is_read_from(wanted.after)) {
    if (!std::exchange(my.past_is_timed, true))
      self->delayed_send(self, past_lifetime, forget_past{});
    if (auto page = my.past.after(*my.log, wanted.after, page_size); !page.empty())
      return event_page{page, my.head};
    wanted.after = my.past.end();
  }
  return wanted.after < my.head ? std::optional{page_after(my, wanted.after)} : std::nullopt;
}

/// Whoever begins later gets a list of its own. What the start has read is not needed soon.
void end_start(journal_pointer self) {
  auto& my = self->state;
  my.past_is_timed = !my.past.forget();
  if (my.past_is_timed)
    self->delayed_send(self, past_lifetime, forget_past{});
  else
    my.log->release_memory();
}

stream_history recall(const journal_state& my, const recall_sessions& wanted) {
  std::vector<std::string> due;
  for (const auto& id : wanted.sessions)
    due.push_back(eventstore::stream_of(id));
  for (auto vm : wanted.vms)
    if (auto stream = my.log->reserved_by(vm))
      due.push_back(*stream);
  std::set<std::string> read;
  stream_history all;
  while (!due.empty()) {
    auto stream = std::move(due.back());
    due.pop_back();
    if (!read.insert(stream).second)
      continue;
    for (auto& recorded : my.log->read_stream(stream)) {
      const auto* event = std::get_if<domain::session_event>(&recorded.event);
      if (const auto* given = event ? std::get_if<domain::vm_handed_over>(event) : nullptr)
        due.push_back(eventstore::stream_of(given->to));
      all.events.push_back(std::move(recorded));
    }
  }
  std::ranges::sort(all.events, {}, &eventstore::recorded_event::position);
  return all;
}

void remember(journal_state& my, const event_list& committed) {
  my.recent.push_back(committed);
  my.recent_events += committed.size();
  while (my.recent_events > recent_size && my.recent.size() > 1) {
    my.recent_events -= my.recent.front().size();
    my.recent.pop_front();
  }
  my.head = committed.back().position;
  my.past.forget_pages(); // The start is over, most likely.
}

/// What a commit wrote, in one list.
event_list gather(std::vector<eventstore::append_result>& results) {
  std::vector<eventstore::recorded_event> all;
  for (auto& result : results)
    if (auto* done = std::get_if<eventstore::appended>(&result))
      std::ranges::move(done->events, std::back_inserter(all));
  return all;
}

/// Answers one append with its part of `committed`, and says whether the log can go on.
bool answer(journal_state& my, caf::typed_response_promise<event_page>& to,
            eventstore::append_result& result, const event_list& committed, std::size_t& answered) {
  struct visitor {
    journal_state& my;
    caf::typed_response_promise<event_page>& to;
    const event_list& committed;
    std::size_t& answered;
    bool operator()(eventstore::appended& done) {
      auto count = done.events.size();
      to.deliver(event_page{committed.slice(answered, count), my.head});
      answered += count;
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
  return std::visit(visitor{my, to, committed, answered}, result);
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
  auto results = my.log->append(std::move(batch));
  my.metrics->committed(count, clock::now() - began);
  my.metrics->changed(gauge::pending_appends, -static_cast<std::int64_t>(count));
  auto committed = gather(results);
  if (!committed.empty()) {
    remember(my, committed);
    for (const auto& watcher : my.watchers)
      self->send<caf::message_priority::high>(watcher, commit_seen{committed});
  }
  bool sound = true;
  std::size_t answered = 0;
  for (std::size_t i = 0; i < count; ++i)
    sound = answer(my, my.pending[i].answer, results[i], committed, answered) && sound;
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
      [self](next_events& m) {
        auto promise = self->make_response_promise<event_page>();
        if (auto page = next_page(self, m))
          promise.deliver(std::move(*page));
        else
          self->state.waiting.push_back({m.after, promise});
        return promise;
      },
      [self](const watch_commits& m) {
        self->state.watchers.push_back(m.watcher);
        return watching_commits{self->state.head};
      },
      [self](const find_command& m) -> event_page {
        auto found = self->state.log->find_command(m.command);
        return {found ? std::move(*found) : std::vector<eventstore::recorded_event>{},
                self->state.head};
      },
      [self](const recall_sessions& m) { return recall(self->state, m); },
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
      [self](const forget_past&) { end_start(self); },
  };
}

} // namespace berth::actors
