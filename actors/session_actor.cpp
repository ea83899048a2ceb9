#include "actors/session_actor.hpp"

#include "actors/errors.hpp"
#include "actors/session_log.hpp"
#include "domain/broken_rule.hpp"
#include "domain/session/session_policy.hpp"

#include <utility>

namespace berth::actors {

namespace {

using session_pointer = session_interface::stateful_pointer<session_state>;
using answer = std::function<void(caf::expected<session_view>)>;

/// Everything that goes with a command: who wants it, which request it answers, and who is told.
struct wish {
  domain::session_command command;
  std::string actor = "system:session";
  std::optional<domain::ulid> request;
  answer reply = [](const caf::expected<session_view>&) {};
  std::optional<eventstore::stream_version> rests_on; ///< the node that was chosen, as it was then
};

void execute(session_pointer self, wish wanted);
void act(session_pointer self);

domain::duration until(const session_state& my, domain::time_point at) {
  return std::max(domain::duration{}, at - my.with.now());
}

/// 0.8 to 1.2, so that sessions that failed together do not come back together.
double jitter(session_state& my) {
  return 0.8 + 0.4 * static_cast<double>(my.random() % 1001) / 1000;
}

std::string user_actor(domain::user_id by) {
  return "user:" + std::to_string(by.value);
}

// -- deciding and committing --------------------------------------------------

/// Answers a launch, unless the first one with its command was another.
void answer_launch(caf::expected<session_view> outcome, const launch_session& m,
                   const answer& reply) {
  if (outcome && outcome->is_repeat && !is_same(outcome->session, m))
    return reply(make_error(errc::key_reused, "another launch has used this Idempotency-Key"));
  reply(std::move(outcome));
}

/// Decides, commits, folds, answers, acts. Nothing else runs until the commit is durable.
void execute(session_pointer self, wish wanted) {
  auto& my = self->state;
  auto events = domain::decide(my.session, wanted.command, my.with.now());
  if (!events) {
    wanted.reply(make_error(events.error()));
    return act(self);
  }
  if (events->empty()) {
    wanted.reply(view(my));
    return act(self);
  }
  if (domain::is_broken(domain::rule::commits_precede_answers)) {
    auto hasty = my;
    for (const auto& event : *events)
      hasty.session = domain::evolve(std::move(hasty.session), event, my.with.now());
    hasty.position += events->size();
    std::exchange(wanted.reply, [](const caf::expected<session_view>&) {})(view(hasty));
  }
  auto request = append_of(my, *events, wanted.actor, wanted.request);
  if (!domain::is_broken(domain::rule::places_are_still_open))
    request.rests_on = std::move(wanted.rests_on);
  auto committed = [self, reply = wanted.reply](const event_page& page) {
    if (page.events.front().stream != eventstore::stream_of(self->state.id)) {
      reply(first_answer(page.events));
      return act(self);
    }
    fold(self->state, page.events);
    reply(view(self->state));
    act(self);
  };
  auto in_doubt = [self, reply = wanted.reply](caf::error& why) {
    reply(why);
    bool is_new = self->state.version == 0;
    auto code = code_of(why);
    if (is_new && code == errc::changed_meanwhile)
      return; // The launch looks for another node.
    if (code == errc::changed_meanwhile || (is_new && code == errc::log_refused))
      return act(self);
    self->quit(std::move(why)); // Written or not? Whoever comes next reads the log afresh.
  };
  self->request(my.with.journal, commit_timeout, append_events{std::move(request)})
      .await(committed, in_doubt);
}

// -- tending a VM: look, plan, do ---------------------------------------------

void tend(session_pointer self, domain::vm_id vm);

/// Commits what a look or an order has taught, then goes on.
void record(session_pointer self, domain::vm_id vm, domain::session_command command) {
  self->state.tended[vm] = {};
  execute(self, {.command = std::move(command),
                 .reply = [self, vm](const caf::expected<session_view>&) { tend(self, vm); }});
}

void tend_later(session_pointer self, domain::vm_id vm, domain::duration wait) {
  self->delayed_send(self, wait, resume_tending{vm});
}

domain::session_command fault_of(session_state& my, domain::vm_id vm, domain::fault_class fault,
                                 const std::string& reason) {
  const auto* p = std::get_if<domain::provisioning>(&my.session.phase);
  if (p && p->vm.vm == vm)
    return domain::report_fault{vm, fault, reason, jitter(my)};
  return domain::report_teardown_fault{vm, reason, jitter(my)};
}

domain::session_command not_ours(session_state& my, domain::vm_id vm, const std::string& reason) {
  const auto* p = std::get_if<domain::provisioning>(&my.session.phase);
  if (p && p->vm.vm == vm)
    return domain::abandon_attempt{vm, reason, jitter(my)};
  return domain::quarantine{vm, reason};
}

void order_failed(session_pointer self, domain::vm_id vm, const caf::error& why) {
  auto& my = self->state;
  auto text = text_of(why);
  switch (code_of(why).value_or(errc::outcome_unknown)) {
  case errc::transient:
    return record(self, vm, fault_of(my, vm, domain::fault_class::transient, text));
  case errc::capacity:
    return record(self, vm, fault_of(my, vm, domain::fault_class::capacity, text));
  case errc::permanent:
    return record(self, vm, fault_of(my, vm, domain::fault_class::permanent, text));
  case errc::not_ours:
    return record(self, vm, not_ours(my, vm, text));
  default: // Nobody can tell what happened, or nothing did: the next look will.
    return tend_later(self, vm, patience);
  }
}

struct do_step {
  session_pointer self;
  domain::vm_id vm;

  void operator()(const domain::look_again& wait) const {
    if (wait.after > domain::duration{})
      return tend_later(self, vm, wait.after);
    tend(self, vm);
  }

  void operator()(const domain::session_command& command) const { record(self, vm, command); }
  void operator()(const domain::vm_order& order) const {
    self->request(self->state.with.hypervisor, order_timeout, carry_out{order})
        .then(
            [self = self, vm = vm](const order_accepted& accepted) {
              if (accepted.upid.empty())
                return tend(self, vm);
              record(self, vm, domain::accept_task{vm, accepted.upid});
            },
            [self = self, vm = vm](const caf::error& why) { order_failed(self, vm, why); });
  }
};

void consider(session_pointer self, domain::vm_id vm, const domain::vm_sighting& seen) {
  auto& my = self->state;
  auto now = my.with.now();
  auto& watch = my.tended[vm];
  watch = domain::observe(watch, seen, now);
  auto decided = domain::plan(my.session, vm, seen, watch, now, jitter(my));
  my.with.metrics->decided(decided.row);
  std::visit(do_step{self, vm}, decided.step);
}

const domain::tend_vm* find_debt(const std::vector<domain::action>& owed, domain::vm_id vm) {
  for (const auto& action : owed)
    if (const auto* debt = std::get_if<domain::tend_vm>(&action); debt && debt->vm.vm == vm)
      return debt;
  return nullptr;
}

/// Goes on with a VM for as long as something is owed for it.
void tend(session_pointer self, domain::vm_id vm) {
  auto& my = self->state;
  auto owed = domain::next_actions(my.session);
  const auto* debt = find_debt(owed, vm);
  if (!debt) {
    my.tended.erase(vm);
    return;
  }
  if (auto wait = until(my, debt->not_before); wait > domain::duration{})
    return tend_later(self, vm, wait);
  look_at_vm look{vm,
                  debt->vm.marked,
                  my.session.from.source,
                  domain::task_of(my.session, vm),
                  domain::wants_power(my.session, vm),
                  domain::wants_address(my.session, vm),
                  domain::wanted_port(my.session, vm)};
  self->request(my.with.hypervisor, look_timeout, std::move(look))
      .then([self, vm](const domain::vm_sighting& seen) { consider(self, vm, seen); },
            [self, vm](const caf::error&) { tend_later(self, vm, patience); });
}

// -- asking for a node --------------------------------------------------------

/// A node and a fresh VMID. Placing rests on the node: it may not have been closed meanwhile.
struct found_place {
  domain::place_on to;
  eventstore::stream_version node;
};

/// Calls `use` with a place, or `refused` with the reason.
void find_place(session_pointer self, const domain::template_spec& from,
                std::function<void(found_place)> use, std::function<void(caf::error)> refused) {
  auto& my = self->state;
  place_session wanted{my.id, {from.ram_mb, from.cpu_cores, my.session.refused_by}};
  auto take = [self, use = std::move(use), refused](placement& found) {
    self->request(self->state.with.journal, caf::infinite, take_vmid{})
        .then(
            [use, found = std::move(found)](domain::vm_id vm) mutable {
              use({{std::move(found.node), vm, std::move(found.considered)},
                   std::move(found.seen)});
            },
            refused);
  };
  self->request(my.with.scheduler, caf::infinite, std::move(wanted)).then(take, refused);
}

void place(session_pointer self) {
  self->state.placing = true;
  find_place(
      self, self->state.session.from,
      [self](found_place found) {
        self->state.placing = false;
        execute(self, {.command = domain::assign_node{std::move(found.to)},
                       .rests_on = std::move(found.node)});
      },
      [self](const caf::error& why) {
        self->state.placing = false;
        if (code_of(why) == errc::no_capacity)
          return execute(self, {domain::report_no_capacity{text_of(why), jitter(self->state)}});
        self->state.placing = true;
        self->delayed_send(self, patience, resume_placing{});
      });
}

// -- resuming a kept VM -------------------------------------------------------

void claim(session_pointer self, const domain::session_id& kept_by) {
  self->state.claiming = true;
  self->request(self->state.parent, handover_timeout, hand_over_vm{kept_by, self->state.id})
      .then(
          [self](const handed_over_vm& kept) {
            execute(self, {domain::take_over{kept.vm, kept.node, kept.marked}});
          },
          [self](caf::error& why) {
            auto code = code_of(why);
            if (code == errc::not_in_this_state || code == errc::unknown)
              return execute(self, {domain::give_up_resumption{text_of(why)}});
            self->quit(std::move(why)); // The supervisor starts anew, and the VM is still owed.
          });
}

// -- acting -------------------------------------------------------------------

struct perform {
  session_pointer self;

  void operator()(const domain::find_node& search) const {
    auto& my = self->state;
    if (std::exchange(my.placing, true))
      return;
    self->delayed_send(self, until(my, search.not_before), resume_placing{});
  }
  void operator()(const domain::claim_kept_vm& from) const {
    if (!self->state.claiming)
      claim(self, from.kept_by);
  }
  void operator()(const domain::tend_vm& debt) const {
    if (self->state.tended.try_emplace(debt.vm.vm).second)
      tend(self, debt.vm.vm);
  }
  void operator()(const domain::await_deadline& deadline) const {
    auto& my = self->state;
    if (std::exchange(my.watched_for, deadline.at) != deadline.at
        && !domain::is_broken(domain::rule::deadlines_are_watched))
      self->send(my.parent, watch_deadline{my.id, deadline.at});
  }
};

/// Does what the session now owes the outside world, unless it is under way already.
void act(session_pointer self) {
  auto& my = self->state;
  auto owed = domain::next_actions(my.session);
  for (const auto& action : owed)
    std::visit(perform{self}, action);
  if (domain::is_at_rest(owed))
    self->send(my.parent, session_idle{my.id, my.answered});
}

// -- what others ask ----------------------------------------------------------

/// Turns an answer into the fulfilment of a promise.
answer fulfil(session_pointer self, caf::typed_response_promise<session_view> promise) {
  return [self, promise](caf::expected<session_view> result) mutable {
    ++self->state.answered;
    if (result)
      promise.deliver(std::move(*result));
    else
      promise.deliver(result.error());
  };
}

caf::error no_such_session(const domain::session_id& id) {
  return make_error(errc::unknown, "there is no session " + domain::to_string(id));
}

/// Executes a command of whoever takes the session for begun.
void command(session_pointer self, domain::session_command wanted, std::string actor,
             answer reply) {
  if (self->state.version > 0)
    return execute(self, {std::move(wanted), std::move(actor), std::nullopt, std::move(reply)});
  reply(no_such_session(self->state.id));
  act(self);
}

caf::result<session_view> ask(session_pointer self, domain::session_command wanted,
                              std::string actor) {
  auto promise = self->make_response_promise<session_view>();
  command(self, std::move(wanted), std::move(actor), fulfil(self, promise));
  return promise;
}

void request(session_pointer self, const launch_session& m,
             std::variant<domain::place_on, domain::session_id> source, const answer& reply,
             std::optional<eventstore::stream_version> rests_on = {}) {
  execute(self, {domain::request_session{self->state.id, m.owner, m.from_template, m.from, m.type,
                                         m.lifetime, std::move(source)},
                 user_actor(m.owner), m.command,
                 [m, reply](caf::expected<session_view> outcome) {
                   answer_launch(std::move(outcome), m, reply);
                 },
                 std::move(rests_on)});
}

/// A launch that is refused leaves no trace, and needs no actor.
answer or_withdraw(session_pointer self, const answer& reply) {
  return [self, reply](caf::expected<session_view> outcome) {
    bool is_used = outcome && !outcome->is_repeat;
    reply(std::move(outcome));
    if (is_used)
      return;
    self->send(self->state.with.accounts, withdraw_launch{self->state.id});
    act(self);
  };
}

void find_source(session_pointer self, const launch_session& m, const answer& reply) {
  if (m.resumes)
    return request(self, m, *m.resumes, reply);
  auto or_elsewhere = [self, m, reply](caf::expected<session_view> outcome) {
    if (!outcome && code_of(outcome.error()) == errc::changed_meanwhile)
      return find_source(self, m, reply);
    reply(std::move(outcome));
  };
  find_place(
      self, m.from,
      [self, m, or_elsewhere](found_place found) {
        request(self, m, std::move(found.to), or_elsewhere, std::move(found.node));
      },
      [reply](caf::error why) { reply(std::move(why)); });
}

void admit(session_pointer self, const launch_session& m, const answer& reply) {
  admit_launch wanted{self->state.id, m.owner, m.command, m.earlier_command};
  self->request(self->state.with.accounts, caf::infinite, std::move(wanted))
      .then([self, m, reply](launch_admitted) { find_source(self, m, or_withdraw(self, reply)); },
            [self, reply](caf::error& why) {
              reply(std::move(why));
              act(self);
            });
}

/// Looks for earlier answers to any of `commands`, and goes on without one.
void find_answer(session_pointer self, std::vector<domain::ulid> commands, const launch_session& m,
                 const answer& reply) {
  if (commands.empty())
    return admit(self, m, reply);
  auto command = commands.back();
  commands.pop_back();
  self->request(self->state.with.journal, caf::infinite, find_command{command})
      .then(
          [self, commands, m, reply](const event_page& before) {
            auto since = self->state.with.now() - domain::repeat_window;
            if (before.events.empty() || before.events.front().recorded_at < since)
              return find_answer(self, commands, m, reply);
            answer_launch(first_answer(before.events), m, reply);
            act(self);
          },
          [self, reply](caf::error& why) {
            reply(std::move(why));
            act(self);
          });
}

caf::result<session_view> launch(session_pointer self, const launch_session& m) {
  auto promise = self->make_response_promise<session_view>();
  std::vector<domain::ulid> commands{m.command};
  if (m.earlier_command)
    commands.push_back(*m.earlier_command);
  find_answer(self, std::move(commands), m, fulfil(self, promise));
  return promise;
}

caf::result<handed_over_vm> hand_over(session_pointer self, const hand_over_vm& m) {
  auto promise = self->make_response_promise<handed_over_vm>();
  auto reply = [self, promise](const caf::expected<session_view>& result) mutable {
    ++self->state.answered;
    if (!result) {
      promise.deliver(result.error());
      return;
    }
    const auto& gone = std::get<domain::over>(result->session.phase);
    promise.deliver(handed_over_vm{gone.handed->vm, gone.handed->node, gone.handed->marked});
  };
  command(self, domain::hand_over{m.to}, "system:session", reply);
  return promise;
}

} // namespace

session_interface::behavior_type session(session_pointer self, domain::session_id id,
                                         session_past past, session_collaborators with,
                                         session_parent parent) {
  auto& my = self->state;
  my.id = id;
  my.with = std::move(with);
  my.parent = std::move(parent);
  my.random.seed(my.with.seed);
  if (past == session_past::unknown)
    self->request(my.with.journal, commit_timeout, read_stream{eventstore::stream_of(id)})
        .await([self](const stream_history& history) {
          fold(self->state, history.events);
          act(self);
        });
  return {
      [self](const launch_session& m) { return launch(self, m); },
      [self](const end_session& m) {
        auto reason = m.as == end_by::admin ? domain::end_reason::ended_by_admin
                                            : domain::end_reason::ended_by_user;
        return ask(self, domain::end{reason, m.detail}, user_actor(m.by));
      },
      [self](const extend_session& m) {
        return ask(self, domain::extend{m.more}, user_actor(m.by));
      },
      [self](const note_desktop_opened& m) {
        return ask(self, domain::open_desktop{}, user_actor(m.by));
      },
      [self](const note_vm_lost& m) {
        return ask(self, domain::lose_vm{m.vm, m.detail}, "system:reconciler");
      },
      [self](const note_vm_moved& m) {
        return ask(self, domain::note_move{m.vm, m.node}, "system:reconciler");
      },
      [self](const discard_vm& m) { return ask(self, domain::discard{}, user_actor(m.by)); },
      [self](const hand_over_vm& m) { return hand_over(self, m); },
      [self](const get_session& m) -> caf::result<session_view> {
        ++self->state.answered;
        act(self);
        if (self->state.version > 0)
          return view(self->state);
        return no_such_session(m.id);
      },
      [self](const resume_tending& m) { tend(self, m.vm); },
      [self](const resume_placing&) {
        if (std::holds_alternative<domain::placing>(self->state.session.phase)
            && !domain::is_over(self->state.session))
          return place(self);
        self->state.placing = false;
      },
      [self](const deadline_reached&) {
        ++self->state.answered;
        self->state.watched_for = {};
        execute(self, {domain::reach_deadline{}});
      },
  };
}

} // namespace berth::actors
