#include "adapters/net/listener.hpp"
#include "adapters/net/tls.hpp"
#include "tools/pve_simulator/api.hpp"
#include "tools/pve_simulator/control.hpp"
#include "tools/pve_simulator/wire.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace {

namespace sim = berth::pve_simulator;
namespace net = berth::net;
namespace json = boost::json;

struct options {
  std::string listen = "127.0.0.1:8006";
  std::string control = "127.0.0.1:0";
  std::string certificate_dir;
  std::string token_secret = "00000000-0000-4000-8000-000000000000";
  double time_scale = 1;
  sim::cluster_options cluster;
};

constexpr auto token_id = "berth@pve!broker";

/// From the directory when it holds one, so that pinned fingerprints survive a restart.
net::certificate find_certificate(const std::string& directory) {
  if (directory.empty())
    return net::make_self_signed("127.0.0.1");
  auto chain = std::filesystem::path{directory} / "pve-simulator.pem";
  auto key = std::filesystem::path{directory} / "pve-simulator.key";
  if (std::filesystem::exists(chain) && std::filesystem::exists(key))
    return net::load_certificate(chain, key);
  auto made = net::make_self_signed("127.0.0.1");
  std::filesystem::create_directories(directory);
  std::ofstream{chain} << made.chain_pem;
  std::ofstream{key} << made.key_pem;
  std::filesystem::permissions(key, std::filesystem::perms::owner_read
                                        | std::filesystem::perms::owner_write);
  return made;
}

std::string url(const char* scheme, const net::tcp::endpoint& at) {
  return std::string{scheme} + "://" + at.address().to_string() + ":" + std::to_string(at.port());
}

void run(const options& chosen) {
  net::asio::io_context io{1};
  sim::scaled_clock clock{chosen.time_scale};
  sim::cluster cluster{chosen.cluster, clock};
  sim::access_control access;
  access.add_token(token_id, chosen.token_secret, sim::broker_privileges());
  sim::api calls{cluster, access};
  auto certificate = find_certificate(chosen.certificate_dir);
  auto tls = net::server_context(certificate);
  net::listener wire{io, net::parse_endpoint(chosen.listen)};
  net::listener control{io, net::parse_endpoint(chosen.control)};
  wire.start([&](net::tcp::socket socket) {
    net::asio::co_spawn(io, sim::serve_api(std::move(socket), tls, {cluster, access, calls}),
                        net::asio::detached);
  });
  control.start([&](net::tcp::socket socket) {
    net::asio::co_spawn(io, sim::serve_control(std::move(socket), cluster, access),
                        net::asio::detached);
  });
  net::asio::signal_set signals{io, SIGINT, SIGTERM};
  signals.async_wait([&](const net::error_code&, int) { io.stop(); });

  json::array names;
  for (const auto& [name, node] : cluster.nodes)
    names.push_back(json::value(name));
  std::cout << json::serialize(json::object{{"url", url("https", wire.endpoint())},
                                            {"control", url("http", control.endpoint())},
                                            {"fingerprint", net::fingerprint(certificate)},
                                            {"token_id", token_id},
                                            {"token_secret", chosen.token_secret},
                                            {"nodes", names}})
            << std::endl;
  io.run();
}

} // namespace

int main(int argc, char** argv) {
  options chosen;
  CLI::App app{"A simulated Proxmox VE cluster: its API over TLS, and a control port for faults."};
  app.add_option("--listen", chosen.listen, "address and port of the API; port 0 takes a free one");
  app.add_option("--control", chosen.control, "address and port of the control API");
  app.add_option("--nodes", chosen.cluster.nodes, "number of nodes")->check(CLI::Range(1, 1000));
  app.add_option("--node-cores", chosen.cluster.node_cores, "cores of each node");
  app.add_option("--node-ram-gib", chosen.cluster.node_ram_gib, "RAM of each node");
  app.add_option("--time-scale", chosen.time_scale, "how many times faster than real time it runs")
      ->check(CLI::PositiveNumber);
  app.add_option("--seed", chosen.cluster.seed, "of addresses and identifiers");
  app.add_option("--certificate-dir", chosen.certificate_dir, "keeps the certificate there");
  app.add_option("--token-secret", chosen.token_secret, "the secret of berth@pve!broker");
  CLI11_PARSE(app, argc, argv);
  try {
    run(chosen);
  } catch (const std::exception& why) {
    std::cerr << "pve-simulator: " << why.what() << '\n';
    return 1;
  }
  return 0;
}
