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
  // What pvestatd last broadcast: it lags by up to ten seconds.
  double shown_cpu = 0;
  double shown_ram = 0;
  double shown_at = -1e9;
};

struct volume {
  std::string storage;
  std::string name;
  double size = 0;    ///< bytes
  std::string parent; ///< the base volume of a linked clone

  /// As the API writes it: `ceph:base-9000-disk-0/vm-101-disk-0`.
  std::string volid() const { return storage + ":" + (parent.empty() ? "" : parent + "/") + name; }
};

/// A volume that its VM's deletion left behind.
struct leaked_volume {
  volume disk;
  std::string node; ///< where the VM was: a local storage has it there alone
};

struct snapshot {
  std::string name;
  std::string description;
  std::int64_t taken = 0; ///< simulated Unix time
  vm_config config;
};

struct vm {
  std::uint32_t id = 0;
  std::string node;
  vm_config config;
  std::string lock;   ///< clone, destroyed, backup...: empty when unlocked
  std::string holder; ///< the UPID of the task that holds its configuration's file lock
  std::vector<std::string> waiters; ///< the UPIDs of tasks that want that lock, in order
  std::set<std::string> readers;    ///< the UPIDs of tasks that share it: clones of this template
  std::string pool;
  bool is_template = false;
  bool running = false;
  bool paused = false;      ///< while it runs
  bool placeholder = false; ///< the clone has written nothing but its lock yet
  double started_at = 0;
  double agent_at = 0;   ///< when its guest agent answers
  double address_at = 0; ///< when it has an address
  std::vector<volume> disks;
  std::vector<snapshot> snapshots;          ///< oldest first
  std::map<std::string, int> passwords_set; ///< how often, by account of the guest; never which
  /// Changes that wait for the VM to stop; nothing: the key goes.
  std::map<std::string, std::optional<std::string>> pending;
  // What pvestatd last broadcast; nothing for a VM younger than its node's last broadcast.
  bool shown = false;
  bool shown_running = false;
  bool shown_paused = false;
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

  /// Simulated seconds since the start, as of the last `advance`: inside an event, its own time.
  double now() const { return now_; }
  /// The same as Unix time.
  std::int64_t date() const { return clock.date_at(now_); }

  std::map<std::string, node> nodes;
  std::map<std::uint32_t, vm> vms;
  std::map<std::string, storage> storages;
  std::map<std::string, task> tasks;
  std::vector<std::string> task_order; ///< oldest first
  std::set<std::string> pools{"berth"};
  std::vector<fault> faults;
  std::vector<leaked_volume> leaked;
  bool quorate = true;
  effects_journal journal;
  scaled_clock& clock;
  static constexpr double file_lock_patience = 10; ///< simulated seconds

  /// The VM, when its configuration lies on `node`.
  vm* find(const std::string& node, std::uint32_t id);

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
  std::string destroy(const std::string& node, std::uint32_t id, const std::string& user);

  std::string start(const std::string& node, std::uint32_t id, const std::string& user);
  std::string stop(const std::string& node, std::uint32_t id, const std::string& user);
  /// Waits `timeout` seconds for the guest, then gives up or, with `force`, kills it.
  std::string shut_down(const std::string& node, std::uint32_t id, double timeout, bool force,
                        const std::string& user);
  std::string reboot(const std::string& node, std::uint32_t id, const std::string& user);
  std::string reset(const std::string& node, std::uint32_t id, const std::string& user);
  std::string pause(const std::string& node, std::uint32_t id, bool paused,
                    const std::string& user);

  std::string take_snapshot(const std::string& node, std::uint32_t id, const std::string& name,
                            const std::string& description, const std::string& user);
  std::string roll_back(const std::string& node, std::uint32_t id, const std::string& name,
                        const std::string& user);
  std::string delete_snapshot(const std::string& node, std::uint32_t id, const std::string& name,
                              const std::string& user);
  /// `size` as Proxmox takes it: `+10G` or `40G`.
  std::string resize(const std::string& node, std::uint32_t id, const std::string& disk,
                     const std::string& size, const std::string& user);
  std::string migrate(const std::string& node, std::uint32_t id, const std::string& target,
                      const std::string& user);
  /// The changes of POST config; a value of nothing removes its key.
  using config_changes = std::map<std::string, std::optional<std::string>>;
  std::string reconfigure(const std::string& node, std::uint32_t id, const config_changes& changes,
                          const std::string& user);

  /// Changes the configuration now, or leaves the change pending when a running VM cannot take it.
  void apply(vm& to, const config_changes& changes);

  /// A node that fails takes its VMs and tasks with it. When it returns it starts those marked
  /// `onboot`.
  void set_online(const std::string& node, bool online);

  /// Another node has it from now on, as after a migration.
  void move(std::uint32_t id, const std::string& to);

  /// A VM that somebody else made.
  vm& add_vm(std::uint32_t id, const std::string& node, const std::string& name, double ram_mib,
             int cores);

  /// Somebody else deletes it.
  void remove_vm(std::uint32_t id);

  /// Takes the fault out that fits, if any; counted faults wear off.
  std::optional<fault> take_fault(const std::string& kind, const std::string& node = {},
                                  std::uint32_t vmid = 0);

  double used_ram(const node& of) const;
  double used_cpu(const node& of) const;
  double used_ram(const vm& of) const;

  std::string fresh_mac();
  std::string fresh_uuid();

private:
  /// A task on one VM.
  struct guest_task {
    std::string type;
    std::string node;
    std::uint32_t id = 0;
    std::string user;
  };
  using guest_work = std::function<void(vm&, const std::string& upid)>;

  /// Starts a task that waits up to ten seconds for the file lock of the VM's configuration, then
  /// runs `body` with it. The lock falls when the task ends.
  std::string run_locked(const guest_task& what, guest_work body);
  void await_lock(const guest_task& what, const std::string& upid, double deadline,
                  guest_work body);
  /// Runs `step` in `seconds` unless the task has ended or its VM has gone by then.
  void continue_task(const std::string& upid, std::uint32_t id, double seconds,
                     std::function<void(vm&)> step);

  void broadcast(const node& of);
  void broadcast_in(double seconds, const std::string& node);
  void witness(const char* what, const vm& of, const std::string& upid = {});

  void begin_clone(const clone_request& wanted, const std::string& upid);
  void fill_clone(const clone_request& wanted, vm& made, const std::string& upid);
  void finish_clone(const clone_request& wanted, vm& made, const std::string& upid);
  void undo_clone(std::uint32_t id, const std::string& upid, const std::string& why);
  void power_on(vm& of, const std::string& upid);
  void power_off(vm& of, const std::string& upid);

  std::mt19937_64 random_;
  double now_ = 0;
  std::multimap<double, std::function<void()>> due_;
  std::uint32_t next_pid_ = 4096;
};

/// `Configuration file 'nodes/N/qemu-server/ID.conf' does not exist`.
std::string missing_config(const std::string& node, std::uint32_t id);

/// What writing a configuration fails with when the cluster has no quorum.
std::string unwritable_config(const std::string& node, std::uint32_t id);

/// A drive's line in the configuration.
std::string drive_line(const volume& disk);

} // namespace berth::pve_simulator
