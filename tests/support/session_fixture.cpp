#include "tests/support/session_fixture.hpp"

#include "tests/support/fake_accounts.hpp"
#include "tests/support/fake_hypervisor.hpp"

#include <algorithm>
#include <utility>

namespace berth::tests {

namespace {

using free_list = std::shared_ptr<std::vector<domain::node_name>>;
using placement_list = std::shared_ptr<std::deque<actors::placement>>;

actors::scheduler_actor::behavior_type fake_scheduler(free_list free, placement_list first) {
  return {
      [](const actors::node_load&) {},
      [free, first](const actors::place_session& m) -> caf::result<actors::placement> {
        if (!first->empty()) {
          auto placed = std::move(first->front());
          first->pop_front();
          return placed;
        }
        for (const auto& node : *free)
          if (std::ranges::find(m.wanted.excluded, node) == m.wanted.excluded.end())
            return actors::placement{node, {}};
        return actors::make_error(actors::errc::no_capacity, "no node can take one more VM");
      },
      [](const actors::get_node_loads&) { return actors::node_loads{}; },
  };
}

} // namespace

session_fixture::session_fixture(std::uint64_t seed)
    : actor_fixture{seed}, free_nodes{std::make_shared<std::vector<domain::node_name>>(
                               std::vector<domain::node_name>{{"pve-1"}, {"pve-2"}})} {
  start();
}

void session_fixture::start() {
  hypervisor_ = spawn(fake_hypervisor, cluster);
  scheduler_ = spawn(fake_scheduler, free_nodes, first_placements);
  auto accounts = spawn(fake_accounts, launches);
  actors::session_collaborators with{journal.handle(), scheduler_, hypervisor_,
                                     accounts,         clock(),    7};
  auto next_id = [this] { return session_number(++sessions_).value; };
  supervisor =
      spawn(actors::session_supervisor, with, next_id, actors::logger{actors::log_level::error});
  settle();
}

void session_fixture::restart() {
  for (const auto& actor :
       {caf::actor_cast<caf::actor>(supervisor), caf::actor_cast<caf::actor>(hypervisor_),
        caf::actor_cast<caf::actor>(scheduler_)})
    caf::anon_send_exit(actor, caf::exit_reason::kill);
  for (const auto& [id, session] : supervisor_state().awake)
    caf::anon_send_exit(session.actor, caf::exit_reason::kill);
  journal.crash();
  advance(actors::commit_timeout); // A session that waits for its commit ends no sooner.
  journal.restart();
  start();
}

actors::launch_session session_fixture::order(domain::session_type type) {
  actors::launch_session wanted{.owner = session_owner,
                                .from_template = {1},
                                .type = type,
                                .lifetime = std::chrono::minutes{60}};
  wanted.from.name = "Ubuntu";
  wanted.from.source = {9000};
  wanted.command = {{0xc0, ++commands_}};
  return wanted;
}

pending<actors::session_view> session_fixture::launch(actors::launch_session wanted) {
  return ask<actors::session_view>(supervisor, std::move(wanted));
}

domain::session_id session_fixture::launch_and_wait(domain::session_type type) {
  auto id = launch(order(type)).value().session.id;
  wait_for(id, "active");
  return id;
}

pending<actors::session_view> session_fixture::end(const domain::session_id& id) {
  return ask<actors::session_view>(
      supervisor, actors::end_session{id, session_owner, actors::end_by::owner, {}});
}

pending<actors::session_view> session_fixture::extend(const domain::session_id& id,
                                                      domain::duration more) {
  return ask<actors::session_view>(supervisor, actors::extend_session{id, session_owner, more});
}

pending<actors::session_view> session_fixture::discard(const domain::session_id& id) {
  return ask<actors::session_view>(supervisor, actors::discard_vm{id, session_owner});
}

domain::session session_fixture::logged(const domain::session_id& id) const {
  domain::session folded;
  for (const auto& recorded : journal.history(id))
    folded = domain::evolve(std::move(folded), std::get<domain::session_event>(recorded.event),
                            recorded.recorded_at);
  return folded;
}

std::string_view session_fixture::step_of(const domain::session_id& id) const {
  return domain::step_name(logged(id));
}

void session_fixture::wait_for(const domain::session_id& id, std::string_view step,
                               domain::duration limit) {
  advance_until([&] { return step_of(id) == step; }, limit);
  REQUIRE(step_of(id) == step);
}

const actors::supervisor_state& session_fixture::supervisor_state() const {
  auto* actor = caf::actor_cast<caf::abstract_actor*>(supervisor);
  return dynamic_cast<actors::supervisor_interface::stateful_base<actors::supervisor_state>&>(
             *actor)
      .state;
}

std::optional<actors::session_interface>
session_fixture::actor_of(const domain::session_id& id) const {
  const auto& living = supervisor_state().awake;
  auto found = living.find(id);
  if (found == living.end())
    return std::nullopt;
  return found->second.actor;
}

std::size_t session_fixture::living_sessions() const {
  return supervisor_state().awake.size();
}

} // namespace berth::tests
