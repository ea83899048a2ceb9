#pragma once

#include "adapters/http/http_facade_actor.hpp"
#include "adapters/net/asio.hpp"

#include <caf/actor_system.hpp>

namespace berth::http {

/// Spawns the facade on the thread of `io`, where the connections are: nobody is woken then for a
/// call that the facade can answer. It ends only while `io` runs, which must outlive it.
http_facade_actor spawn_http_facade(caf::actor_system& system, net::asio::io_context& io,
                                    facade_collaborators with);

} // namespace berth::http
