#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace berth::pve_simulator {

/// Something that was asked of the cluster or happened in it.
struct effect {
  double at = 0;    ///< simulated seconds since the start
  std::string what; ///< request, vm_created, vm_started, vm_stopped, vm_destroyed, vm_moved, ...
  std::uint32_t vmid = 0; ///< of a request: its `newid`, 0 without one
  std::string node;
  std::string name;                    ///< the VM's name then
  std::string task = {};               ///< the UPID of the task that did it, if one did
  std::string method;                  ///< of a request
  std::string path;                    ///< of a request, without its parameters' values
  std::vector<std::string> parameters; ///< of a request: the names alone
  int status = 0;                      ///< of a request
};

/// An independent witness of what a client has done: tests judge by it.
class effects_journal {
public:
  void add(effect happened) { effects_.push_back(std::move(happened)); }
  const std::vector<effect>& all() const { return effects_; }

private:
  std::vector<effect> effects_;
};

} // namespace berth::pve_simulator
