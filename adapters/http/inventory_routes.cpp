#include "adapters/http/inventory_json.hpp"
#include "adapters/http/routes.hpp"

#include <algorithm>
#include <charconv>

namespace berth::http {

namespace {

using actors::node_view;
using actors::template_view;

constexpr std::uint32_t most_sessions_shown = 200;

std::optional<domain::template_id> template_of_path(exchange& x) {
  const auto& text = x.at.parameter;
  domain::template_id id;
  auto read = std::from_chars(text.data(), text.data() + text.size(), id.value);
  if (read.ec == std::errc{} && read.ptr == text.data() + text.size())
    return id;
  x.refuse(not_found("'" + text.substr(0, 40) + "' is not a template id"));
  return std::nullopt;
}

void answer_template(exchange& x, const template_view& shown) {
  answer_tagged(x, version_tag(shown.version), write_template(shown));
}

// -- one node, gathered from five actors ----------------------------------------

using use_details = std::function<void(exchange&, const node_details&)>;

void add_sessions(exchange& x, node_details details, use_details use) {
  actors::list_sessions wanted{
      {.node = details.registered.is.name, .not_closed = true, .limit = most_sessions_shown},
      x.self->state.recent.seen()};
  x.ask<actors::session_list>(x.with().directory, wanted,
                              [details, use](exchange& y, actors::session_list& list) mutable {
                                details.sessions = std::move(list.sessions);
                                use(y, details);
                              });
}

void add_history(exchange& x, node_details details, use_details use) {
  x.ask<actors::recent_loads>(x.with().load_history, actors::get_recent_loads{},
                              [details, use](exchange& y, actors::recent_loads& history) mutable {
                                details.recent =
                                    std::move(history.recent[details.registered.is.name]);
                                add_sessions(y, std::move(details), use);
                              });
}

void add_load(exchange& x, node_details details, use_details use) {
  x.ask<actors::node_loads>(x.with().scheduler, actors::get_node_loads{},
                            [details, use](exchange& y, const actors::node_loads& loads) mutable {
                              for (const auto& one : loads.nodes)
                                if (one.of.name == details.registered.is.name)
                                  details.load = one;
                              add_history(y, std::move(details), use);
                            });
}

void gather(exchange& x, const node_view& node, use_details use) {
  node_details details{.registered = {.is = node.is}, .version = node.version};
  x.ask<actors::node_list>(x.with().directory, actors::list_nodes{x.self->state.recent.seen()},
                           [details, use](exchange& y, const actors::node_list& list) mutable {
                             for (const auto& row : list.nodes)
                               if (row.is.name == details.registered.is.name)
                                 details.registered.active_vms = row.active_vms;
                             add_load(y, std::move(details), use);
                           });
}

void answer_node(exchange& x, const node_view& node) {
  gather(x, node, [](exchange& y, const node_details& details) {
    answer_tagged(y, version_tag(details.version),
                  write_node(details, {y.now(), y.with().has_desktops, true}));
  });
}

void answer_nodes(exchange& x, const actors::node_list& registered,
                  const actors::node_loads& loads) {
  x.ask<actors::recent_loads>(
      x.with().load_history, actors::get_recent_loads{},
      [registered, loads](exchange& y, const actors::recent_loads& history) {
        y.answer(200, write_nodes(registered, loads, history, y.now()));
      });
}

void send_change(exchange& x, domain::node_command wanted) {
  auto expected = read_if_match(x);
  if (!expected)
    return;
  x.ask<node_view>(
      x.with().inventory,
      actors::change_node{{x.at.parameter}, std::move(wanted), x.who.id, expected->version},
      answer_node, launch_patience);
}

/// Reads `{"reason": ...}`; refuses, and gives nothing, when it is not that.
std::optional<std::string> read_reason(exchange& x) {
  request_body body{x.call->body};
  auto reason = body.text("reason", 1, 200);
  if (auto fault = body.fault()) {
    x.refuse(*fault);
    return std::nullopt;
  }
  return reason;
}

} // namespace

// -- templates ----------------------------------------------------------------

void list_templates(exchange x) {
  x.ask<actors::template_list>(
      x.with().directory, actors::list_templates{x.self->state.recent.seen()},
      [](exchange& y, const actors::template_list& list) { y.answer(200, write_templates(list)); });
}

void list_all_templates(exchange x) {
  x.ask<actors::all_templates>(x.with().inventory, actors::list_all_templates{},
                               [](exchange& y, const actors::all_templates& list) {
                                 y.answer(200, write_all_templates(list));
                               });
}

void create_template(exchange x) {
  request_body body{x.call->body};
  auto spec = read_template(body, std::nullopt);
  if (auto fault = body.fault())
    return x.refuse(*fault);
  x.ask<template_view>(
      x.with().inventory, actors::create_template{std::move(spec), x.who.id},
      [](exchange& y, const template_view& created) {
        y.answer({201,
                  {{"Location", "/admin/templates/" + std::to_string(created.is.id.value)},
                   {"ETag", version_tag(created.version)}},
                  "application/json",
                  write_template(created),
                  {}});
      },
      launch_patience);
}

void show_template(exchange x) {
  if (auto id = template_of_path(x))
    x.ask<template_view>(x.with().inventory, actors::get_template{*id}, answer_template);
}

/// Fields that are not sent keep their values: they are those of the version that was read.
void change_template(exchange x) {
  auto id = template_of_path(x);
  if (!id)
    return;
  auto expected = read_if_match(x);
  if (!expected)
    return;
  x.ask<template_view>(
      x.with().inventory, actors::get_template{*id},
      [wanted = expected->version](exchange& y, const template_view& before) {
        request_body body{y.call->body};
        auto spec = read_template(body, before.is.spec);
        auto active = body.optional_flag("is_active");
        if (auto fault = body.fault())
          return y.refuse(*fault);
        actors::change_template change{before.is.id, {}, y.who.id, wanted.value_or(before.version)};
        if (spec != before.is.spec)
          change.wanted.emplace_back(domain::change_template{std::move(spec)});
        if (active && *active)
          change.wanted.emplace_back(domain::enable_template{});
        else if (active)
          change.wanted.emplace_back(domain::disable_template{});
        y.ask<template_view>(y.with().inventory, std::move(change), answer_template,
                             launch_patience);
      });
}

// -- nodes --------------------------------------------------------------------

void list_nodes(exchange x) {
  x.ask<actors::node_list>(x.with().directory, actors::list_nodes{x.self->state.recent.seen()},
                           [](exchange& y, const actors::node_list& registered) {
                             y.ask<actors::node_loads>(
                                 y.with().scheduler, actors::get_node_loads{},
                                 [registered](exchange& z, const actors::node_loads& loads) {
                                   answer_nodes(z, registered, loads);
                                 });
                           });
}

void register_node(exchange x) {
  request_body body{x.call->body};
  domain::register_node wanted{.node = {body.text("name", 1, 63)},
                               .hostname = body.text("hostname", 1, 253)};
  wanted.max_vms =
      static_cast<std::uint32_t>(body.optional_integer("max_vms", 1, 10'000).value_or(50));
  if (auto fault = body.fault())
    return x.refuse(*fault);
  x.ask<node_view>(
      x.with().inventory, actors::register_node{wanted, x.who.id},
      [](exchange& y, const node_view& node) {
        y.answer({201,
                  {{"Location", "/admin/nodes/" + node.is.name.value}},
                  "application/json",
                  write_new_node(node.is),
                  {}});
      },
      launch_patience);
}

void show_node(exchange x) {
  x.ask<node_view>(x.with().inventory, actors::get_node{{x.at.parameter}}, answer_node);
}

void change_node(exchange x) {
  x.ask<node_view>(
      x.with().inventory, actors::get_node{{x.at.parameter}},
      [](exchange& y, const node_view& before) {
        request_body body{y.call->body};
        domain::register_node wanted{before.is.name, before.is.hostname, before.is.max_vms};
        if (auto hostname = body.optional_text("hostname", 1, 253))
          wanted.hostname = *hostname;
        if (auto most = body.optional_integer("max_vms", 1, 10'000))
          wanted.max_vms = static_cast<std::uint32_t>(*most);
        if (auto fault = body.fault())
          return y.refuse(*fault);
        send_change(y, wanted);
      });
}

void begin_maintenance(exchange x) {
  if (auto reason = read_reason(x))
    send_change(x, domain::begin_maintenance{*reason});
}

void begin_drain(exchange x) {
  if (auto reason = read_reason(x))
    send_change(x, domain::begin_drain{*reason});
}

void return_node(exchange x) {
  send_change(x, domain::return_node{});
}

void remove_node(exchange x) {
  x.ask<node_view>(
      x.with().inventory,
      actors::change_node{{x.at.parameter}, domain::remove_node{}, x.who.id, {}},
      [](exchange& y, const node_view&) { y.no_content(); }, launch_patience);
}

} // namespace berth::http
