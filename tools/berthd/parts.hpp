#pragma once

#include "adapters/http/http_facade_actor.hpp"
#include "adapters/metrics/prometheus_meter.hpp"
#include "adapters/proxmox/vm_gateway.hpp"
#include "tools/berthd/config.hpp"

#include <caf/actor_system.hpp>

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace berth::berthd {

/// Every actor of the daemon, over the adapters that the settings name.
class parts {
public:
  /// Opens the log and spawns the actors; sessions that owe something go on at once. The facade
  /// lives on the thread that runs `http_io`. Both contexts must outlive the parts. Throws
  /// log_error.
  parts(caf::actor_system& system, net::asio::io_context& http_io,
        net::asio::io_context& proxmox_io, const config& settings, actors::logger log);
  /// Ends them.
  ~parts() { end(); }
  parts(const parts&) = delete;
  parts& operator=(const parts&) = delete;

  const http::http_facade_actor& facade() const { return facade_; }
  const http::facade_collaborators& collaborators() const { return collaborators_; }
  const std::shared_ptr<actors::meter>& meter() const { return meter_; }

  /// Calls `died` with the reason as soon as a part ends that the others cannot do without.
  void watch(std::function<void(const std::string&)> died);

  /// Ends them, whoever asks the others before those, the journal after its followers: what it has
  /// taken is committed before it goes. Nobody else may run `http_io` meanwhile, or again.
  void end();

private:
  /// Has it ended before those that came earlier.
  template <class Handle>
  Handle own(Handle handle);
  void start_audit(const std::filesystem::path& log_file, const actors::logger& log);

  caf::actor_system& system_;
  net::asio::io_context& http_io_;
  std::shared_ptr<actors::meter> meter_;
  std::shared_ptr<proxmox::vm_gateway> gateway_;
  http::facade_collaborators collaborators_;
  http::http_facade_actor facade_;
  std::stop_source reading_; ///< stops a verification: it may take minutes
  std::vector<caf::actor> vital_;
  std::vector<caf::actor> all_; ///< the last is ended first
};

} // namespace berth::berthd
