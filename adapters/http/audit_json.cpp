#include "adapters/http/audit_json.hpp"

#include "domain/narration.hpp"
#include "eventstore/event_codec.hpp"
#include "eventstore/hash_chain.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace berth::http {

namespace {

namespace json = boost::json;

json::object event_object(const eventstore::recorded_event& recorded) {
  return {{"position", recorded.position},
          {"at", domain::to_rfc3339(recorded.recorded_at)},
          {"stream", recorded.stream},
          {"type", eventstore::type_of(recorded.event)},
          {"text", domain::narrate(recorded.event)}};
}

template <class T>
json::value or_null(const std::optional<T>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

} // namespace

std::string write_audit(const eventstore::found_events& found, const logins_by_actor& logins) {
  json::array items;
  for (const auto& recorded : found.events) {
    auto item = event_object(recorded);
    auto login = logins.find(recorded.because.actor);
    item["actor"] = recorded.because.actor;
    item["actor_login"] = login == logins.end() ? json::value(nullptr) : json::value(login->second);
    items.push_back(std::move(item));
  }
  return json::serialize(
      json::object{{"items", std::move(items)}, {"next_before", or_null(found.next_before)}});
}

std::string write_event_types() {
  json::array items;
  for (auto name : eventstore::event_types())
    items.push_back(json::value(name));
  return json::serialize(json::object{{"items", std::move(items)}});
}

std::string write_state(const actors::state_as_of& shown) {
  auto state = event_object(shown.event);
  state["version"] = shown.event.version;
  json::array fields;
  for (const auto& [name, value, before] : shown.values)
    fields.push_back(
        json::object{{"name", name}, {"value", or_null(value)}, {"before", or_null(before)}});
  state["fields"] = std::move(fields);
  return json::serialize(state);
}

std::string write_verification(const actors::log_verified& verified) {
  const auto& [events, head, flaw] = verified.found;
  json::value found(nullptr);
  if (flaw)
    found = json::object{{"position", flaw->position}, {"reason", flaw->reason}};
  return json::serialize(json::object{{"is_sound", !flaw},
                                      {"events", events},
                                      {"head", eventstore::to_hex(head)},
                                      {"flaw", std::move(found)},
                                      {"verified_at", domain::to_rfc3339(verified.at)}});
}

} // namespace berth::http
