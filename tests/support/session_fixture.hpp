#pragma once

#include "actors/errors.hpp"
#include "actors/session_supervisor_actor.hpp"
#include "tests/support/fake_accounts.hpp"
#include "tests/support/fake_cluster.hpp"
#include "tests/support/test_journal.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace berth::tests {

constexpr domain::user_id session_owner{3};

/// Sessions under their supervisor, over a real journal and a fake cluster. Nodes are handed out in
/// order, leaving out those that refused the session; without one there is no capacity.
class session_fixture : public actor_fixture {
public:
  explicit session_fixture(std::uint64_t seed = 1);

  test_journal journal{*this};
  std::shared_ptr<fake_cluster> cluster = std::make_shared<fake_cluster>(clock());
  std::shared_ptr<std::vector<domain::node_name>> free_nodes; ///< what the scheduler may choose
  /// What the scheduler answers first, one after the other.
  std::shared_ptr<std::deque<actors::placement>> first_placements =
      std::make_shared<std::deque<actors::placement>>();
  std::shared_ptr<launch_desk> launches = std::make_shared<launch_desk>(); ///< who is admitted
  actors::session_supervisor_actor supervisor;

  /// A launch that nobody has asked for before. Sessions get ids from `session_number(1)` on.
  actors::launch_session order(domain::session_type type = domain::session_type::ephemeral);
  static domain::session_id session_number(std::uint8_t n) { return {{{n}}}; }

  pending<actors::session_view> launch(actors::launch_session wanted);
  /// Launches session 1 or later and waits until it is active.
  domain::session_id launch_and_wait(domain::session_type type = domain::session_type::ephemeral);
  pending<actors::session_view> end(const domain::session_id& id);
  pending<actors::session_view> extend(const domain::session_id& id, domain::duration more);
  pending<actors::session_view> discard(const domain::session_id& id);

  /// What the log says: the session, its named step, and how often something happened to it.
  domain::session logged(const domain::session_id& id) const;
  std::string_view step_of(const domain::session_id& id) const;
  template <class Event>
  std::vector<Event> events(const domain::session_id& id) const {
    std::vector<Event> found;
    for (const auto& recorded : journal.history(id))
      if (const auto* event = std::get_if<Event>(&std::get<domain::session_event>(recorded.event)))
        found.push_back(*event);
    return found;
  }

  /// Lets time pass until the session reaches the step; fails the test after `limit`.
  void wait_for(const domain::session_id& id, std::string_view step,
                domain::duration limit = std::chrono::hours{2});

  /// The session's actor, if it lives.
  std::optional<actors::session_interface> actor_of(const domain::session_id& id) const;
  std::size_t living_sessions() const;

  /// Every actor dies at once, whatever it was doing, and half a minute later a new process opens
  /// the same log.
  void restart();

private:
  void start();
  const actors::supervisor_state& supervisor_state() const;

  actors::hypervisor_actor hypervisor_;
  actors::scheduler_actor scheduler_;
  std::uint8_t sessions_ = 0;
  std::uint8_t commands_ = 0;
};

} // namespace berth::tests
