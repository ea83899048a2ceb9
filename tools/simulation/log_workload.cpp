#include "tools/simulation/log_workload.hpp"

#include <algorithm>
#include <memory>
#include <string>

namespace berth::simulation {

namespace {

constexpr std::size_t longest_batch = 3;
constexpr std::size_t most_open_streams = 12;
constexpr std::size_t short_text = 300;
constexpr std::size_t long_text = 60'000; ///< some 15 pages
constexpr domain::time_point beginning{std::chrono::hours{490'000}};

} // namespace

std::vector<eventstore::append_request> log_workload::next_batch() {
  std::vector<eventstore::append_request> batch(1 + below(longest_batch));
  for (auto& request : batch) {
    auto index = below(most_open_streams);
    request = index < open_.size() ? continue_stream(index) : begin_stream();
    if (below(2) == 0)
      request.command_id = next_id();
  }
  return batch;
}

eventstore::append_request log_workload::begin_stream() {
  open_stream begun{{next_id()}, 2};
  domain::session_requested requested{
      .id = begun.session, .owner = {7}, .from_template = {2}, .expires_at = beginning};
  requested.from.name = "Ubuntu";
  auto vm = domain::vm_id{next_vm_.value++};
  open_.push_back(begun);
  return {.stream = eventstore::stream_of(begun.session),
          .events = {domain::session_event{requested},
                     domain::session_event{domain::session_placed{1, {"pve-1"}, vm, {}}}},
          .because = {"user:7", begun.session.value, {}},
          .reserves = vm};
}

eventstore::append_request log_workload::continue_stream(std::size_t index) {
  auto& stream = open_[index];
  eventstore::append_request request{.stream = eventstore::stream_of(stream.session),
                                     .expected_version = stream.version,
                                     .because = {"system:session", stream.session.value, {}}};
  if (below(10) == 0) {
    request.events = {domain::session_event{domain::session_closed{}}};
    request.closes = true;
    open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(index));
    return request;
  }
  for (std::size_t left = 1 + below(3); left > 0; --left) {
    std::string text(below(below(50) == 0 ? long_text : short_text), 'x');
    std::ranges::generate(text, [this] { return static_cast<char>('a' + below(26)); });
    request.events.push_back(
        domain::session_event{domain::session_ended{domain::end_reason::deadline, text}});
    ++stream.version;
  }
  return request;
}

domain::ulid log_workload::next_id() {
  domain::ulid id;
  auto rest = ++ids_;
  for (auto byte = id.bytes.rbegin(); rest > 0; ++byte, rest >>= 8)
    *byte = static_cast<std::uint8_t>(rest);
  return id;
}

eventstore::log_sources simulated_sources(std::uint64_t seed) {
  return {.clock = [now = beginning]() mutable { return now += domain::duration{1}; },
          .random = [random = std::mt19937_64{seed}]() mutable { return random(); }};
}

} // namespace berth::simulation
