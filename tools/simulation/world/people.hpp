#pragma once

#include "tools/simulation/world/history.hpp"
#include "tools/simulation/world/process.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace berth::simulation {

/// Users who launch, extend, look at, end and discard sessions, and who hold Berth to its answers.
/// What gets no answer is asked for again, as a browser does it: launches under the same key.
class people {
public:
  /// Everything outlives them. Users have the ids 1 to `count`.
  people(world_clock& clock, dice from, trace& to, verdict& verdicts, const history& logged,
         std::size_t count);

  /// From now on each of them does something every few minutes.
  void come();
  /// They begin nothing new.
  void leave() { present_ = false; }

  /// Each of them launches a session within `within`, whatever else they do.
  void rush(domain::duration within, domain::session_type type, domain::duration lifetime);

  enum class deed : std::uint8_t { launch, extend, open_desktop, end, discard };

  /// So many of them, drawn anew, do this to one of their sessions within `within`, if they have
  /// one.
  void some(double share, deed what, domain::duration within);

  /// The broker is there, or gone.
  void meet(broker_process* broker);

  std::uint64_t acknowledgements() const { return acknowledgements_; }
  std::uint64_t refusals() const { return refusals_; }

private:
  struct wish {
    deed what{};
    domain::user_id who;
    domain::session_id session; ///< all but launches
    actors::launch_session launch;
    std::uint32_t tries = 0;
    bool is_habit = true; ///< when it is done, they do something else some time later
  };
  using wish_ptr = std::shared_ptr<wish>;
  using view_result = caf::expected<actors::session_view>;

  void act_later(domain::user_id who);
  void act(domain::user_id who);
  void go_on(const wish& what);
  actors::launch_session launch_of(domain::user_id who);
  std::vector<domain::session_id> open_sessions(domain::user_id who) const;
  void try_now(const wish_ptr& what);
  void launch(const wish_ptr& what);
  void try_again(const wish_ptr& what);
  void answered(const wish_ptr& what, const view_result& result);
  void refused(const wish_ptr& what, const caf::error& why);
  void check(const wish& what, const actors::session_view& seen);

  world_clock& clock_;
  dice dice_;
  trace& trace_;
  verdict& verdicts_;
  const history& history_;
  std::size_t count_;
  bool present_ = false;
  broker_process* broker_ = nullptr;
  std::uint64_t life_ = 0;           ///< which process is meant: answers of earlier ones are late
  std::vector<wish_ptr> unanswered_; ///< by the process that is there now
  std::uint64_t acknowledgements_ = 0;
  std::uint64_t refusals_ = 0;
};

} // namespace berth::simulation
