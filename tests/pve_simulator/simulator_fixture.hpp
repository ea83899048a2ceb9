#pragma once

#include "tools/pve_simulator/api.hpp"

#include <boost/json.hpp>

#include <string>

namespace berth::pve_simulator {

inline constexpr auto broker = "berth@pve!broker";

/// A cluster whose time stands still until `wait` is called, and its API without the wire.
struct simulator_fixture {
  // A scale this small lets no real time in.
  scaled_clock clock{1e-12};
  cluster in{{.nodes = 3}, clock};
  access_control access;
  api calls{in, access};

  simulator_fixture() { access.add_token(broker, "secret", broker_privileges()); }

  void wait(double seconds) {
    // Longer by a hair, so that what is due at that instant is over.
    clock.push(seconds + 1e-6);
    in.advance();
  }

  api_reply call(const std::string& method, const std::string& path, parameter_values values = {}) {
    return calls.handle(broker, method, path, std::move(values));
  }

  /// The `data` of an answer that has to be 200.
  boost::json::value data(const std::string& method, const std::string& path,
                          parameter_values values = {}) {
    auto reply = call(method, path, std::move(values));
    if (reply.status != 200)
      throw std::runtime_error{method + " " + path + ": " + reply.reason};
    return boost::json::parse(*reply.body).at("data");
  }

  /// The UPID that a call answers with.
  std::string task(const std::string& method, const std::string& path,
                   parameter_values values = {}) {
    return std::string{data(method, path, std::move(values)).as_string()};
  }

  std::string exit_status(const std::string& upid) {
    const auto& of = in.tasks.at(upid);
    return of.running ? "running" : of.exit_status;
  }

  /// A linked clone of the Ubuntu template, finished.
  void clone(std::uint32_t id, const std::string& name) {
    in.clone({.source = 9001, .id = id, .node = "pve-1", .name = name}, broker);
    wait(3);
  }
};

} // namespace berth::pve_simulator
