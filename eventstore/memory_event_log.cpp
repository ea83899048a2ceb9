#include "eventstore/memory_event_log.hpp"

#include "eventstore/stored_event.hpp"

#include <algorithm>
#include <utility>

namespace berth::eventstore {

memory_event_log::memory_event_log(log_sources sources)
    : sources_(std::move(sources)), ids_(sources_.random) {}

std::vector<append_result> memory_event_log::append(std::vector<append_request> batch) {
  std::vector<append_result> results;
  for (auto& request : batch)
    results.push_back(append_one(request));
  return results;
}

append_result memory_event_log::append_one(append_request& request) {
  if (auto fault = fault_of(request))
    return append_refused{*fault};
  // What cannot be stored is refused here as well, although nothing is stored.
  if (auto fault = encode_events(request))
    return append_refused{*fault};
  if (request.command_id)
    if (auto first = find_command(*request.command_id))
      return duplicate_command{std::move(*first)};
  auto known = streams_.find(request.stream);
  auto version = version_of(request.stream);
  if (version != request.expected_version)
    return version_conflict{version};
  if (known != streams_.end() && known->second.closed)
    return append_refused{"stream " + request.stream + " is closed"};
  if (request.rests_on && version_of(request.rests_on->stream) != request.rests_on->version)
    return basis_changed{request.rests_on->stream};
  if (request.reserves && !vmids_.emplace(*request.reserves, request.stream).second)
    return vmid_taken{*request.reserves};

  last_time_ = std::max(last_time_, sources_.clock());
  range written{head() + 1, request.events.size()};
  auto& stream = streams_[request.stream];
  for (auto& event : request.events) {
    events_.push_back({.position = head() + 1,
                       .stream = request.stream,
                       .version = ++version,
                       .event_id = ids_.next(last_time_),
                       .recorded_at = last_time_,
                       .because = request.because,
                       .command_id = request.command_id,
                       .event = std::move(event)});
    stream.positions.push_back(head());
  }
  stream.closed = request.closes;
  if (request.command_id)
    commands_.emplace(*request.command_id, written);
  return appended{events_in(written)};
}

std::uint64_t memory_event_log::version_of(const std::string& stream) const {
  auto known = streams_.find(stream);
  return known == streams_.end() ? 0 : known->second.positions.size();
}

std::vector<recorded_event> memory_event_log::events_in(range of) const {
  auto first = events_.begin() + static_cast<std::ptrdiff_t>(of.first) - 1;
  return {first, first + static_cast<std::ptrdiff_t>(of.count)};
}

std::vector<recorded_event> memory_event_log::read_stream(const std::string& stream) const {
  std::vector<recorded_event> found;
  if (auto known = streams_.find(stream); known != streams_.end())
    for (auto position : known->second.positions)
      found.push_back(events_[position - 1]);
  return found;
}

std::vector<recorded_event> memory_event_log::read_all(std::uint64_t after,
                                                       std::size_t limit) const {
  if (after >= head())
    return {};
  return events_in({after + 1, std::min<std::uint64_t>(limit, head() - after)});
}

std::size_t memory_event_log::read_stored(std::uint64_t after, std::span<stored_event> into) const {
  std::size_t count = 0;
  for (; count < into.size() && after + count < head(); ++count)
    into[count] = encode(events_[after + count]);
  return count;
}

found_events memory_event_log::find_events(const event_filter& wanted, std::uint64_t before,
                                           std::size_t limit) const {
  found_events found;
  auto end = std::min(before, head() + 1);
  auto last = !wanted.stream && end > longest_search ? end - longest_search : 1;
  for (auto position = end; position > last;) {
    const auto& event = events_[--position - 1];
    if (!wanted.matches(event))
      continue;
    if (found.events.size() == limit) {
      found.next_before = found.events.back().position;
      return found;
    }
    found.events.push_back(event);
  }
  if (last > 1)
    found.next_before = last;
  return found;
}

std::vector<std::uint64_t> memory_event_log::unfinished() const {
  std::vector<std::uint64_t> found;
  for (const auto& [name, stream] : streams_) {
    auto last = events_[stream.positions.back() - 1].recorded_at;
    if (!stream.closed || last >= last_time_ - recent_past)
      found.insert(found.end(), stream.positions.begin(), stream.positions.end());
  }
  std::ranges::sort(found);
  return found;
}

std::vector<recorded_event>
memory_event_log::read_at(std::span<const std::uint64_t> positions) const {
  std::vector<recorded_event> found;
  for (auto position : positions)
    found.push_back(events_.at(position - 1));
  return found;
}

std::optional<std::string> memory_event_log::reserved_by(domain::vm_id vm) const {
  auto found = vmids_.find(vm);
  return found == vmids_.end() ? std::nullopt : std::optional{found->second};
}

std::uint64_t memory_event_log::head() const {
  return events_.size();
}

std::vector<std::string> memory_event_log::open_sessions() const {
  std::vector<std::string> open;
  for (const auto& event : events_)
    if (event.version == 1 && session_of(event.stream) && !streams_.at(event.stream).closed)
      open.push_back(event.stream);
  return open;
}

std::optional<domain::vm_id> memory_event_log::last_reserved() const {
  return vmids_.empty() ? std::nullopt : std::optional{vmids_.rbegin()->first};
}

std::optional<std::vector<recorded_event>>
memory_event_log::find_command(const domain::ulid& command) const {
  auto found = commands_.find(command);
  if (found == commands_.end())
    return std::nullopt;
  return events_in(found->second);
}

} // namespace berth::eventstore
