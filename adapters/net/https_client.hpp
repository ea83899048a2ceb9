#pragma once

#include "adapters/net/https_transport.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace berth::net {

/// One address of the service.
struct https_host {
  std::string name; ///< host name or address
  std::uint16_t port = 443;
};

/// How to reach a service, and how to know that it is the right one.
struct https_settings {
  std::vector<https_host> hosts; ///< tried in turn when one cannot be reached; at least one
  std::vector<std::string>
      fingerprints;    ///< SHA-256 of accepted certificates, `AA:BB:...`; empty: verify the chain
  std::string ca_file; ///< for the chain; empty: the system's
  std::chrono::milliseconds connect_timeout{5000}; ///< of one host
  std::chrono::milliseconds idle_limit{
      4000}; ///< pooled connections are not used after this much silence
};

/// HTTPS/1.1 with pooled connections. Stays with a host for as long as it can be reached. Follows
/// no redirects, keeps no cookies, sends no Expect, takes at most 8 MiB of body. A GET whose reused
/// connection turns out to be closed is sent again on a new one; nothing else is ever repeated.
/// Everything runs on the executor of `io`, which must be a single thread.
class https_client final : public https_transport {
public:
  /// Throws std::runtime_error when the CA file cannot be read.
  https_client(asio::io_context& io, https_settings settings);
  ~https_client() override;

  awaitable<https_result> send(https_request wanted) override;

private:
  struct connection;
  using connection_ptr = std::unique_ptr<connection>;
  using connect_result = std::variant<connection_ptr, transport_error>;
  using clock = std::chrono::steady_clock;

  connection_ptr take_idle();
  void keep(connection_ptr done);
  awaitable<connect_result> connect(clock::time_point deadline);
  awaitable<connect_result> connect_to(std::size_t index, clock::time_point deadline);
  awaitable<https_result> exchange(connection& with, const https_request& wanted,
                                   clock::time_point deadline);

  asio::io_context& io_;
  https_settings settings_;
  asio::ssl::context tls_;
  std::vector<connection_ptr> idle_;
  std::size_t current_host_ = 0;
};

} // namespace berth::net
