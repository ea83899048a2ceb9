#pragma once

#include "adapters/net/https_transport.hpp"
#include "tools/pve_simulator/api.hpp"
#include "tools/simulation/world/dice.hpp"
#include "tools/simulation/world/trace.hpp"
#include "tools/simulation/world/world_clock.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace berth::simulation {

/// What can happen to one request on its way. Each comes with its own probability.
enum class wire_fault : std::uint8_t {
  request_lost, ///< it never arrives, and the caller waits until its time is over
  answer_lost,  ///< it is carried out, and the connection breaks before the answer
  late,         ///< it arrives minutes later, when nobody waits for its answer any more
  twice,        ///< it arrives twice
  refused,      ///< Proxmox's proxy does not reach the node: 595, 596 or 599
  locked,       ///< a lock could not be had in time: 500
  garbled,      ///< the answer's body is cut short or no JSON
  slow,         ///< it takes up to half a minute
};
constexpr std::size_t wire_faults = 8;

std::string_view name_of(wire_fault fault);

/// How the way to Proxmox is now.
struct weather {
  std::map<wire_fault, double> probability;
  bool cut = false;          ///< nothing can be reached
  bool unauthorized = false; ///< the token is refused: 401
  bool unreadable = false;   ///< no VM's configuration can be read: 500
};

/// One request that reached the cluster.
struct arrival {
  std::string method;
  std::string path; ///< after /api2/json
  pve_simulator::parameter_values values;
  world_time sent;
};

/// The way between the broker and the simulated cluster. It belongs to the world: what a process
/// has sent arrives although that process has died meanwhile.
class network {
public:
  using answer_function = std::function<void(net::https_result)>;

  /// `seen` learns of each request just before the cluster does. Everything outlives the network.
  network(world_clock& clock, dice from, pve_simulator::cluster& cluster,
          pve_simulator::access_control& access, trace& to,
          std::function<void(const arrival&)> seen);

  /// Sends; the answer comes later, once, unless the asker has gone.
  void submit(const net::https_request& wanted, answer_function answer);

  weather now;

  /// How often each fault happened.
  const std::map<wire_fault, std::uint64_t>& faults() const { return faults_; }
  std::uint64_t calls() const { return calls_; }

private:
  struct parcel {
    net::https_request request;
    arrival as;
    answer_function answer;
    world_time sent;
  };
  using parcel_ptr = std::shared_ptr<parcel>;

  bool strikes(wire_fault fault);
  void deliver(const parcel_ptr& what, bool answer_lost);
  void carry_out(const parcel_ptr& what, world_time patience, bool answer_lost);
  void reply(const parcel_ptr& what, pve_simulator::api_reply done);
  void fail(const parcel_ptr& what, net::transport_error::kind how, const std::string& why);

  world_clock& clock_;
  dice dice_;
  pve_simulator::cluster& cluster_;
  pve_simulator::access_control& access_;
  pve_simulator::api api_;
  trace& trace_;
  std::function<void(const arrival&)> seen_;
  std::map<wire_fault, std::uint64_t> faults_;
  std::uint64_t calls_ = 0;
};

/// The end of that way which one process holds.
std::shared_ptr<net::https_transport> make_wire(net::asio::io_context& io, network& over);

} // namespace berth::simulation
