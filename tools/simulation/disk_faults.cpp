#include "tools/simulation/disk_faults.hpp"

#include "tools/simulation/broker_on_disk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace berth::simulation {

namespace {

constexpr domain::user_id owner{3};
constexpr auto limit = std::chrono::hours{2};

/// The client, who asks again whenever an answer is missing or an error.
class life {
public:
  life(std::uint64_t seed, disk_hook hook, death dies_as)
      : broker_{seed, std::move(hook), dies_as} {}

  std::uint64_t starts() const { return broker_.starts(); }

  std::optional<std::string> run();

private:
  static actors::launch_session launch() {
    actors::launch_session wanted{.owner = owner,
                                  .from_template = {1},
                                  .type = domain::session_type::ephemeral,
                                  .lifetime = std::chrono::minutes{60}};
    wanted.from.name = "Ubuntu";
    wanted.from.source = {9000};
    wanted.command = {{0xc0, 1}};
    return wanted;
  }

  /// Asks until there is an answer; nothing when there never is.
  template <class Message>
  auto insist(const Message& message) {
    constexpr int most_tries = 20;
    auto answer = broker_.ask(message);
    for (int tries = 1; !answer && tries < most_tries; ++tries) {
      broker_.run_until([] { return false; }, std::chrono::seconds{10});
      answer = broker_.ask(message);
    }
    return answer;
  }

  template <class Event>
  std::ptrdiff_t count() const {
    return std::ranges::count_if(broker_.shown(), [](const auto& shown) {
      const auto* event = std::get_if<domain::session_event>(&shown.second.event);
      return event && std::holds_alternative<Event>(*event);
    });
  }

  template <class Event>
  bool wait_for() {
    return broker_.run_until([this] { return count<Event>() > 0; }, limit);
  }

  std::optional<std::string> complaint_at_the_end() {
    if (broker_.complaint())
      return broker_.complaint();
    if (count<domain::session_requested>() != 1)
      return "there is more than one session";
    if (broker_.cluster().most_vms > 1)
      return "there was more than one VM";
    if (!broker_.cluster().vms.empty())
      return "a VM is left";
    auto head = broker_.shown().rbegin()->first;
    auto listed = insist(actors::list_sessions{{}, head});
    if (!listed)
      return "there is no list of sessions";
    const auto& rows = listed->sessions;
    if (rows.size() != 1 || rows.front().id != id_ || rows.front().step != "closed")
      return "the list of sessions is wrong";
    return std::nullopt;
  }

  broker_on_disk broker_;
  domain::session_id id_;
};

std::optional<std::string> life::run() {
  auto launched = insist(launch());
  if (!launched)
    return broker_.complaint().value_or("no launch succeeds");
  id_ = launched->session.id;
  if (count<domain::session_requested>() != 1)
    return "there is more than one session, or none";
  if (!wait_for<domain::session_activated>())
    return "the session never becomes active";
  auto ended = insist(actors::end_session{id_, owner, actors::end_by::owner, {}});
  if (!ended || ended->session.reason != domain::end_reason::ended_by_user)
    return "the session cannot be ended";
  if (!wait_for<domain::session_closed>())
    return "the session never comes to its end";
  if (auto complaint = complaint_at_the_end())
    return complaint;
  broker_.stop();
  return broker_.fault_of_remains();
}

constexpr disk_fault no_fault(disk_call call) {
  return {call, 0};
}

} // namespace

life_report live_with(const disk_fault& fault, std::uint64_t seed) {
  life_report report;
  auto judge = [&](const disk_operation& next) {
    if (next.call != fault.call)
      return disk_verdict::proceed;
    return ++report.calls == fault.nth ? fault.verdict : disk_verdict::proceed;
  };
  life one{seed, judge, fault.dies_as};
  report.complaint = one.run();
  report.starts = one.starts();
  return report;
}

fault_counts fail_every(disk_call call, disk_verdict verdict, std::uint64_t stride,
                        std::uint64_t seed) {
  auto undisturbed = live_with(no_fault(call), seed);
  fault_counts counts{.calls = undisturbed.calls};
  if (undisturbed.complaint) {
    counts.faults = 1;
    counts.first_fault = "without a fault: " + *undisturbed.complaint;
    return counts;
  }
  for (std::uint64_t nth = 1; nth <= counts.calls; nth += stride)
    for (auto dies_as : {death::of_process, death::of_machine}) {
      auto report = live_with({call, nth, verdict, dies_as}, seed);
      ++counts.lives;
      counts.restarts += report.starts - 1;
      if (!report.complaint)
        continue;
      ++counts.faults;
      if (counts.first_fault.empty())
        counts.first_fault =
            fmt::format("{} {}, death of {}: {}", name_of(call), nth,
                        dies_as == death::of_process ? "process" : "machine", *report.complaint);
    }
  return counts;
}

int run_disk_faults(const fault_options& chosen) {
  constexpr std::array calls{disk_call::open, disk_call::write, disk_call::sync,
                             disk_call::truncate, disk_call::remove};
  bool sound = true;
  fmt::print("{:10} {:8} {:>8} {:>8} {:>9} {:>8}\n", "call", "error", "calls", "lives", "restarts",
             "faults");
  for (auto call : calls)
    for (auto verdict : {disk_verdict::io_error, disk_verdict::no_space}) {
      auto counts = fail_every(call, verdict, chosen.stride, chosen.seed);
      fmt::print("{:10} {:8} {:>8} {:>8} {:>9} {:>8}\n", name_of(call),
                 verdict == disk_verdict::io_error ? "EIO" : "ENOSPC", counts.calls, counts.lives,
                 counts.restarts, counts.faults);
      if (counts.faults > 0)
        fmt::print("  first: {}\n", counts.first_fault);
      std::fflush(stdout);
      sound = sound && counts.faults == 0;
    }
  return sound ? 0 : 1;
}

} // namespace berth::simulation
