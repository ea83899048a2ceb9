#pragma once

#include "tools/pve_simulator/journal.hpp"
#include "tools/pve_simulator/scaled_clock.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace berth::pve_simulator {

using vm_config = std::map<std::string, std::string>;

struct node {
  std::string name;
  int cores = 32;
  double ram = 0;  ///< bytes
  double disk = 0; ///< bytes
  double base_cpu = 0.02;
  double base_ram = 0; ///< bytes used by the node itself
  bool online = true;
  double offline_since = 0;
  // What pvestatd last broadcast: it lags by up to ten seconds.
  double shown_cpu = 0;
  double shown_ram = 0;
  double shown_at = -1e9;
};

struct volume {
  std::string storage;
  std::string name;
  double size = 0; ///< bytes
};

struct vm {
  std::uint32_t id = 0;
  std::string node;
  vm_config config;
  std::string lock;   ///< clone, destroyed, backup...: empty when unlocked
  std::string holder; ///< the UPID of the task that holds its configuration's file lock
  std::string pool;
  bool is_template = false;
  bool running = false;
  bool placeholder = false; ///< the clone has written nothing but its lock yet
  double started_at = 0;
  double agent_at = 0;   ///< when its guest agent answers
  double address_at = 0; ///< when it has an address
  std::vector<volume> disks;
  // What pvestatd last broadcast; nothing for a VM younger than its node's last broadcast.
  bool shown = false;
  bool shown_running = false;
  std::string shown_name;
};

struct task {
  std::string upid;
  std::string node;
  std::uint32_t pid = 0;
  std::uint32_t pstart = 0;
  std::int64_t started = 0; ///< simulated Unix time
  std::int64_t ended = 0;
  std::string type;
  std::string id;
  std::string user;  ///< user@realm
  std::string token; ///< the token's name; empty for a ticket
  bool running = true;
  std::string exit_status;
  std::vector<std::string> log;
  std::function<void()> on_stop; ///< what a signal makes it do
};

struct storage {
  std::string name;
  std::string type;
  bool shared = false;
  double size = 0; ///< bytes
};

/// Errors that the operator of the simulator asks for; see control.hpp.
struct fault {
  std::string kind;
  std::string method;        ///< empty: any
  std::string path_contains; ///< empty: any
  std::string node;
  std::uint32_t vmid = 0; ///< 0: any
  int count = 1;          ///< how often it still happens; negative: for ever
  int status = 500;
  std::string reason;
  std::string body;
  double delay = 0; ///< simulated seconds
};

struct cluster_options {
  int nodes = 7;
  int node_cores = 32;
  double node_ram_gib = 128;
  std::uint64_t seed = 1;
};

/// Nodes, VMs, storages and tasks, and how they change with time; knows nothing of HTTP.
/// Single-threaded. Time passes only in `advance`, so that what happens depends on the order of
/// calls alone.
class cluster {
public:
  cluster(const cluster_options& options, scaled_clock& clock);

  /// Lets everything happen that is due by now.
  void advance();

  std::map<std::string, node> nodes;
  std::map<std::uint32_t, vm> vms;
  std::map<std::string, storage> storages;
  std::map<std::string, task> tasks;
  std::vector<std::string> task_order; ///< oldest first
  std::set<std::string> pools{"berth"};
  std::vector<fault> faults;
  std::vector<volume> leaked;
  bool quorate = true;
  effects_journal journal;
  scaled_clock& clock;

  /// The VM, when its configuration lies on `node`.
  vm* find(const std::string& node, std::uint32_t id);

  /// Starts a task; `work` runs at once and may schedule the rest.
  task& begin_task(const std::string& node, const std::string& type, const std::string& id,
                   const std::string& user);
  void end_task(const std::string& upid, std::string exit_status);

  /// Runs `work` in `seconds` of simulated time.
  void after(double seconds, std::function<void()> work);

  // -- what tasks do: each returns the UPID -----------------------------------
  struct clone_request {
    std::uint32_t source = 0;
    std::uint32_t id = 0;
    std::string node;
    std::string target;
    std::string name;
    std::string description;
    std::string pool;
    std::string storage;
    bool full = false;
  };
  std::string clone(const clone_request& wanted, const std::string& user);
  std::string start(const std::string& node, std::uint32_t id, const std::string& user);
  std::string stop(const std::string& node, std::uint32_t id, const std::string& user);
  std::string shut_down(const std::string& node, std::uint32_t id, bool force,
                        const std::string& user);
  std::string destroy(const std::string& node, std::uint32_t id, const std::string& user);

  /// Another node has it from now on, as after a migration.
  void move(std::uint32_t id, const std::string& to);

  /// A VM that somebody else made.
  vm& add_vm(std::uint32_t id, const std::string& node, const std::string& name, double ram_mib,
             int cores);

  /// Takes the fault out that fits, if any; counted faults wear off.
  std::optional<fault> take_fault(const std::string& kind, const std::string& node = {},
                                  std::uint32_t vmid = 0);

  double used_ram(const node& of) const;
  double used_cpu(const node& of) const;
  double used_ram(const vm& of) const;

  std::string fresh_mac();
  std::string fresh_uuid();

private:
  void broadcast(const std::string& node);
  void finish_clone(const clone_request& wanted, const std::string& upid);
  void undo_clone(std::uint32_t id, const std::string& upid, const std::string& why);
  bool take_file_lock(vm& of, const std::string& upid);
  void fail_on_lock(const std::string& upid, std::uint32_t id);
  void power_off(std::uint32_t id, const std::string& upid, double seconds);

  std::mt19937_64 random_;
  std::multimap<double, std::function<void()>> due_;
  std::uint32_t next_pid_ = 4096;
};

} // namespace berth::pve_simulator
