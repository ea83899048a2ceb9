#include "adapters/http/http_facade_actor.hpp"

#include "actors/errors.hpp"
#include "adapters/http/api_json.hpp"
#include "adapters/http/problem.hpp"
#include "adapters/http/router.hpp"
#include "adapters/http/token_hash.hpp"

#include <caf/typed_response_promise.hpp>

#include <algorithm>
#include <utility>

namespace berth::http {

namespace {

using facade_pointer = http_facade_actor::stateful_pointer<facade_state>;
using actors::errc;

constexpr auto patience = std::chrono::seconds{10};
constexpr auto launch_patience = std::chrono::seconds{30};
constexpr std::size_t shortest_key = 8;
constexpr std::size_t longest_key = 128;

/// One call on its way: what was asked, who asks, and where the answer goes.
struct exchange {
  facade_pointer self;
  api_call call;
  route to;
  actors::caller who;
  caf::typed_response_promise<api_response> promise;

  bool admin() const { return who.held == domain::role::admin; }
  domain::time_point now() const { return self->state.with.now(); }

  void answer(api_response response) { promise.deliver(std::move(response)); }
  void answer(int status, std::string body) {
    answer(api_response{status, {}, "application/json", std::move(body)});
  }
  void refuse(const problem& why) { answer(respond(why, call)); }
  auto on_error() {
    return [x = *this](const caf::error& why) mutable { x.refuse(problem_of(why)); };
  }
  /// Later lists must contain what this client has seen.
  void remember(const actors::session_view& view) {
    auto& newest = self->state.answered;
    newest = std::max(newest, view.position);
  }
};

// -- sessions -----------------------------------------------------------------

std::variant<domain::ulid, problem> command_of(const exchange& x) {
  const auto& key = x.call.idempotency_key;
  if (key.empty())
    return x.self->state.with.next_id();
  bool printable = std::ranges::all_of(key, [](char c) { return c > ' ' && c < 0x7f; });
  if (!printable || key.size() < shortest_key || key.size() > longest_key)
    return problem{.status = 400,
                   .type = "idempotency-key",
                   .title = "The Idempotency-Key cannot be used",
                   .detail = "it must be 8 to 128 printable characters without blanks"};
  return command_id("user:" + std::to_string(x.who.id.value) + ":" + key);
}

void launched(exchange& x, const actors::session_view& view) {
  x.remember(view);
  auto id = domain::to_string(view.session.id);
  x.answer(
      {201, {{"Location", "/sessions/" + id}}, "application/json", write_session(view, x.now())});
}

void launch(exchange x, actors::launch_session wanted) {
  x.self->request(x.self->state.with.supervisor, launch_patience, std::move(wanted))
      .then([x](const actors::session_view& view) mutable { launched(x, view); }, x.on_error());
}

void find_kept(exchange x, actors::launch_session wanted) {
  if (wanted.type != domain::session_type::persistent)
    return launch(std::move(x), std::move(wanted));
  x.self
      ->request(x.self->state.with.directory, patience,
                actors::find_kept_session{wanted.owner, wanted.from_template})
      .then(
          [x, wanted](const actors::kept_session& kept) mutable {
            wanted.resumes = kept.id;
            launch(std::move(x), std::move(wanted));
          },
          x.on_error());
}

void check_template(exchange x, actors::launch_session wanted) {
  x.self
      ->request(x.self->state.with.directory, patience, actors::find_template{wanted.from_template})
      .then(
          [x, wanted](const eventstore::template_row& found) mutable {
            if (!found.is.is_active)
              return x.refuse(invalid_fields({{"#/template_id", "this template is disabled"}}));
            wanted.from = found.is.spec;
            find_kept(std::move(x), std::move(wanted));
          },
          [x](const caf::error& why) mutable {
            if (actors::code_of(why) == errc::unknown)
              return x.refuse(invalid_fields({{"#/template_id", "there is no such template"}}));
            x.refuse(problem_of(why));
          });
}

void launch_session(exchange x) {
  auto read = read_launch(x.call.body);
  if (const auto* wrong = std::get_if<problem>(&read))
    return x.refuse(*wrong);
  auto command = command_of(x);
  if (const auto* wrong = std::get_if<problem>(&command))
    return x.refuse(*wrong);
  const auto& body = std::get<launch_body>(read);
  check_template(x, {.owner = x.who.id,
                     .from_template = body.from_template,
                     .type = body.type,
                     .lifetime = body.lifetime,
                     .command = std::get<domain::ulid>(command)});
}

void list_sessions(exchange x) {
  x.self
      ->request(x.self->state.with.directory, patience,
                actors::list_sessions{{.owner = x.who.id}, x.self->state.answered})
      .then(
          [x](const actors::session_list& list) mutable {
            x.answer(200, write_sessions(list, x.now()));
          },
          x.on_error());
}

/// Calls `use` with the session of the path, once it is known to be the caller's or an admin calls.
void with_session(exchange x, std::function<void(exchange&, const actors::session_view&)> use) {
  auto id = domain::parse_ulid(x.to.parameter);
  if (!id)
    return x.refuse(not_found("'" + x.to.parameter.substr(0, 40) + "' is not a session id"));
  x.self->request(x.self->state.with.supervisor, patience, actors::get_session{{*id}})
      .then(
          [x, use = std::move(use)](const actors::session_view& view) mutable {
            if (view.session.owner != x.who.id && !x.admin())
              return x.refuse(forbidden("this session belongs to somebody else"));
            use(x, view);
          },
          x.on_error());
}

void show_session(exchange x) {
  with_session(std::move(x), [](exchange& y, const actors::session_view& view) {
    y.answer(200, write_session(view, y.now()));
  });
}

/// Sends a change of a session, and answers with what became of it.
template <class Change>
void change_session(exchange& x, Change change,
                    std::function<void(exchange&, const actors::session_view&)> done) {
  x.self->request(x.self->state.with.supervisor, launch_patience, std::move(change))
      .then(
          [x, done = std::move(done)](const actors::session_view& view) mutable {
            x.remember(view);
            done(x, view);
          },
          x.on_error());
}

void no_content(exchange& x, const actors::session_view&) {
  x.answer({204, {}, {}, {}});
}

void end_session(exchange x) {
  with_session(std::move(x), [](exchange& y, const actors::session_view& view) {
    auto as = view.session.owner == y.who.id ? actors::end_by::owner : actors::end_by::admin;
    change_session(y, actors::end_session{view.session.id, y.who.id, as, {}}, no_content);
  });
}

void extend_session(exchange x) {
  auto read = read_extension(x.call.body);
  if (const auto* wrong = std::get_if<problem>(&read))
    return x.refuse(*wrong);
  auto more = std::get<domain::duration>(read);
  with_session(std::move(x), [more](exchange& y, const actors::session_view& view) {
    change_session(y, actors::extend_session{view.session.id, y.who.id, more},
                   [](exchange& z, const actors::session_view& extended) {
                     z.answer(200, write_session(extended, z.now()));
                   });
  });
}

void discard_vm(exchange x) {
  with_session(std::move(x), [](exchange& y, const actors::session_view& view) {
    change_session(y, actors::discard_vm{view.session.id, y.who.id}, no_content);
  });
}

// -- templates and nodes ------------------------------------------------------

void list_templates(exchange x) {
  x.self->request(x.self->state.with.directory, patience, actors::list_templates{})
      .then(
          [x](const actors::template_list& list) mutable { x.answer(200, write_templates(list)); },
          x.on_error());
}

void add_loads(exchange x, const actors::node_list& registered) {
  x.self->request(x.self->state.with.scheduler, patience, actors::get_node_loads{})
      .then(
          [x, registered](const actors::node_loads& loads) mutable {
            x.answer(200, write_nodes(registered, loads, x.now()));
          },
          x.on_error());
}

void list_nodes(exchange x) {
  x.self->request(x.self->state.with.directory, patience, actors::list_nodes{})
      .then([x](const actors::node_list& registered) { add_loads(x, registered); }, x.on_error());
}

/// Without a measurement every launch would be refused.
void check_loads(exchange x) {
  x.self->request(x.self->state.with.scheduler, patience, actors::get_node_loads{})
      .then(
          [x](const actors::node_loads& loads) mutable {
            bool measured = std::ranges::any_of(
                loads.nodes, [](const domain::candidate& node) { return node.sample.has_value(); });
            if (measured || loads.nodes.empty())
              return x.answer(200, R"({"status":"ready"})");
            x.refuse({.status = 503,
                      .type = "not-ready",
                      .title = "Not ready yet",
                      .detail = "no node has been measured yet: is Proxmox reachable?",
                      .headers = {{"Retry-After", "5"}}});
          },
          x.on_error());
}

void check_tables(exchange x) {
  x.self->request(x.self->state.with.directory, patience, actors::list_templates{})
      .then([x](const actors::template_list&) { check_loads(x); }, x.on_error());
}

/// Ready when the log and the read model answer and the nodes have been measured.
void check_readiness(exchange x) {
  x.self->request(x.self->state.with.journal, patience, actors::read_debts{})
      .then([x](const actors::debts&) { check_tables(x); }, x.on_error());
}

void dispatch(exchange x) {
  switch (x.to.does) {
  case operation::health:
    return x.answer(200, R"({"status":"up"})");
  case operation::readiness:
    return check_readiness(std::move(x));
  case operation::launch_session:
    return launch_session(std::move(x));
  case operation::list_sessions:
    return list_sessions(std::move(x));
  case operation::show_session:
    return show_session(std::move(x));
  case operation::end_session:
    return end_session(std::move(x));
  case operation::extend_session:
    return extend_session(std::move(x));
  case operation::discard_vm:
    return discard_vm(std::move(x));
  case operation::list_templates:
    return list_templates(std::move(x));
  case operation::list_nodes:
    return list_nodes(std::move(x));
  }
}

// -- who asks -----------------------------------------------------------------

/// The one place that decides whether a caller may do what a route does.
bool authorize(const exchange& x) {
  return x.to.open_to != access::admin || x.admin();
}

void authenticate(exchange x) {
  constexpr std::string_view scheme = "Bearer ";
  if (!x.call.authorization.starts_with(scheme))
    return x.refuse(unauthorized());
  auto hash = token_hash(x.call.authorization.substr(scheme.size()));
  x.call.authorization.clear(); // Nothing behind this point needs the secret.
  x.self->request(x.self->state.with.accounts, patience, actors::authenticate{hash, false})
      .then(
          [x](const actors::caller& user) mutable {
            x.who = user;
            if (!authorize(x))
              return x.refuse(forbidden("this is for administrators"));
            dispatch(std::move(x));
          },
          [x](const caf::error& why) mutable {
            x.refuse(actors::code_of(why) == errc::unknown ? unauthorized() : problem_of(why));
          });
}

problem unsupported_body() {
  return {.status = 415,
          .type = "unsupported-media-type",
          .title = "The body must be JSON",
          .detail = "send Content-Type: application/json"};
}

void answer_call(exchange x) {
  auto found = find_route(x.call.method, x.call.target);
  if (const auto* wrong = std::get_if<wrong_method>(&found))
    return x.refuse(method_not_allowed(wrong->allowed));
  if (std::holds_alternative<no_such_path>(found))
    return x.refuse(not_found("there is nothing at this path"));
  x.to = std::get<route>(found);
  if (!x.call.body.empty() && !x.call.content_type.starts_with("application/json"))
    return x.refuse(unsupported_body());
  if (x.to.open_to == access::anyone)
    return dispatch(std::move(x));
  authenticate(std::move(x));
}

} // namespace

http_facade_actor::behavior_type http_facade(facade_pointer self, facade_collaborators with) {
  self->state.with = std::move(with);
  return {
      [self](api_call& call) {
        auto promise = self->make_response_promise<api_response>();
        answer_call({self, std::move(call), {}, {}, promise});
        return promise;
      },
  };
}

} // namespace berth::http
