#include "tools/replay/reports.hpp"

#include "domain/narration.hpp"
#include "eventstore/export_line.hpp"
#include "eventstore/log_file.hpp"
#include "eventstore/verify.hpp"
#include "tools/replay/in_words.hpp"
#include "tools/replay/table.hpp"

#include <fmt/format.h>

#include <ostream>

namespace berth::replay {

namespace {

using namespace eventstore;
using domain::to_rfc3339;

std::string or_dash(std::string text) {
  return text.empty() ? "-" : std::move(text);
}

std::string reason_of(const domain::session& s) {
  return s.reason ? std::string{to_string(*s.reason)} : "-";
}

std::string template_of(const domain::session& s) {
  return fmt::format("{} {}", s.from_template.value, s.from.name);
}

void explain_placement(const domain::session_placed& placed, const recorded_event& at,
                       std::ostream& out) {
  out << fmt::format("attempt {} at {} (position {}): node {}, VM {}\n", placed.attempt,
                     to_rfc3339(at.recorded_at), at.position, placed.node.value, placed.vm.value);
  table nodes{{"NODE", "VERDICT", "SCORE", "MEASURED", "SAMPLE AGE", "RESERVED MiB", "VMS"}};
  for (const auto& node : placed.considered)
    nodes.add({node.node.value, std::string{to_string(node.why)}, fmt::format("{:.3f}", node.score),
               fmt::format("{:.3f}", node.measured_score),
               fmt::format("{:.1f} s", static_cast<double>(node.sample_age_ms) / 1000),
               std::to_string(node.reserved_ram_mb), fmt::format("{}/{}", node.vms, node.max_vms)});
  nodes.print(out, "  ");
  out << "  " << domain::explain(placed.considered) << "\n\n";
}

} // namespace

void list_sessions(const event_log& log, std::ostream& out) {
  table rows{{"SESSION", "OWNER", "TEMPLATE", "STATUS", "REASON", "NODE", "STARTED", "ENDED"}};
  for (const auto& [id, session] : sessions_as_of(log, whole_log)) {
    const auto& s = session.is;
    rows.add({to_string(id), std::to_string(s.owner.value), template_of(s),
              std::string{to_string(status_of(s))}, reason_of(s), or_dash(s.node.value),
              to_rfc3339(s.created_at), session.ended_at ? to_rfc3339(*session.ended_at) : "-"});
  }
  rows.print(out);
}

bool show_session(const event_log& log, const domain::session_id& id, std::ostream& out) {
  auto events = log.read_stream(stream_of(id));
  if (events.empty())
    return false;
  replayed_session session;
  table lines{{"POSITION", "TIME", "AFTER", "BY", "WHAT HAPPENED"}};
  auto before = events.front().recorded_at;
  for (const auto& event : events) {
    fold(session, event);
    lines.add({std::to_string(event.position), to_rfc3339(event.recorded_at),
               '+' + in_words(event.recorded_at - before), event.because.actor,
               domain::narrate(event.event)});
    before = event.recorded_at;
  }
  const auto& s = session.is;
  out << fmt::format("session {} of user {}: {}, step {}, reason {}\n\n", to_string(id),
                     s.owner.value, to_string(status_of(s)), step_name(s), reason_of(s));
  lines.print(out);
  return true;
}

bool explain_placements(const event_log& log, const domain::session_id& id, std::ostream& out) {
  auto events = log.read_stream(stream_of(id));
  bool placed_ever = false;
  for (const auto& event : events) {
    const auto& happened = std::get<domain::session_event>(event.event);
    if (const auto* placed = std::get_if<domain::session_placed>(&happened)) {
      explain_placement(*placed, event, out);
      placed_ever = true;
    } else if (std::holds_alternative<domain::attempt_failed>(happened))
      out << fmt::format("{} (position {}): {}\n\n", to_rfc3339(event.recorded_at), event.position,
                         domain::narrate(event.event));
  }
  if (!events.empty() && !placed_ever)
    out << "the session was never placed on a node\n";
  return !events.empty();
}

void sessions_then(const event_log& log, const as_of& until, std::ostream& out) {
  table rows{{"SESSION", "OWNER", "TEMPLATE", "STATUS", "STEP", "REASON", "NODE", "SINCE",
              "EXPIRES", "POSITION"}};
  for (const auto& [id, session] : sessions_as_of(log, until)) {
    const auto& s = session.is;
    rows.add({to_string(id), std::to_string(s.owner.value), template_of(s),
              std::string{to_string(status_of(s))}, std::string{step_name(s)}, reason_of(s),
              or_dash(s.node.value), to_rfc3339(session.updated_at), to_rfc3339(s.expires_at),
              std::to_string(session.last_position)});
  }
  rows.print(out);
}

bool verify_log(const std::filesystem::path& log, const std::optional<digest>& known_head,
                std::ostream& out) {
  auto found = verify(log, known_head);
  if (found.flaw)
    out << fmt::format("NOT SOUND at position {}: {}\nthe {} events before it are sound, head {}\n",
                       found.flaw->position, found.flaw->reason, found.events, to_hex(found.head));
  else
    out << fmt::format("verified {} events, head {}\n", found.events, to_hex(found.head));
  return !found.flaw;
}

void export_log(const std::filesystem::path& log, std::ostream& out) {
  auto db = open_log_to_read(log);
  auto all = db.prepare(std::string{select_events} + "ORDER BY position");
  for (auto row = all.query(); row.next();)
    out << export_line(stored_event_of(row));
}

} // namespace berth::replay
