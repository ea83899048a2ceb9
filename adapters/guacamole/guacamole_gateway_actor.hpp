#pragma once

#include "actors/desktops.hpp"
#include "adapters/guacamole/link_source.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace berth::guacamole {

/// So many calls to Guacamole are under way at once; so many more may wait.
constexpr std::size_t link_workers = 4;
constexpr std::size_t most_waiting_jobs = 64;

struct call_mint {
  actors::desktop_connection to;
};
struct call_revoke {
  domain::session_id session;
  std::vector<domain::secret> tokens;
};

/// Makes calls that block, on a thread of its own.
using link_worker_actor =
    caf::typed_actor<caf::replies_to<call_mint>::with<minted_link>,
                     caf::replies_to<call_revoke>::with<actors::links_revoked>>;

/// What the gateway remembers, in memory alone: a restart forgets tokens, and the end of the VM
/// ends their connections then.
struct gateway_state {
  static inline constexpr const char* name = "guacamole_gateway";

  using job = std::function<void(const link_worker_actor&)>;
  struct session_links {
    std::vector<domain::secret> tokens;
    std::size_t mints = 0;                                                    ///< under way
    std::vector<caf::typed_response_promise<actors::links_revoked>> revokers; ///< wait for those
  };

  std::vector<link_worker_actor> idle;
  std::deque<job> waiting;
  std::map<domain::session_id, session_links> links;
};

/// The port to the desktop gateway by way of Guacamole.
actors::desktop_gateway_actor::behavior_type
guacamole_gateway(actors::desktop_gateway_actor::stateful_pointer<gateway_state> self,
                  std::shared_ptr<const link_source> source);

} // namespace berth::guacamole

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::guacamole::call_mint)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::guacamole::call_revoke)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::guacamole::minted_link)
