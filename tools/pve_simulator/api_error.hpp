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
};

[[noreturn]] inline void die(std::string message) {
  throw api_error{500, std::move(message), {}};
}

[[noreturn]] inline void forbid(const std::string& path, const std::string& privilege) {
  throw api_error{403, "Permission check failed (" + path + ", " + privilege + ")", {}};
}

[[noreturn]] inline void reject_parameters(std::map<std::string, std::string> errors) {
  throw api_error{400, "Parameter verification failed.", std::move(errors)};
}

} // namespace berth::pve_simulator
