#include "actors/inventory_actor.hpp"

#include "actors/errors.hpp"
#include "actors/log_follower.hpp"

#include <caf/typed_response_promise.hpp>

#include <algorithm>
#include <chrono>
#include <concepts>
#include <functional>
#include <optional>
#include <utility>

namespace berth::actors {

namespace {

using inventory_pointer = inventory_actor::stateful_pointer<inventory_state>;
template <class Is>
using kept = inventory_state::kept<Is>;
using kept_template = kept<domain::vm_template>;
using kept_node = kept<domain::node>;

constexpr auto commit_timeout = std::chrono::seconds{30};
constexpr auto inspection_timeout = std::chrono::seconds{60};
constexpr auto list_timeout = std::chrono::seconds{10};
constexpr std::uint32_t most_sessions_counted = 1000;

// -- folding ------------------------------------------------------------------

template <class Is>
auto& all(inventory_state& my) {
  if constexpr (std::same_as<Is, domain::node>)
    return my.nodes;
  else
    return my.templates;
}

struct fold {
  inventory_state& my;
  const eventstore::recorded_event& recorded;

  void operator()(const domain::template_event& event) const { into(my.templates, event); }
  void operator()(const domain::node_event& event) const { into(my.nodes, event); }
  template <class Other>
  void operator()(const Other&) const {}

  template <class Streams, class Event>
  void into(Streams& streams, const Event& event) const {
    auto& known = streams[recorded.stream];
    if (recorded.version <= known.version)
      return; // Folded when it was committed.
    known.is = domain::evolve(std::move(known.is), event);
    known.version = recorded.version;
  }
};

void take(inventory_state& my, const event_list& events) {
  for (const auto& recorded : events) {
    std::visit(fold{my, recorded}, recorded.event);
    my.position = std::max(my.position, recorded.position);
  }
}

// -- looking ------------------------------------------------------------------

const kept_template* find(const inventory_state& my, domain::template_id id) {
  auto found = my.templates.find(eventstore::stream_of(id));
  return found == my.templates.end() ? nullptr : &found->second;
}

/// Nodes that were removed are not there any more.
const kept_node* find(const inventory_state& my, const domain::node_name& name) {
  auto found = my.nodes.find(eventstore::stream_of(name));
  bool in_use = found != my.nodes.end() && found->second.is.mode != domain::node_mode::removed;
  return in_use ? &found->second : nullptr;
}

template_view view(const kept_template& of) {
  return {of.is, of.version, {}};
}

node_view view(const kept_node& of) {
  return {of.is, of.version};
}

all_templates list(const inventory_state& my) {
  all_templates found;
  for (const auto& [stream, kept] : my.templates)
    found.templates.push_back(view(kept));
  std::ranges::sort(found.templates, {}, [](const auto& one) { return one.is.id; });
  return found;
}

domain::template_id next_template_id(const inventory_state& my) {
  domain::template_id last;
  for (const auto& [stream, kept] : my.templates)
    last = std::max(last, kept.is.id);
  return {last.value + 1};
}

caf::error no_such_template() {
  return make_error(errc::unknown, "no template has this id");
}

caf::error no_such_node() {
  return make_error(errc::unknown, "no node of this name is registered");
}

template <class View>
void refuse(caf::typed_response_promise<View> promise, caf::error why) {
  promise.deliver(std::move(why));
}

// -- committing ---------------------------------------------------------------

/// What somebody wants of one template or node.
template <class Command>
struct change {
  std::string stream;
  std::vector<Command> wanted; ///< all of them or none
  domain::user_id by;
  std::optional<std::uint64_t> if_version;
};
using template_change = change<domain::template_command>;
using node_change = change<domain::node_command>;

/// The events that follow from the whole change; fails like its first refused command.
template <class Is, class Command>
caf::expected<std::vector<domain::event>> decide_all(const kept<Is>& now,
                                                     const change<Command>& what) {
  if (what.if_version && *what.if_version != now.version)
    return make_error(errc::changed_meanwhile, "it has been changed meanwhile");
  auto folded = now.is;
  std::vector<domain::event> all_events;
  for (const auto& command : what.wanted) {
    auto events = domain::decide(folded, command);
    if (!events)
      return make_error(events.error());
    for (const auto& event : *events) {
      folded = domain::evolve(std::move(folded), event);
      all_events.emplace_back(event);
    }
  }
  return all_events;
}

template <class Is, class Command>
kept<Is> current(inventory_state& my, const change<Command>& what) {
  auto& streams = all<Is>(my);
  auto found = streams.find(what.stream);
  return found == streams.end() ? kept<Is>{} : found->second;
}

/// Decides on what is known now, and commits; no other message passes meanwhile. Somebody else's
/// write to the stream is folded, and then it is decided anew: once.
template <class Is, class Command>
void commit(inventory_pointer self, change<Command> what,
            std::function<void(caf::expected<kept<Is>>)> reply, bool is_first_try = true) {
  auto& my = self->state;
  auto before = current<Is>(my, what);
  auto events = decide_all(before, what);
  if (!events)
    return reply(std::move(events.error()));
  if (events->empty())
    return reply(before);
  eventstore::append_request request{
      .stream = what.stream,
      .expected_version = before.version,
      .events = std::move(*events),
      .because = {"user:" + std::to_string(what.by.value), my.with.next_id(), {}}};
  auto decide_anew = [self, what, reply](const stream_history& history) {
    take(self->state, history.events);
    commit<Is>(self, what, reply, false);
  };
  auto fail = [reply](caf::error& why) { reply(std::move(why)); };
  self->request(my.with.journal, commit_timeout, append_events{std::move(request)})
      .await(
          [self, what, reply](const event_page& page) {
            take(self->state, page.events);
            reply(current<Is>(self->state, what));
          },
          [self, what, is_first_try, decide_anew, fail](caf::error& why) {
            if (!is_first_try || code_of(why) != errc::not_in_this_state)
              return fail(why);
            self->request(self->state.with.journal, commit_timeout, read_stream{what.stream})
                .await(decide_anew, fail);
          });
}

/// Turns what became of a commit into the fulfilment of a promise.
auto fulfil(caf::typed_response_promise<template_view> promise, std::vector<std::string> warnings) {
  return [promise, warnings = std::move(warnings)](caf::expected<kept_template> outcome) mutable {
    if (!outcome)
      return refuse(promise, std::move(outcome.error()));
    auto shown = view(*outcome);
    shown.warnings = std::move(warnings);
    promise.deliver(std::move(shown));
  };
}
auto fulfil(caf::typed_response_promise<node_view> promise) {
  return [promise](caf::expected<kept_node> outcome) mutable {
    if (outcome)
      promise.deliver(view(*outcome));
    else
      promise.deliver(std::move(outcome.error()));
  };
}

// -- templates ----------------------------------------------------------------

std::string name_of(domain::vm_id source) {
  return "VM " + std::to_string(source.value);
}

/// Why sessions cannot be cloned from it.
std::optional<caf::error> objection(const template_facts& facts, domain::vm_id source) {
  if (!facts.exists)
    return make_error(errc::invalid, "template_vmid: Proxmox has no " + name_of(source)
                                         + ", or does not show it to Berth");
  if (!facts.is_template)
    return make_error(errc::invalid,
                      "template_vmid: " + name_of(source) + " is not a template in Proxmox");
  return std::nullopt;
}

/// Cores and RAM of a session's VM are set after cloning; its disk stays as the template has it.
std::vector<std::string> differences(const domain::template_spec& said,
                                     const template_facts& facts) {
  std::vector<std::string> warnings;
  auto compare = [&](std::uint32_t wanted, std::uint32_t there, const char* unit,
                     const std::string& hence) {
    if (wanted != there)
      warnings.push_back(name_of(said.source) + " has " + std::to_string(there) + " " + unit
                         + " in Proxmox, not " + std::to_string(wanted) + ": " + hence);
  };
  auto get = [](std::uint32_t wanted, const char* unit) {
    return "its sessions get " + std::to_string(wanted) + " " + unit;
  };
  compare(said.cpu_cores, facts.cpu_cores, "cores", get(said.cpu_cores, "cores"));
  compare(said.ram_mb, facts.ram_mb, "MiB of RAM", get(said.ram_mb, "MiB"));
  compare(said.disk_gb, facts.disk_gb, "GiB of disk", get(facts.disk_gb, "GiB"));
  return warnings;
}

/// Makes sure that Proxmox has the template, then calls `go_on(warnings)`.
template <class GoOn>
void inspect(inventory_pointer self, const domain::template_spec& spec,
             caf::typed_response_promise<template_view> promise, GoOn go_on) {
  self->request(self->state.with.hypervisor, inspection_timeout, inspect_template{spec.source})
      .then(
          [spec, promise, go_on](const template_facts& facts) mutable {
            if (auto why = objection(facts, spec.source))
              return refuse(promise, std::move(*why));
            go_on(differences(spec, facts));
          },
          [promise](const caf::error& why) mutable { promise.deliver(why); });
}

caf::result<template_view> create(inventory_pointer self, const create_template& m) {
  auto as_first = domain::decide(domain::vm_template{}, domain::create_template{{1}, m.spec});
  if (!as_first)
    return make_error(as_first.error());
  auto promise = self->make_response_promise<template_view>();
  inspect(self, m.spec, promise, [self, m, promise](std::vector<std::string> warnings) {
    auto id = next_template_id(self->state);
    template_change what{eventstore::stream_of(id), {domain::create_template{id, m.spec}}, m.by, 0};
    commit<domain::vm_template>(self, std::move(what), fulfil(promise, std::move(warnings)));
  });
  return promise;
}

/// The specification that the change leads to, when its source is another than now.
std::optional<domain::template_spec> new_source(const kept_template& now,
                                                const change_template& m) {
  std::optional<domain::template_spec> last;
  for (const auto& command : m.wanted)
    if (const auto* changed = std::get_if<domain::change_template>(&command))
      last = changed->spec;
  return last && last->source != now.is.spec.source ? last : std::nullopt;
}

caf::result<template_view> change_existing(inventory_pointer self, const change_template& m) {
  const auto* known = find(self->state, m.id);
  if (!known)
    return no_such_template();
  template_change what{eventstore::stream_of(m.id), m.wanted, m.by, m.if_version};
  if (auto events = decide_all(*known, what); !events)
    return events.error();
  auto promise = self->make_response_promise<template_view>();
  auto commit_with = [self, what, promise](std::vector<std::string> warnings) {
    commit<domain::vm_template>(self, what, fulfil(promise, std::move(warnings)));
  };
  if (auto spec = new_source(*known, m))
    inspect(self, *spec, promise, commit_with);
  else
    commit_with({});
  return promise;
}

// -- nodes --------------------------------------------------------------------

caf::error registered_already(const domain::node_name& name) {
  return make_error(errc::not_in_this_state, "the node " + name.value + " is registered already");
}

caf::result<node_view> add(inventory_pointer self, const register_node& m) {
  const auto& name = m.wanted.node;
  if (auto events = domain::decide(domain::node{}, m.wanted); !events)
    return make_error(events.error());
  if (find(self->state, name))
    return registered_already(name);
  auto promise = self->make_response_promise<node_view>();
  auto commit_if_there = [self, m, promise](const node_facts& facts) mutable {
    if (!facts.exists)
      return refuse(promise,
                    make_error(errc::invalid, "name: the cluster has no node of this name"));
    if (find(self->state, m.wanted.node)) // By somebody else, meanwhile.
      return refuse(promise, registered_already(m.wanted.node));
    node_change what{eventstore::stream_of(m.wanted.node), {m.wanted}, m.by, {}};
    commit<domain::node>(self, std::move(what), fulfil(promise));
  };
  self->request(self->state.with.hypervisor, inspection_timeout, inspect_node{name})
      .then(commit_if_there, [promise](const caf::error& why) mutable { promise.deliver(why); });
  return promise;
}

caf::error still_in_use(const domain::node_name& name, std::size_t count, const char* what) {
  return make_error(errc::not_in_this_state,
                    "the node " + name.value + " still has " + std::to_string(count) + " " + what
                        + (count == 1 ? "" : "s") + " of ours: wait for the end");
}

/// VMs that take room there are known to the scheduler; those that are kept, to the directory.
void remove_when_empty(inventory_pointer self, const domain::node_name& name,
                       const node_change& what, caf::typed_response_promise<node_view> promise) {
  auto& with = self->state.with;
  auto fail = [promise](const caf::error& why) mutable { promise.deliver(why); };
  list_sessions unfinished{{.node = name, .not_closed = true, .limit = most_sessions_counted},
                           self->state.position};
  auto remove = [self, name, what, promise](const session_list& listed) mutable {
    if (!listed.sessions.empty())
      return refuse(promise, still_in_use(name, listed.sessions.size(), "session"));
    commit<domain::node>(self, what, fulfil(promise));
  };
  auto count = [self, name, unfinished, remove, fail, promise](const node_loads& loads) mutable {
    auto at = std::ranges::find(loads.nodes, name, [](const auto& node) { return node.of.name; });
    if (at != loads.nodes.end() && !at->reservations.empty())
      return refuse(promise, still_in_use(name, at->reservations.size(), "VM"));
    self->request(self->state.with.directory, list_timeout, unfinished).then(remove, fail);
  };
  self->request(with.scheduler, list_timeout, get_node_loads{}).then(count, fail);
}

caf::result<node_view> change_existing(inventory_pointer self, const change_node& m) {
  const auto* known = find(self->state, m.name);
  if (!known)
    return no_such_node();
  node_change what{eventstore::stream_of(m.name), {m.wanted}, m.by, m.if_version};
  if (auto events = decide_all(*known, what); !events)
    return events.error();
  auto promise = self->make_response_promise<node_view>();
  if (std::holds_alternative<domain::remove_node>(m.wanted))
    remove_when_empty(self, m.name, what, promise);
  else
    commit<domain::node>(self, std::move(what), fulfil(promise));
  return promise;
}

} // namespace

inventory_actor::behavior_type inventory(inventory_pointer self, inventory_collaborators with) {
  auto& my = self->state;
  my.with = std::move(with);
  self->set_down_handler([self](const caf::down_msg&) { self->quit(journal_has_ended()); });
  follow_log(self, my.with.journal, all_unfinished,
             [self](const event_page& page) { take(self->state, page.events); });
  return {
      [self](const create_template& m) { return create(self, m); },
      [self](const change_template& m) { return change_existing(self, m); },
      [self](const get_template& m) -> caf::result<template_view> {
        if (const auto* known = find(self->state, m.id))
          return view(*known);
        return no_such_template();
      },
      [self](const list_all_templates&) { return list(self->state); },
      [self](const register_node& m) { return add(self, m); },
      [self](const change_node& m) { return change_existing(self, m); },
      [self](const get_node& m) -> caf::result<node_view> {
        if (const auto* known = find(self->state, m.name))
          return view(*known);
        return no_such_node();
      },
  };
}

} // namespace berth::actors
