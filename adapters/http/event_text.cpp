#include "adapters/http/event_text.hpp"

#include "domain/narration.hpp"
#include "eventstore/event_codec.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <array>
#include <cmath>
#include <variant>

namespace berth::http {

namespace {

namespace json = boost::json;

std::string message(const char* event, const json::object& data,
                    std::optional<std::uint64_t> position) {
  std::string text;
  if (position)
    text += "id: " + std::to_string(*position) + '\n';
  return text + "event: " + event + "\ndata: " + json::serialize(data) + "\n\n";
}

json::object head_of(const eventstore::recorded_event& recorded) {
  return {{"type", eventstore::type_of(recorded.event)},
          {"at", domain::to_rfc3339(recorded.recorded_at)}};
}

/// Which topic an event belongs to, by its stream.
const char* topic_of(const eventstore::recorded_event& recorded) {
  constexpr std::array topics{"session", "node", "template", "user", "alert", "difference"};
  static_assert(topics.size() == std::variant_size_v<domain::event>);
  return topics[recorded.event.index()];
}

} // namespace

std::string opening_text(std::uint64_t position, bool is_reset) {
  return "retry: 2000\n\n"
         + message(is_reset ? "reset" : "ready", {{"position", position}}, position);
}

std::string heartbeat_text(std::uint64_t position) {
  return ": alive\nid: " + std::to_string(position) + "\n\n";
}

std::string session_text(const eventstore::recorded_event& recorded,
                         const eventstore::session_row* row, const shown& how) {
  const auto& event = std::get<domain::session_event>(recorded.event);
  auto data = head_of(recorded);
  auto for_owner = domain::narrate_to_owner(event);
  data["text"] = how.to_admin ? domain::narrate(recorded.event) : for_owner.value_or("");
  if (const auto* placed = std::get_if<domain::session_placed>(&event); placed && how.to_admin)
    data["placement"] = domain::explain(placed->considered);
  data["session_id"] = domain::to_string(*eventstore::session_of(recorded.stream));
  data["session"] = nullptr;
  if (row)
    data["session"] = session_object(*row, how);
  return message("session", data, recorded.position);
}

std::string other_text(const eventstore::recorded_event& recorded) {
  auto data = head_of(recorded);
  data["stream"] = recorded.stream;
  data["text"] = domain::narrate(recorded.event);
  return message(topic_of(recorded), data, recorded.position);
}

std::string load_text(const domain::node_sample& sample) {
  json::object data{{"name", sample.node.value},
                    {"online", sample.online},
                    {"cpu_percent", nullptr},
                    {"ram_used_mb", nullptr},
                    {"ram_total_mb", nullptr},
                    {"uptime_seconds", nullptr},
                    {"sampled_at", domain::to_rfc3339(sample.sampled_at)}};
  if (sample.online) {
    data["cpu_percent"] = std::round(sample.cpu * 1000) / 10;
    data["ram_used_mb"] = sample.ram_used_mb;
    data["ram_total_mb"] = sample.ram_total_mb;
    data["uptime_seconds"] = sample.uptime_seconds;
  }
  return message("node_load", data, std::nullopt);
}

} // namespace berth::http
