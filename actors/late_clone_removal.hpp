#pragma once

#include "actors/reconciler_actor.hpp"

namespace berth::actors {

/// Begins to remove every late clone that is known and not being removed yet. Each is looked at,
/// and the decision table of sessions says what to do; the intent is in the log before the first
/// call.
void remove_late_clones(reconciler_pointer self);

/// Goes on with one.
void tend_late_clone(reconciler_pointer self, domain::vm_id vm);

} // namespace berth::actors
