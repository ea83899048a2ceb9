#include "adapters/http/session_json.hpp"

#include "domain/narration.hpp"
#include "domain/session/session_policy.hpp"
#include "domain/session/step_history.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>

namespace berth::http {

namespace {

namespace json = boost::json;

json::value or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

std::int64_t seconds_left(domain::time_point until, domain::time_point now) {
  return std::max<std::int64_t>(
      0, std::chrono::duration_cast<std::chrono::seconds>(until - now).count());
}

/// Whether there is a desktop to be opened now, and if not, why.
const char* desktop_state(const eventstore::session_row& row, const shown& how) {
  if (row.reason)
    return "over";
  if (!how.has_desktops)
    return "not_configured";
  return row.status == "active" ? "ready" : "not_ready";
}

/// Who did it, as its owner may know: other people are not named to them.
const char* author_of(const eventstore::recorded_event& event, domain::user_id owner) {
  if (event.because.actor == "user:" + std::to_string(owner.value))
    return "you";
  return event.because.actor.starts_with("user:") ? "an admin" : "Berth";
}

json::array steps_array(const domain::step_history& told) {
  json::array steps;
  for (const auto& step : told.steps())
    steps.push_back(json::object{
        {"name", step.name},
        {"attempt", step.attempt},
        {"began_at", domain::to_rfc3339(step.began_at)},
        {"ended_at", or_null(step.ended_at ? domain::to_rfc3339(*step.ended_at) : "")}});
  return steps;
}

json::object considered_object(const domain::considered_node& node) {
  return {{"node", node.node.value},
          {"verdict", domain::to_string(node.why)},
          {"score", node.score},
          {"measured_score", node.measured_score},
          {"sample_age_seconds", static_cast<double>(node.sample_age_ms) / 1000},
          {"reserved_ram_mb", node.reserved_ram_mb},
          {"vms", node.vms},
          {"max_vms", node.max_vms}};
}

json::object attempt_object(const domain::session_placed& placed, domain::time_point at) {
  json::array considered;
  for (const auto& node : placed.considered)
    considered.push_back(considered_object(node));
  return {{"attempt", placed.attempt},
          {"at", domain::to_rfc3339(at)},
          {"node", placed.node.value},
          {"explanation", domain::explain(placed.considered)},
          {"considered", std::move(considered)}};
}

} // namespace

json::object session_object(const eventstore::session_row& row, const shown& how) {
  auto id = domain::to_string(row.id);
  const std::string desktop = desktop_state(row, how);
  json::object session{
      {"id", id},
      {"status", row.status},
      {"owner_id", row.owner.value},
      {"template", json::object{{"id", row.from_template.value},
                                {"name", row.template_name},
                                {"os_type", domain::to_string(row.os)},
                                {"protocol", domain::to_string(row.protocol)}}},
      {"session_type", domain::to_string(row.type)},
      {"node_name", or_null(row.node.value)},
      {"created_at", domain::to_rfc3339(row.created_at)},
      {"expires_at", domain::to_rfc3339(row.expires_at)},
      {"extendable_until", domain::to_rfc3339(row.created_at + domain::longest_total)},
      {"time_remaining_seconds", row.reason ? 0 : seconds_left(row.expires_at, how.now)},
      {"guacamole_url", or_null(desktop == "ready" ? "/sessions/" + id + "/desktop" : "")},
      {"desktop", desktop},
      {"provisioning_step", row.step},
      {"keeps_vm", row.keeps_vm},
      {"end_reason", or_null(row.reason ? std::string{domain::to_string(*row.reason)} : "")},
      {"detail", row.detail}};
  if (how.to_admin)
    session["owner_login"] = row.owner_login;
  return session;
}

eventstore::session_row row_of(const actors::session_view& view) {
  const auto& s = view.session;
  return {.id = s.id,
          .owner = s.owner,
          .from_template = s.from_template,
          .template_name = s.from.name,
          .os = s.from.os,
          .protocol = s.from.protocol,
          .type = s.type,
          .status = std::string{to_string(status_of(s))},
          .step = std::string{step_name(s)},
          .reason = s.reason,
          .detail = s.reason ? s.detail : s.last_fault,
          .node = s.node,
          .keeps_vm = std::holds_alternative<domain::keeping>(s.phase),
          .created_at = s.created_at,
          .updated_at = s.created_at,
          .expires_at = s.expires_at,
          .owner_login = {},
          .version = view.version};
}

std::string write_session(const actors::session_view& view, const shown& how) {
  return json::serialize(session_object(row_of(view), how));
}

std::string write_sessions(const std::vector<eventstore::session_row>& rows,
                           const std::string& next_cursor, const shown& how) {
  json::array items;
  for (const auto& row : rows)
    items.push_back(session_object(row, how));
  return json::serialize(
      json::object{{"items", std::move(items)}, {"next_cursor", or_null(next_cursor)}});
}

std::string write_history(const domain::session_id& id,
                          const std::vector<eventstore::recorded_event>& events) {
  json::array items;
  domain::step_history told;
  domain::user_id owner;
  for (const auto& recorded : events) {
    const auto& event = std::get<domain::session_event>(recorded.event);
    if (const auto* requested = std::get_if<domain::session_requested>(&event))
      owner = requested->owner;
    told.take(event, recorded.recorded_at);
    if (auto text = domain::narrate_to_owner(event))
      items.push_back(json::object{{"at", domain::to_rfc3339(recorded.recorded_at)},
                                   {"text", *text},
                                   {"by", author_of(recorded, owner)}});
  }
  return json::serialize(json::object{{"session_id", domain::to_string(id)},
                                      {"items", std::move(items)},
                                      {"steps", steps_array(told)}});
}

std::string write_placement(const domain::session_id& id,
                            const std::vector<eventstore::recorded_event>& events) {
  json::array attempts;
  for (const auto& recorded : events)
    if (const auto* placed =
            std::get_if<domain::session_placed>(&std::get<domain::session_event>(recorded.event)))
      attempts.push_back(attempt_object(*placed, recorded.recorded_at));
  return json::serialize(
      json::object{{"session_id", domain::to_string(id)}, {"attempts", std::move(attempts)}});
}

} // namespace berth::http
