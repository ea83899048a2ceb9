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
  auto response = respond(why, *x.call);
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

// -- events -------------------------------------------------------------------

/// Begins where the client stopped; at the end of the log when it has not begun yet, or when its
/// position is none of this log.
void follow_events(exchange x) {
  if (refuses_query(x, {"last_event_id"}))
    return;
  auto last = x.call->last_event_id;
  if (last.empty())
    last = query_parameter(*x.call, "last_event_id").value_or("");
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
