#pragma once

#include "actors/log.hpp"
#include "actors/meter.hpp"
#include "adapters/net/https_transport.hpp"
#include "adapters/net/timekeeper.hpp"
#include "adapters/proxmox/proxmox_settings.hpp"
#include "domain/time.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace berth::proxmox {

/// Whether something listens at this port of a guest's address.
using port_probe = std::function<net::awaitable<bool>(std::string address, std::uint32_t port)>;

/// Tries to connect, for two seconds at most.
net::awaitable<bool> probe_port(std::string address, std::uint32_t port);

/// All that the gateway takes from outside: a simulation can be its whole world.
struct surroundings {
  std::shared_ptr<net::https_transport> wire;
  std::shared_ptr<net::timekeeper> time;
  std::function<domain::time_point()> now; ///< the wall clock, by which samples are dated
  port_probe probe = probe_port;
  actors::logger log;
  std::shared_ptr<actors::meter> metrics = actors::silent_meter();
};

/// The real world. Throws std::runtime_error when the settings' CA file cannot be read.
surroundings over_the_network(net::asio::io_context& io, const proxmox_settings& settings,
                              actors::logger log,
                              std::shared_ptr<actors::meter> metrics = actors::silent_meter());

} // namespace berth::proxmox
