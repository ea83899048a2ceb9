#include "eventstore/event_codec.hpp"

#include "eventstore/event_fields.hpp"
#include "eventstore/json_reader.hpp"
#include "eventstore/json_writer.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

namespace berth::eventstore {

namespace {

/// One type of event: how it is called, and how it is read.
struct event_type {
  std::string_view name;
  std::uint32_t version;
  domain::event (*read)(const json_reader&);
};

template <class Aggregate, class Event>
domain::event read_event(const json_reader& from) {
  Event event;
  fields(from, event);
  return Aggregate{std::move(event)};
}

template <class Aggregate>
struct types_of;
template <class... Events>
struct types_of<std::variant<Events...>> {
  static constexpr std::array all{
      event_type{type_name<Events>, 1, read_event<std::variant<Events...>, Events>}...};
};

template <class Event>
struct every_type;
template <class... Aggregates>
struct every_type<std::variant<Aggregates...>> {
  static const std::vector<event_type>& all() {
    static const auto types = [] {
      std::vector<event_type> joined;
      (joined.insert(joined.end(), types_of<Aggregates>::all.begin(),
                     types_of<Aggregates>::all.end()),
       ...);
      return joined;
    }();
    return types;
  }
};

const std::vector<event_type>& types() {
  return every_type<domain::event>::all();
}

const event_type* find_type(std::string_view name) {
  static const auto by_name = [] {
    std::unordered_map<std::string_view, const event_type*> index;
    for (const auto& type : types())
      index.emplace(type.name, &type);
    return index;
  }();
  auto found = by_name.find(name);
  return found == by_name.end() ? nullptr : found->second;
}

std::string naming(std::string_view type, std::uint32_t schema_version) {
  return "event " + std::string{type} + " of version " + std::to_string(schema_version);
}

} // namespace

std::string_view type_of(const domain::event& event) {
  return std::visit(
      [](const auto& aggregate) {
        return std::visit([]<class Event>(const Event&) { return type_name<Event>; }, aggregate);
      },
      event);
}

domain::result<encoded_event> encode(const domain::event& event) {
  return std::visit(
      [](const auto& aggregate) {
        return std::visit(
            []<class Event>(const Event& e) -> domain::result<encoded_event> {
              json_writer writer;
              fields(writer, e);
              if (writer.fault())
                return domain::refusal{domain::refusal_code::invalid,
                                       std::string{type_name<Event>} + ": " + *writer.fault()};
              return encoded_event{type_name<Event>, 1, writer.text()};
            },
            aggregate);
      },
      event);
}

domain::event decode(std::string_view type, std::uint32_t schema_version,
                     std::string_view payload) {
  const auto* known = find_type(type);
  if (!known || schema_version > known->version)
    throw log_error{naming(type, schema_version)
                    + " is unknown: a newer Berth has written it, so use that one"};
  if (schema_version < 1)
    throw log_error{naming(type, schema_version) + " cannot be: versions begin at 1"};
  thread_local simdjson::dom::parser parser;
  simdjson::dom::object object;
  // Unlike on-demand parsing this checks the whole text, so nothing can follow the object.
  if (auto error = parser.parse(payload.data(), payload.size()).get(object))
    throw log_error{naming(type, schema_version)
                    + " is not a JSON object: " + simdjson::error_message(error)};
  try {
    return known->read(json_reader{object});
  } catch (const log_error& fault) {
    throw log_error{naming(type, schema_version) + ": " + fault.what()};
  }
}

std::vector<std::string_view> event_types() {
  std::vector<std::string_view> names;
  for (const auto& type : types())
    names.push_back(type.name);
  return names;
}

std::uint32_t known_version(std::string_view type) {
  const auto* known = find_type(type);
  return known ? known->version : 0;
}

} // namespace berth::eventstore
