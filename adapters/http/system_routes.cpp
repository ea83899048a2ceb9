#include "adapters/http/account_json.hpp"
#include "adapters/http/routes.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <charconv>

namespace berth::http {

namespace {

namespace json = boost::json;

constexpr std::uint64_t usual_page = 50;
constexpr std::uint64_t longest_page = 200;

/// Reads a whole number from the query; refuses, and gives nothing, when it is none in the range.
std::optional<std::uint64_t> read_number(exchange& x, const char* name, std::uint64_t otherwise,
                                         std::uint64_t most) {
  auto text = query_parameter(x.call, name);
  if (!text)
    return otherwise;
  std::uint64_t number = 0;
  auto read = std::from_chars(text->data(), text->data() + text->size(), number);
  if (read.ec == std::errc{} && read.ptr == text->data() + text->size() && number >= 1
      && number <= most)
    return number;
  x.refuse(invalid_fields(
      {{std::string{"#/"} + name, "must be a whole number from 1 to " + std::to_string(most)}}));
  return std::nullopt;
}

// -- readiness ----------------------------------------------------------------

struct check {
  const char* name;
  bool ok = false;
  std::string detail;
};
using checks = std::vector<check>;

json::array checks_array(const checks& made) {
  json::array all;
  for (const auto& one : made)
    all.push_back(json::object{{"name", one.name}, {"ok", one.ok}, {"detail", one.detail}});
  return all;
}

void answer_checks(exchange& x, const checks& made) {
  if (std::ranges::all_of(made, &check::ok))
    return x.answer(
        200, json::serialize(json::object{{"status", "ready"}, {"checks", checks_array(made)}}));
  problem why{.status = 503,
              .type = "not-ready",
              .title = "Not ready yet",
              .detail = "see checks",
              .headers = {{"Retry-After", "5"}}};
  auto response = respond(why, x.call);
  auto body = json::parse(response.body).as_object();
  body["checks"] = checks_array(made);
  response.body = json::serialize(body);
  x.answer(std::move(response));
}

/// Asks an actor that must answer; goes on with one more check made, whatever came of it.
template <class Answer, class Actor, class Message>
void make_check(exchange x, const Actor& whom, Message message, const char* name, checks made,
                std::function<void(exchange&, checks)> next,
                std::function<std::string(const Answer&)> fault) {
  x.self->request(whom, patience, std::move(message))
      .then(
          [x, name, made, next, fault](const Answer& answer) mutable {
            auto wrong = fault(answer);
            made.push_back({name, wrong.empty(), wrong.empty() ? "fine" : wrong});
            next(x, std::move(made));
          },
          [x, name, made, next](const caf::error&) mutable {
            made.push_back({name, false, "does not answer"});
            next(x, std::move(made));
          });
}

template <class Answer>
std::string no_fault(const Answer&) {
  return {};
}

/// Without a measurement every launch would be refused.
std::string fault_of_loads(const actors::node_loads& loads) {
  bool measured = std::ranges::any_of(
      loads.nodes, [](const domain::candidate& node) { return node.sample.has_value(); });
  return measured || loads.nodes.empty() ? ""
                                         : "no node has been measured yet: is Proxmox reachable?";
}

} // namespace

void show_health(exchange x) {
  x.answer(200, R"({"status":"up"})");
}

void check_readiness(exchange x) {
  auto check_loads = [](exchange& y, checks made) {
    make_check<actors::node_loads>(y, y.with().scheduler, actors::get_node_loads{}, "proxmox",
                                   std::move(made), answer_checks, fault_of_loads);
  };
  auto check_tables = [check_loads](exchange& y, checks made) {
    make_check<actors::template_list>(y, y.with().directory, actors::list_templates{}, "read_model",
                                      std::move(made), check_loads,
                                      no_fault<actors::template_list>);
  };
  make_check<actors::debts>(x, x.with().journal, actors::read_debts{}, "event_log", {},
                            check_tables, no_fault<actors::debts>);
}

void scrape_metrics(exchange x) {
  if (!x.with().metrics)
    return x.refuse(not_found("there are no metrics"));
  x.ask<actors::exposition>(
      x.with().metrics, actors::scrape{}, [](exchange& y, actors::exposition& all) {
        y.answer({200, {}, "text/plain; version=0.0.4; charset=utf-8", std::move(all.text), {}});
      });
}

// -- the log ------------------------------------------------------------------

namespace {

using logins_by_actor = std::map<std::string, std::string>;

void answer_audit(exchange& x, std::uint64_t before, std::uint64_t limit,
                  const logins_by_actor& logins) {
  auto last = before - 1;
  actors::read_events wanted{last > limit ? last - limit : 0, std::min(last, limit)};
  x.ask<actors::event_page>(x.with().journal, wanted,
                            [logins](exchange& y, const actors::event_page& page) {
                              y.answer(200, write_audit(page.events, logins));
                            });
}

void find_head(exchange& x, std::uint64_t before, std::uint64_t limit,
               const logins_by_actor& logins) {
  x.ask<actors::debts>(x.with().journal, actors::read_debts{},
                       [before, limit, logins](exchange& y, const actors::debts& owed) {
                         answer_audit(y, std::min(before, owed.head + 1), limit, logins);
                       });
}

} // namespace

void read_audit(exchange x) {
  if (refuses_query(x, {"before", "limit"}))
    return;
  auto before = read_number(x, "before", INT64_MAX, INT64_MAX);
  if (!before)
    return;
  auto limit = read_number(x, "limit", usual_page, longest_page);
  if (!limit)
    return;
  x.ask<actors::user_list>(x.with().accounts, actors::list_users{},
                           [before, limit](exchange& y, const actors::user_list& list) {
                             logins_by_actor logins;
                             for (const auto& user : list.users)
                               logins["user:" + std::to_string(user.is.id.value)] = user.is.login;
                             find_head(y, *before, *limit, logins);
                           });
}

/// Begins where the client stopped; at the end of the log when it has not begun yet, or when its
/// position is none of this log.
void follow_events(exchange x) {
  if (refuses_query(x, {"last_event_id"}))
    return;
  auto last = x.call.last_event_id;
  if (last.empty())
    last = query_parameter(x.call, "last_event_id").value_or("");
  x.ask<actors::debts>(
      x.with().journal, actors::read_debts{}, [last](exchange& y, const actors::debts& owed) {
        event_feed feed{.who = y.who,
                        .after = owed.head,
                        .is_reset = false,
                        .shows_all = authorize(y.who, action::see_all)};
        if (!last.empty()) {
          std::uint64_t position = 0;
          auto read = std::from_chars(last.data(), last.data() + last.size(), position);
          bool is_ours = read.ec == std::errc{} && read.ptr == last.data() + last.size()
                         && position <= owed.head;
          feed.is_reset = !is_ours;
          if (is_ours)
            feed.after = position;
        }
        api_response stream{200, {}, "text/event-stream", {}, {}};
        stream.feed = std::move(feed);
        y.answer(std::move(stream));
      });
}

} // namespace berth::http
