#pragma once

#include "adapters/net/asio.hpp"
#include "tools/pve_simulator/api.hpp"

namespace berth::pve_simulator {

/// What every connection to the API shares.
struct wire_context {
  cluster& in;
  const access_control& access;
  api& calls;
};

/// Serves one connection of port 8006 until it ends: HTTP/1.1 over TLS with Proxmox's own rules
/// (which methods and bodies it takes, which reason phrases it gives, when it closes), and with the
/// faults that were asked for.
net::awaitable<void> serve_api(net::tcp::socket socket, net::asio::ssl::context& tls,
                               wire_context with);

} // namespace berth::pve_simulator
