#include "adapters/http/reconciliation_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <chrono>

namespace berth::http {

namespace {

namespace json = boost::json;

json::value or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::value or_null(const std::optional<domain::time_point>& at) {
  return at ? json::value(domain::to_rfc3339(*at)) : json::value(nullptr);
}

json::object difference_object(const domain::open_difference& of) {
  const auto& [key, session, node, detail] = of.is;
  return {{"kind", to_string(key.kind)},
          {"vm_id", key.vm.value},
          {"volume", or_null(key.volume)},
          {"session_id", session ? json::value(to_string(*session)) : json::value(nullptr)},
          {"node", or_null(node.value)},
          {"detail", detail},
          {"found_at", domain::to_rfc3339(of.since)}};
}

/// How far Berth has come with what it destroys; null for everything else.
json::value removal_of(const domain::open_difference& of) {
  if (of.is.is.kind != domain::difference_kind::late_clone)
    return nullptr;
  return json::object{{"intended", of.removal.intended},
                      {"quarantined", of.removal.quarantined},
                      {"failures", of.removal.failures},
                      {"last_fault", or_null(of.last_fault)}};
}

json::object open_object(const domain::open_difference& of, domain::time_point now) {
  auto difference = difference_object(of);
  auto age = std::chrono::duration_cast<std::chrono::seconds>(now - of.since);
  difference["age_seconds"] = std::max<std::int64_t>(age.count(), 0);
  difference["removal"] = removal_of(of);
  return difference;
}

json::object counts_object(const actors::reconciliation_report& report) {
  json::object counts;
  for (std::size_t kind = 0; kind < report.counts.size(); ++kind)
    counts[to_string(static_cast<domain::difference_kind>(kind))] = report.counts[kind];
  return counts;
}

} // namespace

std::string write_reconciliation(const actors::reconciliation_report& report,
                                 domain::time_point now) {
  json::array open;
  for (const auto& difference : report.open)
    open.push_back(open_object(difference, now));
  json::array settled;
  for (const auto& [was, settled_at, how] : report.settled) {
    auto difference = difference_object(was);
    difference["settled_at"] = domain::to_rfc3339(settled_at);
    difference["how"] = to_string(how);
    settled.push_back(std::move(difference));
  }
  json::array unread;
  for (const auto& place : report.unread)
    unread.push_back(json::value(place));
  return json::serialize(json::object{{"surveyed_at", or_null(report.surveyed_at)},
                                      {"is_complete", report.is_complete},
                                      {"why_not", or_null(report.why_not)},
                                      {"volumes_listed_at", or_null(report.volumes_listed_at)},
                                      {"unread", std::move(unread)},
                                      {"next_at", domain::to_rfc3339(report.next_at)},
                                      {"counts", counts_object(report)},
                                      {"open", std::move(open)},
                                      {"settled", std::move(settled)}});
}

} // namespace berth::http
