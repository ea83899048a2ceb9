#include "adapters/http/api_json.hpp"

#include "domain/session/session_policy.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>
#include <set>

namespace berth::http {

namespace {

namespace json = boost::json;

constexpr std::size_t deepest = 32;

problem malformed(std::string detail) {
  return {.status = 400,
          .type = "malformed-json",
          .title = "The body is not a JSON object",
          .detail = std::move(detail)};
}

/// The object of a body, or why it is none.
std::variant<json::object, problem> read_object(const std::string& body) {
  json::error_code error;
  json::parse_options options;
  options.max_depth = deepest;
  auto parsed = json::parse(body, error, {}, options);
  if (error)
    return malformed(error.message());
  if (!parsed.is_object())
    return malformed(std::string{"it is of type "} + std::string{json::to_string(parsed.kind())});
  return std::move(parsed.get_object());
}

/// Collects what is wrong while fields are read.
class field_reader {
public:
  explicit field_reader(const json::object& from) : from_(from) {}

  std::optional<std::int64_t> integer(const char* name, std::int64_t least, std::int64_t most) {
    const auto* found = find(name);
    if (!found) {
      reject(name, "is required");
      return std::nullopt;
    }
    auto range =
        "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most);
    if (!found->is_int64() || found->get_int64() < least || found->get_int64() > most) {
      reject(name, range);
      return std::nullopt;
    }
    return found->get_int64();
  }

  std::optional<std::string> optional_text(const char* name) {
    const auto* found = find(name);
    if (!found)
      return std::nullopt;
    if (found->is_string())
      return std::string{found->get_string()};
    reject(name, "must be a string");
    return std::nullopt;
  }

  void reject(const std::string& name, std::string why) {
    errors_.push_back({"#/" + name, std::move(why)});
  }

  /// Everything wrong, fields that nobody asked for included.
  std::vector<field_error> errors() {
    for (const auto& [name, value] : from_)
      if (!known_.contains(std::string{name}))
        reject(std::string{name}, "is not a field of this request");
    return std::move(errors_);
  }

private:
  const json::value* find(const char* name) {
    known_.insert(name);
    return from_.if_contains(name);
  }

  const json::object& from_;
  std::set<std::string> known_;
  std::vector<field_error> errors_;
};

std::int64_t minutes(domain::duration of) {
  return std::chrono::duration_cast<std::chrono::minutes>(of).count();
}

std::int64_t seconds_left(domain::time_point until, domain::time_point now) {
  return std::max<std::int64_t>(
      0, std::chrono::duration_cast<std::chrono::seconds>(until - now).count());
}

/// A session's row, from wherever it comes.
json::object session_object(const eventstore::session_row& row, domain::time_point now) {
  bool over = row.reason.has_value();
  json::object session{{"id", domain::to_string(row.id)},
                       {"status", row.status},
                       {"template", json::object{{"name", row.template_name},
                                                 {"os_type", domain::to_string(row.os)},
                                                 {"protocol", domain::to_string(row.protocol)}}},
                       {"session_type", domain::to_string(row.type)},
                       {"created_at", domain::to_rfc3339(row.created_at)},
                       {"expires_at", domain::to_rfc3339(row.expires_at)},
                       {"time_remaining_seconds", over ? 0 : seconds_left(row.expires_at, now)},
                       {"guacamole_url", nullptr},
                       {"provisioning_step", row.step},
                       {"keeps_vm", row.keeps_vm}};
  if (row.node.value.empty())
    session["node_name"] = nullptr;
  else
    session["node_name"] = row.node.value;
  if (over)
    session["end_reason"] = domain::to_string(*row.reason);
  else
    session["end_reason"] = nullptr;
  session["detail"] = row.detail;
  return session;
}

eventstore::session_row row_of(const domain::session& s) {
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
          .expires_at = s.expires_at};
}

json::object node_object(const eventstore::node_row& registered,
                         const std::optional<domain::node_sample>& sample, domain::time_point now) {
  bool online = sample && sample->online;
  const auto* status = registered.is.mode == domain::node_mode::maintenance ? "maintenance"
                       : online                                             ? "online"
                                                                            : "offline";
  json::object node{{"name", registered.is.name.value},
                    {"hostname", registered.is.hostname},
                    {"status", status},
                    {"mode", domain::to_string(registered.is.mode)},
                    {"max_vms", registered.is.max_vms},
                    {"active_vm_count", registered.active_vms}};
  for (const auto* number :
       {"cpu_percent", "ram_used_mb", "ram_total_mb", "uptime_seconds", "sample_age_seconds"})
    node[number] = nullptr;
  if (!online)
    return node;
  node["cpu_percent"] = std::round(sample->cpu * 1000) / 10;
  node["ram_used_mb"] = sample->ram_used_mb;
  node["ram_total_mb"] = sample->ram_total_mb;
  node["uptime_seconds"] = sample->uptime_seconds;
  node["sample_age_seconds"] = seconds_left(now, sample->sampled_at);
  return node;
}

} // namespace

std::variant<launch_body, problem> read_launch(const std::string& body) {
  auto parsed = read_object(body);
  if (auto* wrong = std::get_if<problem>(&parsed))
    return std::move(*wrong);
  field_reader read{std::get<json::object>(parsed)};
  auto from = read.integer("template_id", 1, UINT32_MAX);
  auto lifetime = read.integer("duration_minutes", minutes(domain::shortest_lifetime),
                               minutes(domain::longest_lifetime));
  auto type = read.optional_text("session_type");
  auto parsed_type = domain::parse_session_type(type.value_or("ephemeral"));
  if (!parsed_type)
    read.reject("session_type", "must be ephemeral or persistent");
  if (auto errors = read.errors(); !errors.empty())
    return invalid_fields(std::move(errors));
  return launch_body{
      {static_cast<std::uint32_t>(*from)}, std::chrono::minutes{*lifetime}, *parsed_type};
}

std::variant<domain::duration, problem> read_extension(const std::string& body) {
  auto parsed = read_object(body);
  if (auto* wrong = std::get_if<problem>(&parsed))
    return std::move(*wrong);
  field_reader read{std::get<json::object>(parsed)};
  auto more = read.integer("minutes", 1, minutes(domain::longest_total));
  if (auto errors = read.errors(); !errors.empty())
    return invalid_fields(std::move(errors));
  return domain::duration{std::chrono::minutes{*more}};
}

std::string write_session(const actors::session_view& view, domain::time_point now) {
  return json::serialize(session_object(row_of(view.session), now));
}

std::string write_sessions(const actors::session_list& list, domain::time_point now) {
  json::array items;
  for (const auto& row : list.sessions)
    items.push_back(session_object(row, now));
  return json::serialize(json::object{{"items", std::move(items)}});
}

std::string write_templates(const actors::template_list& list) {
  json::array items;
  for (const auto& row : list.templates) {
    const auto& spec = row.is.spec;
    items.push_back(json::object{{"id", row.is.id.value},
                                 {"name", spec.name},
                                 {"os_type", domain::to_string(spec.os)},
                                 {"protocol", domain::to_string(spec.protocol)},
                                 {"cpu_cores", spec.cpu_cores},
                                 {"ram_mb", spec.ram_mb},
                                 {"disk_gb", spec.disk_gb},
                                 {"tags", json::value_from(spec.tags)}});
  }
  return json::serialize(json::object{{"items", std::move(items)}});
}

std::string write_nodes(const actors::node_list& registered, const actors::node_loads& loads,
                        domain::time_point now) {
  json::array items;
  for (const auto& node : registered.nodes) {
    auto found = std::ranges::find_if(
        loads.nodes, [&](const auto& known) { return known.of.name == node.is.name; });
    items.push_back(node_object(
        node, found == loads.nodes.end() ? std::optional<domain::node_sample>{} : found->sample,
        now));
  }
  return json::serialize(json::object{{"items", std::move(items)}});
}

} // namespace berth::http
