#include "tools/simulation/log_witness.hpp"

#include "eventstore/sqlite.hpp"
#include "eventstore/sqlite_event_log.hpp"
#include "eventstore/verify.hpp"
#include "tools/simulation/log_workload.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <limits>
#include <map>

namespace berth::simulation {

using namespace eventstore;

namespace {

std::optional<std::string> fault_of_next_append(event_log& log, std::uint64_t head) {
  constexpr domain::ulid nobody_else{{0xff}};
  append_request next{.stream = stream_of(domain::session_id{nobody_else}),
                      .events = {domain::session_event{domain::session_closed{}}},
                      .because = {"system:simulation", nobody_else, {}}};
  auto result = log.append({next}).at(0);
  auto* done = std::get_if<appended>(&result);
  if (!done || done->events.at(0).position != head + 1)
    return "the next append fails";
  return std::nullopt;
}

bool holds(const recorded_event& found, const append_request& request, std::size_t index) {
  return found.stream == request.stream && found.version == request.expected_version + index + 1
         && found.event == request.events[index] && found.command_id == request.command_id
         && found.because == request.because;
}

} // namespace

void log_witness::append(event_log& log, const std::vector<append_request>& batch) {
  auto position = acknowledged_.size();
  for (const auto& request : batch) {
    claims_.push_back({request, position + 1, position + request.events.size()});
    position += request.events.size();
  }
  commits_.push_back(position);
  for (auto& result : log.append(batch)) {
    auto* done = std::get_if<appended>(&result);
    if (!done)
      throw log_error{"the log did not grant what the workload wanted"};
    std::ranges::move(done->events, std::back_inserter(acknowledged_));
  }
}

log_finding log_witness::examine(const std::filesystem::path& file) const {
  try {
    sqlite_event_log log{file, simulated_sources(0)};
    auto found = log.read_all(0, std::numeric_limits<std::int64_t>::max());
    log_finding result;
    result.lost = acknowledged_.size() - std::min(acknowledged_.size(), found.size());
    result.complaint = fault_of(found);
    if (!result.complaint)
      result.complaint = fault_in_tables(file, found.size());
    if (!result.complaint)
      result.complaint = fault_of_next_append(log, found.size());
    if (!result.complaint)
      if (auto flaw = verify(file).flaw)
        result.complaint = flaw->reason;
    return result;
  } catch (const log_error& fault) {
    return {.complaint = fault.what()};
  }
}

std::optional<std::string> log_witness::fault_of(const std::vector<recorded_event>& found) const {
  auto known = std::min(acknowledged_.size(), found.size());
  auto differs = std::mismatch(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(known),
                               acknowledged_.begin());
  if (differs.second != acknowledged_.begin() + static_cast<std::ptrdiff_t>(known))
    return "event " + std::to_string(differs.second->position) + " has changed";
  if (std::ranges::find(commits_, found.size()) == commits_.end())
    return "half of the commit before " + std::to_string(found.size() + 1) + " is missing";
  for (const auto& claim : claims_)
    for (auto at = claim.first; at <= std::min<std::uint64_t>(claim.last, found.size()); ++at)
      if (!holds(found[at - 1], claim.of, at - claim.first))
        return "event " + std::to_string(at) + " is not what was submitted";
  return std::nullopt;
}

std::optional<std::string> log_witness::fault_in_tables(const std::filesystem::path& file,
                                                        std::uint64_t head) const {
  database db{file, SQLITE_OPEN_READONLY};
  if (auto integrity = db.text("PRAGMA integrity_check"); integrity != "ok")
    return "SQLite says: " + integrity;
  std::map<domain::ulid, std::pair<std::uint64_t, std::uint64_t>> commands;
  std::map<std::uint64_t, std::string> vms;
  for (const auto& claim : claims_) {
    if (claim.last > head)
      break;
    if (claim.of.command_id)
      commands[*claim.of.command_id] = {claim.first, claim.last};
    if (claim.of.reserves)
      vms[claim.of.reserves->value] = claim.of.stream;
  }
  auto all_commands = db.prepare("SELECT command_id, first_position, last_position FROM commands");
  for (auto row = all_commands.query(); row.next();)
    if (auto known = commands.extract(row.ulid(0));
        !known || known.mapped() != std::pair{row.natural(1), row.natural(2)})
      return "command " + domain::to_string(row.ulid(0)) + " does not belong to its events";
  auto all_vms = db.prepare("SELECT vmid, stream FROM vmids");
  for (auto row = all_vms.query(); row.next();)
    if (auto known = vms.extract(row.natural(0)); !known || known.mapped() != row.text(1))
      return "VMID " + row.text(0) + " does not belong to its events";
  if (!commands.empty() || !vms.empty())
    return "an answered command or a reserved VMID is forgotten";
  return std::nullopt;
}

} // namespace berth::simulation
