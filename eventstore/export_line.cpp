#include "eventstore/export_line.hpp"

#include "domain/time.hpp"
#include "eventstore/hash_chain.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string_view.hpp>
#include <fmt/format.h>

namespace berth::eventstore {

namespace {

/// A page is not continued beyond this many bytes.
constexpr std::size_t long_enough = 8 * 1024 * 1024;

std::string json_text(const std::string& text) {
  return boost::json::serialize(boost::json::string_view{text});
}

std::string json_id(const std::optional<domain::ulid>& id) {
  return id ? '"' + to_string(*id) + '"' : "null";
}

} // namespace

std::string export_line(const stored_event& event) {
  auto recorded_at = domain::time_point{domain::duration{event.recorded_at}};
  return fmt::format(
      R"({{"position":{},"stream":{},"version":{},"event_id":{},"type":{},"schema_version":{},)"
      R"("recorded_at":"{}","actor":{},"command_id":{},"correlation_id":{},"causation_id":{},)"
      R"("payload":{},"chain":"{}"}})"
      "\n",
      event.position, json_text(event.stream), event.version, json_id(event.event_id),
      json_text(event.type), event.schema_version, domain::to_rfc3339(recorded_at),
      json_text(event.actor), json_id(event.command_id), json_id(event.correlation_id),
      json_id(event.causation_id), event.payload, to_hex(event.chain));
}

exported_page export_page(database& log, std::uint64_t after, std::size_t limit) {
  exported_page page{.last = after};
  std::size_t count = 0;
  auto all =
      log.prepare(std::string{select_events} + "WHERE position > ?1 ORDER BY position LIMIT ?2");
  for (auto row = all.query(after, std::uint64_t{limit} + 1); row.next(); ++count) {
    if (count == limit || page.lines.size() >= long_enough) {
      page.has_more = true;
      break;
    }
    auto event = stored_event_of(row);
    page.lines += export_line(event);
    page.last = event.position;
  }
  return page;
}

} // namespace berth::eventstore
