#pragma once

#include "adapters/net/listener.hpp"
#include "adapters/net/tls.hpp"
#include "adapters/proxmox/proxmox_hypervisor_actor.hpp"
#include "tests/support/actor_fixture.hpp"
#include "tests/support/run_io.hpp"
#include "tools/pve_simulator/wire.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/detached.hpp>

namespace berth::tests {

inline constexpr auto broker_token = "berth@pve!broker";

/// The simulated cluster behind a real socket, in the test's own thread: the test may change it
/// between any two steps. It runs twenty times as fast as ours.
class simulated_proxmox {
public:
  explicit simulated_proxmox(net::asio::io_context& io)
      : listener_(io, net::parse_endpoint("127.0.0.1:0")) {
    access.add_token(broker_token, "secret", pve_simulator::broker_privileges());
    listener_.start([this, &io](net::tcp::socket socket) {
      net::asio::co_spawn(
          io, pve_simulator::serve_api(std::move(socket), tls_, {cluster, access, calls}),
          net::asio::detached);
    });
  }

  proxmox::proxmox_settings settings() const {
    return {.https = {.hosts = {{"127.0.0.1", listener_.endpoint().port()}},
                      .fingerprints = {net::fingerprint(certificate_)}},
            .token_id = broker_token,
            .token_secret = domain::secret{"secret"},
            .poll_period = std::chrono::milliseconds{20}};
  }

  /// Lets simulated time pass at once.
  void wait(double seconds) {
    clock.push(seconds);
    cluster.advance();
  }

  /// How many requests of this kind arrived.
  std::size_t requests(const std::string& method = "",
                       const std::string& path_contains = "") const {
    return static_cast<std::size_t>(
        std::ranges::count_if(cluster.journal.all(), [&](const pve_simulator::effect& e) {
          return e.what == "request" && (method.empty() || e.method == method)
                 && e.path.find(path_contains) != std::string::npos;
        }));
  }

  pve_simulator::scaled_clock clock{20};
  pve_simulator::cluster cluster{{.nodes = 3}, clock};
  pve_simulator::access_control access;
  pve_simulator::api calls{cluster, access};

private:
  net::certificate certificate_ = net::make_self_signed("127.0.0.1");
  net::asio::ssl::context tls_ = net::server_context(certificate_);
  net::listener listener_;
};

} // namespace berth::tests
