#include "actors/errors.hpp"
#include "adapters/http/request_body.hpp"
#include "adapters/http/routes.hpp"
#include "adapters/http/session_json.hpp"
#include "adapters/http/token_hash.hpp"
#include "domain/session/session_policy.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>

namespace berth::http {

namespace {

using actors::errc;

constexpr std::size_t shortest_key = 8;
constexpr std::size_t longest_key = 128;
constexpr std::uint32_t usual_page = 50;
constexpr std::uint32_t longest_page = 200;

std::int64_t minutes(domain::duration of) {
  return std::chrono::duration_cast<std::chrono::minutes>(of).count();
}

/// Times that are left are of this second, as the Date of the answer is: see `written_answers`.
shown how(const exchange& x, bool to_admin = false) {
  return {std::chrono::floor<std::chrono::seconds>(x.now()), x.with().has_desktops, to_admin};
}

void answer_session(exchange& x, const actors::session_view& view) {
  x.answer(200, write_session(view, how(x)));
}

// -- launching ----------------------------------------------------------------

/// The command ids of a launch: one a day for the same key, so that a key is free again after a
/// while, and yesterday's, which may still have to be repeated.
bool read_key(exchange& x, actors::launch_session& wanted) {
  const auto& key = x.call->idempotency_key;
  if (key.empty()) {
    wanted.command = x.with().next_id();
    return true;
  }
  bool printable = std::ranges::all_of(key, [](char c) { return c > ' ' && c < 0x7f; });
  if (!printable || key.size() < shortest_key || key.size() > longest_key) {
    x.refuse({.status = 400,
              .type = "idempotency-key",
              .title = "The Idempotency-Key cannot be used",
              .detail = "it must be 8 to 128 printable characters without blanks"});
    return false;
  }
  auto today = std::chrono::floor<std::chrono::days>(x.now()).time_since_epoch().count();
  auto on_day = [&x, &key](std::int64_t day) {
    return command_id("user:" + std::to_string(x.who.id.value) + ":" + std::to_string(day) + ":"
                      + key);
  };
  wanted.command = on_day(today);
  wanted.earlier_command = on_day(today - 1);
  return true;
}

void launch(exchange& x, const actors::launch_session& wanted) {
  x.ask<actors::session_view>(
      x.with().supervisor, wanted,
      [](exchange& y, const actors::session_view& view) {
        api_response created{201,
                             {{"Location", "/sessions/" + domain::to_string(view.session.id)}},
                             "application/json",
                             write_session(view, how(y)),
                             {}};
        if (view.is_repeat)
          created.headers.emplace_back("Idempotent-Replayed", "true");
        y.answer(std::move(created));
      },
      launch_patience);
}

void find_kept(exchange& x, actors::launch_session wanted) {
  if (wanted.type != domain::session_type::persistent)
    return launch(x, wanted);
  x.ask<actors::kept_session>(
      x.with().directory,
      actors::find_kept_session{wanted.owner, wanted.from_template, x.self->state.recent.seen()},
      [wanted](exchange& y, const actors::kept_session& kept) mutable {
        wanted.resumes = kept.id;
        launch(y, wanted);
      });
}

void check_template(exchange& x, actors::launch_session wanted) {
  auto found = [wanted](exchange& y, const actors::template_view& known) mutable {
    if (!known.is.is_active)
      return y.refuse(invalid_fields({{"#/template_id", "this template is disabled"}}));
    wanted.from = known.is.spec;
    find_kept(y, wanted);
  };
  auto missing = [](exchange& y, const caf::error& why) {
    if (actors::code_of(why) == errc::unknown)
      return y.refuse(invalid_fields({{"#/template_id", "there is no such template"}}));
    y.refuse(problem_of(why));
  };
  x.ask<actors::template_view>(x.with().inventory, actors::get_template{wanted.from_template},
                               found, patience, missing);
}

// -- lists --------------------------------------------------------------------

/// Reads `limit`, `cursor` and `status`; what is wrong goes to `errors`.
eventstore::session_filter read_filter(const api_call& call, std::vector<field_error>& errors) {
  eventstore::session_filter wanted{.limit = usual_page};
  if (auto limit = query_parameter(call, "limit")) {
    auto read = std::from_chars(limit->data(), limit->data() + limit->size(), wanted.limit);
    if (read.ec != std::errc{} || read.ptr != limit->data() + limit->size() || wanted.limit < 1
        || wanted.limit > longest_page)
      errors.push_back({"#/limit", "must be a whole number from 1 to 200"});
  }
  if (auto cursor = query_parameter(call, "cursor")) {
    if (auto id = domain::parse_ulid(*cursor))
      wanted.before = domain::session_id{*id};
    else
      errors.push_back({"#/cursor", "must be the next_cursor of a page before"});
  }
  if (auto status = query_parameter(call, "status")) {
    constexpr std::string_view all[] = {"pending", "active", "expired", "failed"};
    if (std::ranges::find(all, *status) == std::end(all))
      errors.push_back({"#/status", "must be pending, active, expired or failed"});
    wanted.status = std::move(*status);
  }
  return wanted;
}

/// The same request, one page on (RFC 8288).
std::string link_to_next(const api_call& call, const std::string& cursor) {
  auto target = call.target.substr(0, call.target.find('?')) + "?cursor=" + cursor;
  for (const auto* name : {"limit", "status", "owner", "node", "open"})
    if (auto value = query_parameter(call, name))
      target += std::string{"&"} + name + '='
                + boost::urls::encode(*value, boost::urls::unreserved_chars);
  return '<' + target + R"(>; rel="next")";
}

/// Everything that the answer to this call depends on, with the log up to where it is known of.
std::string key_of_list(const exchange& x, bool to_admin) {
  auto whose = to_admin ? std::string{"all"} : std::to_string(x.who.id.value);
  return "list " + whose + ' ' + std::to_string(x.self->state.recent.seen()) + ' ' + x.call->target;
}

/// True when the same was asked for a moment ago, and nothing has changed since.
bool answers_again(exchange& x, bool to_admin) {
  const auto* written = x.self->state.written.find(key_of_list(x, to_admin), x.now());
  if (written)
    x.answer(*written);
  return written != nullptr;
}

void answer_list(exchange& x, eventstore::session_filter wanted, bool to_admin) {
  // One more than is shown, to know whether there is a next page.
  auto limit = wanted.limit++;
  x.ask<actors::session_list>(
      x.with().directory, actors::list_sessions{wanted, x.self->state.recent.seen()},
      [limit, to_admin](exchange& y, actors::session_list& list) {
        std::string next;
        if (list.sessions.size() > limit) {
          list.sessions.resize(limit);
          next = domain::to_string(list.sessions.back().id);
        }
        auto as = how(y, to_admin);
        api_response page{200, {}, "application/json", write_sessions(list.sessions, next, as), {}};
        if (!next.empty())
          page.headers.emplace_back("Link", link_to_next(*y.call, next));
        // A list that is behind the log would be shown again to who has seen more.
        auto& my = y.self->state;
        auto head = my.recent.head();
        if (head && list.position >= *head)
          my.written.keep(key_of_list(y, to_admin), page, as.now);
        y.answer(std::move(page));
      });
}

// -- one session --------------------------------------------------------------

/// Calls `use` with the session of the path, once it is known that the caller may do `wanted` to
/// it.
void with_session(exchange& x, action wanted,
                  std::function<void(exchange&, const actors::session_view&)> use) {
  auto id = domain::parse_ulid(x.at.parameter);
  if (!id)
    return x.refuse(not_found("'" + x.at.parameter.substr(0, 40) + "' is not a session id"));
  auto check = [wanted, use = std::move(use)](exchange& y, const actors::session_view& view) {
    if (!authorize(y.who, wanted, view.session.owner))
      return y.refuse(forbidden("this session belongs to somebody else"));
    use(y, view);
  };
  auto& recent = x.self->state.recent;
  if (const auto* known = recent.find({*id}))
    return check(x, *known);
  x.ask<actors::session_view>(
      x.with().supervisor, actors::get_session{{*id}},
      [check, expected = recent.expect({*id})](exchange& y, const actors::session_view& view) {
        y.self->state.recent.keep(view, expected);
        check(y, view);
      });
}

/// Sends a change of a session, and answers with what became of it.
template <class Change, class Done>
void change_session(exchange& x, Change change, Done done) {
  x.ask<actors::session_view>(x.with().supervisor, std::move(change), done, launch_patience);
}

void no_content(exchange& x, const actors::session_view&) {
  x.no_content();
}

/// Calls `write` with the session's events.
void answer_from_stream(exchange& x, const domain::session_id& id,
                        std::string (*write)(const domain::session_id&,
                                             const std::vector<eventstore::recorded_event>&)) {
  x.ask<actors::stream_history>(x.with().journal, actors::read_stream{eventstore::stream_of(id)},
                                [id, write](exchange& y, const actors::stream_history& history) {
                                  if (history.events.empty())
                                    return y.refuse(
                                        not_found("there is no session " + domain::to_string(id)));
                                  y.answer(200, write(id, history.events));
                                });
}

} // namespace

void launch_session(exchange x) {
  request_body body{x.call->body};
  actors::launch_session wanted{.owner = x.who.id};
  wanted.from_template.value =
      static_cast<std::uint32_t>(body.integer("template_id", 1, UINT32_MAX));
  wanted.lifetime = std::chrono::minutes{body.integer(
      "duration_minutes", minutes(domain::shortest_lifetime), minutes(domain::longest_lifetime))};
  wanted.type =
      body.optional_choice("session_type", domain::parse_session_type, "ephemeral or persistent")
          .value_or(domain::session_type::ephemeral);
  if (auto fault = body.fault())
    return x.refuse(*fault);
  if (read_key(x, wanted))
    check_template(x, wanted);
}

void list_my_sessions(exchange x) {
  if (answers_again(x, false))
    return;
  if (refuses_query(x, {"status", "limit", "cursor"}))
    return;
  std::vector<field_error> errors;
  auto wanted = read_filter(*x.call, errors);
  if (!errors.empty())
    return x.refuse(invalid_fields(std::move(errors)));
  wanted.owner = x.who.id;
  answer_list(x, wanted, false);
}

void list_all_sessions(exchange x) {
  if (answers_again(x, true))
    return;
  if (refuses_query(x, {"status", "limit", "cursor", "owner", "node", "open"}))
    return;
  std::vector<field_error> errors;
  auto wanted = read_filter(*x.call, errors);
  if (auto owner = query_parameter(*x.call, "owner")) {
    domain::user_id id;
    auto read = std::from_chars(owner->data(), owner->data() + owner->size(), id.value);
    if (read.ec != std::errc{} || read.ptr != owner->data() + owner->size())
      errors.push_back({"#/owner", "must be the id of a user"});
    wanted.owner = id;
  }
  if (auto node = query_parameter(*x.call, "node"))
    wanted.node = domain::node_name{*node};
  if (auto open = query_parameter(*x.call, "open")) {
    if (*open != "true" && *open != "false")
      errors.push_back({"#/open", "must be true or false"});
    wanted.not_closed = *open == "true";
  }
  if (!errors.empty())
    return x.refuse(invalid_fields(std::move(errors)));
  answer_list(x, wanted, true);
}

void show_session(exchange x) {
  with_session(x, action::see_session, [](exchange& y, const actors::session_view& view) {
    auto& written = y.self->state.written;
    auto key = domain::to_string(view.session.id) + ' ' + std::to_string(view.position);
    auto as = how(y);
    const auto* answer = written.find(key, as.now);
    if (!answer)
      answer = &written.keep(key, {.body = write_session(view, as)}, as.now);
    // Weak: the seconds that are left change without a new version.
    answer_tagged(y, "W/" + version_tag(view.version), answer->body);
  });
}

void end_session(exchange x) {
  with_session(x, action::steer_session, [](exchange& y, const actors::session_view& view) {
    auto as = view.session.owner == y.who.id ? actors::end_by::owner : actors::end_by::admin;
    change_session(y, actors::end_session{view.session.id, y.who.id, as, {}}, no_content);
  });
}

void end_any_session(exchange x) {
  request_body body{x.call->body};
  auto reason = body.text("reason", 1, 200);
  if (auto fault = body.fault())
    return x.refuse(*fault);
  with_session(x, action::administer, [reason](exchange& y, const actors::session_view& view) {
    change_session(y, actors::end_session{view.session.id, y.who.id, actors::end_by::admin, reason},
                   answer_session);
  });
}

void extend_session(exchange x) {
  request_body body{x.call->body};
  std::chrono::minutes more{body.integer("minutes", 1, minutes(domain::longest_total))};
  if (auto fault = body.fault())
    return x.refuse(*fault);
  with_session(x, action::steer_session, [more](exchange& y, const actors::session_view& view) {
    change_session(y, actors::extend_session{view.session.id, y.who.id, more}, answer_session);
  });
}

void discard_vm(exchange x) {
  with_session(x, action::steer_session, [](exchange& y, const actors::session_view& view) {
    change_session(y, actors::discard_vm{view.session.id, y.who.id}, no_content);
  });
}

void show_history(exchange x) {
  with_session(x, action::see_session, [](exchange& y, const actors::session_view& view) {
    answer_from_stream(y, view.session.id, write_history);
  });
}

void explain_placement(exchange x) {
  auto id = domain::parse_ulid(x.at.parameter);
  if (!id)
    return x.refuse(not_found("'" + x.at.parameter.substr(0, 40) + "' is not a session id"));
  answer_from_stream(x, {*id}, write_placement);
}

void open_desktop(exchange x) {
  with_session(x, action::open_desktop, [](exchange& y, const actors::session_view& view) {
    y.ask<actors::desktop_link>(
        y.with().desktops, actors::open_desktop{view.session.id, y.who.id},
        [](exchange& z, const actors::desktop_link& link) {
          z.answer({303, {{"Location", link.url.reveal()}}, {}, {}, {}});
        },
        launch_patience);
  });
}

} // namespace berth::http
