#pragma once

#include "actors/errors.hpp"
#include "actors/protocol.hpp"

#include <functional>

#include <caf/typed_event_based_actor.hpp>

namespace berth::tests {

/// How the sessions of a fake supervisor answer.
struct fake_sessions {
  using answer = caf::result<actors::session_view>;

  std::function<answer(const domain::session_id&)> any; ///< whatever is not said below

  std::function<answer(const actors::launch_session&)> launch{};
  std::function<answer(const actors::get_session&)> look{};
  std::function<answer(const actors::end_session&)> end{};
  std::function<answer(const actors::discard_vm&)> discard{};
};

/// Launches nothing unless its sessions do, and hands no VM over.
inline actors::session_supervisor_actor::behavior_type fake_supervisor(fake_sessions sessions) {
  auto any = sessions.any;
  auto or_any = [any](auto handler) {
    return [any, handler](const auto& m) { return handler ? handler(m) : any(m.id); };
  };
  auto launch =
      sessions.launch ? sessions.launch : [any](const actors::launch_session&) { return any({}); };
  return {
      launch,
      [end = or_any(sessions.end)](const actors::end_session& m) { return end(m); },
      [any](const actors::extend_session& m) { return any(m.id); },
      [any](const actors::note_desktop_opened& m) { return any(m.id); },
      [any](const actors::note_vm_lost& m) { return any(m.id); },
      [any](const actors::note_vm_moved& m) { return any(m.id); },
      [discard = or_any(sessions.discard)](const actors::discard_vm& m) { return discard(m); },
      [](const actors::hand_over_vm&) -> caf::result<actors::handed_over_vm> {
        return actors::make_error(actors::errc::unknown, "no VM is kept");
      },
      [look = or_any(sessions.look)](const actors::get_session& m) { return look(m); },
  };
}

} // namespace berth::tests
