#include "adapters/http/inventory_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_from.hpp>

#include <algorithm>
#include <cmath>
#include <map>

namespace berth::http {

namespace {

namespace json = boost::json;

json::object person_template(domain::template_id id, const domain::template_spec& spec) {
  return {{"id", id.value},
          {"name", spec.name},
          {"os_type", domain::to_string(spec.os)},
          {"protocol", domain::to_string(spec.protocol)},
          {"cpu_cores", spec.cpu_cores},
          {"ram_mb", spec.ram_mb},
          {"disk_gb", spec.disk_gb},
          {"tags", json::value_from(spec.tags)}};
}

json::value ready_or_null(const std::optional<domain::time_to_ready>& ready) {
  if (!ready)
    return nullptr;
  return json::object{{"launches", ready->launches},
                      {"usual_seconds", ready->usual_seconds},
                      {"slow_seconds", ready->slow_seconds}};
}

/// What of a sample may be shown: nothing that is older than people expect of live numbers.
std::optional<domain::node_sample> fresh_sample(const domain::candidate* load,
                                                domain::time_point now) {
  if (!load || !load->sample || !load->sample->online
      || now - load->sample->sampled_at > domain::stale_after)
    return std::nullopt;
  return load->sample;
}

double percent(double share) {
  return std::round(share * 1000) / 10;
}

double ram_share(const domain::node_sample& sample) {
  return sample.ram_total_mb == 0
             ? 0
             : static_cast<double>(sample.ram_used_mb) / static_cast<double>(sample.ram_total_mb);
}

json::array recent_array(const std::vector<domain::node_sample>& recent) {
  json::array samples;
  for (const auto& sample : recent)
    samples.push_back(json::object{{"at", domain::to_rfc3339(sample.sampled_at)},
                                   {"cpu_percent", percent(sample.cpu)},
                                   {"ram_percent", percent(ram_share(sample))}});
  return samples;
}

json::object node_object(const eventstore::node_row& registered,
                         const std::optional<domain::node_sample>& sample,
                         const std::vector<domain::node_sample>& recent, domain::time_point now) {
  const auto* status = registered.is.mode == domain::node_mode::maintenance ? "maintenance"
                       : sample                                             ? "online"
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
  node["recent"] = recent_array(recent);
  if (!sample)
    return node;
  auto age = std::chrono::duration_cast<std::chrono::seconds>(now - sample->sampled_at).count();
  node["cpu_percent"] = percent(sample->cpu);
  node["ram_used_mb"] = sample->ram_used_mb;
  node["ram_total_mb"] = sample->ram_total_mb;
  node["uptime_seconds"] = sample->uptime_seconds;
  node["sample_age_seconds"] = std::max<std::int64_t>(0, age);
  return node;
}

std::uint64_t reserved_ram(const std::optional<domain::candidate>& load) {
  std::uint64_t sum = 0;
  if (load)
    for (const auto& reservation : load->reservations)
      sum += reservation.ram_mb;
  return sum;
}

json::value load_score_of(const std::optional<domain::node_sample>& sample) {
  if (!sample || sample->ram_total_mb == 0)
    return nullptr;
  return domain::load_score(ram_share(*sample), sample->cpu);
}

/// When the last session on a node must be over; nothing without one.
json::value last_end(const std::vector<eventstore::session_row>& sessions) {
  domain::time_point last{};
  for (const auto& session : sessions)
    if (!session.reason)
      last = std::max(last, session.expires_at);
  return last == domain::time_point{} ? json::value(nullptr)
                                      : json::value(domain::to_rfc3339(last));
}

} // namespace

std::string write_templates(const actors::template_list& list) {
  json::array items;
  for (const auto& row : list.templates) {
    auto item = person_template(row.is.id, row.is.spec);
    item["time_to_ready"] = ready_or_null(row.ready);
    items.push_back(std::move(item));
  }
  return json::serialize(json::object{{"items", std::move(items)}});
}

json::object template_object(const actors::template_view& shown) {
  const auto& spec = shown.is.spec;
  auto object = person_template(shown.is.id, spec);
  object["template_vmid"] = spec.source.value;
  object["is_active"] = shown.is.is_active;
  object["desktop_user"] = spec.desktop_user;
  object["desktop_port"] = spec.desktop_port;
  object["await_desktop"] = spec.await_desktop;
  object["version"] = shown.version;
  object["warnings"] = json::value_from(shown.warnings);
  return object;
}

std::string write_template(const actors::template_view& shown) {
  return json::serialize(template_object(shown));
}

std::string write_all_templates(const actors::all_templates& list) {
  json::array items;
  for (const auto& one : list.templates)
    items.push_back(template_object(one));
  return json::serialize(json::object{{"items", std::move(items)}});
}

domain::template_spec read_template(request_body& body,
                                    const std::optional<domain::template_spec>& before) {
  auto spec = before.value_or(domain::template_spec{});
  if (!before)
    for (const auto* name : {"name", "os_type", "protocol", "template_vmid"})
      if (!body.has(name))
        body.reject(name, "is required");
  auto number = [&body](const char* name, std::int64_t least, std::int64_t most,
                        std::uint32_t& into) {
    if (auto given = body.optional_integer(name, least, most))
      into = static_cast<std::uint32_t>(*given);
  };
  if (auto name = body.optional_text("name", 1, 100))
    spec.name = *name;
  if (auto os = body.optional_choice("os_type", domain::parse_os_type, "windows, linux or kali"))
    spec.os = *os;
  if (auto protocol =
          body.optional_choice("protocol", domain::parse_desktop_protocol, "rdp, vnc or ssh"))
    spec.protocol = *protocol;
  number("template_vmid", 100, 999'999'999, spec.source.value);
  number("cpu_cores", 1, 128, spec.cpu_cores);
  number("ram_mb", 16, 4'194'304, spec.ram_mb);
  number("disk_gb", 1, 65'536, spec.disk_gb);
  number("desktop_port", 0, 65'535, spec.desktop_port);
  if (auto tags = body.optional_texts("tags"))
    spec.tags = std::move(*tags);
  if (auto user = body.optional_text("desktop_user", 0, 32))
    spec.desktop_user = *user;
  if (auto await = body.optional_flag("await_desktop"))
    spec.await_desktop = *await;
  return spec;
}

std::string write_nodes(const actors::node_list& registered, const actors::node_loads& loads,
                        const actors::recent_loads& history, domain::time_point now) {
  std::map<domain::node_name, const domain::candidate*> load_of;
  for (const auto& load : loads.nodes)
    load_of.emplace(load.of.name, &load);
  json::array items;
  for (const auto& node : registered.nodes) {
    auto load = load_of.find(node.is.name);
    auto recent = history.recent.find(node.is.name);
    items.push_back(node_object(
        node, fresh_sample(load == load_of.end() ? nullptr : load->second, now),
        recent == history.recent.end() ? std::vector<domain::node_sample>{} : recent->second, now));
  }
  return json::serialize(json::object{{"items", std::move(items)}});
}

std::string write_new_node(const domain::node& registered) {
  return json::serialize(node_object({.is = registered}, {}, {}, {}));
}

std::string write_node(const node_details& node, const shown& how) {
  auto sample = fresh_sample(node.load ? &*node.load : nullptr, how.now);
  auto object = node_object(node.registered, sample, node.recent, how.now);
  object["version"] = node.version;
  object["load_score"] = load_score_of(sample);
  object["reserved_ram_mb"] = reserved_ram(node.load);
  json::array sessions;
  for (const auto& session : node.sessions)
    sessions.push_back(session_object(session, how));
  object["sessions"] = std::move(sessions);
  object["last_session_ends_at"] = last_end(node.sessions);
  return json::serialize(object);
}

} // namespace berth::http
