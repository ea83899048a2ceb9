#include "actors/audit.hpp"
#include "adapters/http/audit_json.hpp"
#include "adapters/http/routes.hpp"
#include "eventstore/event_codec.hpp"

namespace berth::http {

namespace {

constexpr std::uint64_t usual_page = 50;
constexpr std::uint64_t longest_page = 200;
constexpr std::uint64_t usual_export = 1'000;
constexpr std::uint64_t longest_export = 5'000;

std::optional<domain::time_point> read_time(const api_call& call, const char* name,
                                            std::vector<field_error>& errors) {
  auto text = query_parameter(call, name);
  if (!text)
    return std::nullopt;
  auto at = domain::parse_rfc3339(*text);
  if (!at)
    errors.push_back({std::string{"#/"} + name, "must be a time such as 2026-11-23T09:00:00Z"});
  return at;
}

/// What is wrong goes to `errors`.
eventstore::event_filter read_filter(const api_call& call, std::vector<field_error>& errors) {
  eventstore::event_filter wanted{.stream = query_parameter(call, "stream"),
                                  .type = query_parameter(call, "type"),
                                  .actor = query_parameter(call, "actor"),
                                  .since = read_time(call, "since", errors),
                                  .until = read_time(call, "until", errors)};
  if (wanted.stream && !eventstore::is_stream(*wanted.stream))
    errors.push_back({"#/stream", "must be a stream, such as node-pve-1, user-3 or alerts"});
  if (wanted.type && eventstore::known_version(*wanted.type) == 0)
    errors.push_back({"#/type", "must be one of /admin/audit/types"});
  if (wanted.actor && !eventstore::is_actor(*wanted.actor))
    errors.push_back({"#/actor", "must be a user or a part of Berth: user:3, system:session"});
  return wanted;
}

void search(exchange& x, const actors::search_log& wanted, const logins_by_actor& logins) {
  x.ask<eventstore::found_events>(
      x.with().audit, wanted,
      [logins](exchange& y, const eventstore::found_events& found) {
        y.answer(200, write_audit(found, logins));
      },
      audit_patience);
}

/// The same request, one page on (RFC 8288).
std::string link_to_next(const api_call& call, std::uint64_t after, std::uint64_t limit) {
  return '<' + call.target.substr(0, call.target.find('?')) + "?after=" + std::to_string(after)
         + "&limit=" + std::to_string(limit) + R"(>; rel="next")";
}

} // namespace

void read_audit(exchange x) {
  if (refuses_query(x, {"before", "limit", "stream", "type", "actor", "since", "until"}))
    return;
  auto before = read_number(x, "before", INT64_MAX, 1, INT64_MAX);
  if (!before)
    return;
  auto limit = read_number(x, "limit", usual_page, 1, longest_page);
  if (!limit)
    return;
  std::vector<field_error> errors;
  actors::search_log wanted{read_filter(*x.call, errors), *before, *limit};
  if (!errors.empty())
    return x.refuse(invalid_fields(std::move(errors)));
  x.ask<actors::user_list>(x.with().accounts, actors::list_users{},
                           [wanted](exchange& y, const actors::user_list& list) {
                             logins_by_actor logins;
                             for (const auto& user : list.users)
                               logins["user:" + std::to_string(user.is.id.value)] = user.is.login;
                             search(y, wanted, logins);
                           });
}

void list_event_types(exchange x) {
  if (!refuses_query(x, {}))
    x.answer(200, write_event_types());
}

void show_state(exchange x) {
  if (refuses_query(x, {"at"}))
    return;
  if (!query_parameter(*x.call, "at"))
    return x.refuse(invalid_fields({{"#/at", "is required"}}));
  auto position = read_number(x, "at", 0, 1, INT64_MAX);
  if (!position)
    return;
  x.ask<actors::state_as_of>(
      x.with().audit, actors::show_state{*position},
      [](exchange& y, const actors::state_as_of& shown) { y.answer(200, write_state(shown)); },
      audit_patience);
}

void verify_log(exchange x) {
  if (refuses_query(x, {}))
    return;
  x.ask<actors::log_verified>(
      x.with().audit, actors::verify_log{},
      [](exchange& y, const actors::log_verified& verified) {
        y.answer(200, write_verification(verified));
      },
      actors::verification_patience);
}

void export_log(exchange x) {
  if (refuses_query(x, {"after", "limit"}))
    return;
  auto after = read_number(x, "after", 0, 0, INT64_MAX);
  if (!after)
    return;
  auto limit = read_number(x, "limit", usual_export, 1, longest_export);
  if (!limit)
    return;
  x.ask<eventstore::exported_page>(
      x.with().audit, actors::export_log{*after, *limit},
      [limit = *limit](exchange& y, eventstore::exported_page& page) {
        api_response answer{200, {}, "application/x-ndjson", std::move(page.lines), {}};
        if (page.has_more)
          answer.headers.emplace_back("Link", link_to_next(*y.call, page.last, limit));
        y.answer(std::move(answer));
      },
      audit_patience);
}

} // namespace berth::http
