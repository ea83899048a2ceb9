#include "adapters/proxmox/surroundings.hpp"

#include "adapters/net/https_client.hpp"
#include "adapters/net/port_probe.hpp"

#include <chrono>
#include <utility>

namespace berth::proxmox {

net::awaitable<bool> probe_port(std::string address, std::uint32_t port) {
  return net::port_answers(std::move(address), port, std::chrono::seconds{2});
}

surroundings over_the_network(net::asio::io_context& io, const proxmox_settings& settings,
                              actors::logger log, std::shared_ptr<actors::meter> metrics) {
  return {.wire = std::make_shared<net::https_client>(io, settings.https),
          .time = net::machine_time(io),
          .now =
              [] {
                return std::chrono::time_point_cast<domain::duration>(
                    std::chrono::system_clock::now());
              },
          .log = std::move(log),
          .metrics = std::move(metrics)};
}

} // namespace berth::proxmox
