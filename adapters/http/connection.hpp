#pragma once

#include "adapters/http/server.hpp"

namespace berth::http {

/// Serves one connection, one request after the other, until it ends or `stopping` is set.
net::awaitable<void> serve(net::tcp::socket socket, std::shared_ptr<connection_context> with,
                           std::shared_ptr<bool> stopping);

/// Tells the client that there is no room, and hangs up.
net::awaitable<void> turn_away(net::tcp::socket socket, std::shared_ptr<connection_context> with);

} // namespace berth::http
