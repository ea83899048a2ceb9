#pragma once

#include <map>
#include <string>
#include <utility>

namespace berth::pve_simulator {

/// What a handler dies with, as Proxmox's Perl does. The first line of `message` becomes the reason
/// phrase.
struct api_error {
  int status = 500;
  std::string message;
  std::map<std::string, std::string> errors; ///< of a 400: parameter -> text
  double delay = 0;                          ///< simulated seconds until the answer
  /// Somebody holds the lock that the call needs: try again until ten seconds have passed.
  bool busy = false;
};

[[noreturn]] inline void die(std::string message) {
  throw api_error{.status = 500, .message = std::move(message)};
}

[[noreturn]] inline void forbid(const std::string& path, const std::string& privilege) {
  throw api_error{.status = 403,
                  .message = "Permission check failed (" + path + ", " + privilege + ")"};
}

[[noreturn]] inline void reject_parameters(std::map<std::string, std::string> errors) {
  throw api_error{
      .status = 400, .message = "Parameter verification failed.", .errors = std::move(errors)};
}

} // namespace berth::pve_simulator
