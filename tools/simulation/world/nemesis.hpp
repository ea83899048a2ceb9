#pragma once

#include "tools/simulation/disk.hpp"
#include "tools/simulation/world/history.hpp"
#include "tools/simulation/world/network.hpp"
#include "tools/simulation/world/wire_rules.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace berth::simulation {

/// How the broker's process, or its machine, ends.
enum class crash : std::uint8_t { killed, power_lost };

/// What the nemesis may do to the process.
struct process_control {
  std::function<void(crash)> end;              ///< at once; it is started again soon
  std::function<void(domain::duration)> pause; ///< it does nothing for so long
  /// A second actor of the session begins to work beside the first.
  std::function<void(const domain::session_id&)> fork_session;
  /// An admin drains a node, or returns it.
  std::function<void(const std::string& node, bool closed)> drain;
  /// Everybody launches a session at once.
  std::function<void()> rush;
};

/// Everything that the nemesis can reach.
struct nemesis_reach {
  world_clock& clock;
  trace& notes;
  network& net;
  pve_simulator::cluster& cluster;
  pve_simulator::access_control& access;
  simulated_disk& disk;
  const history& logged;
  wire_rules& rules;
  process_control process;
};

/// Does harm. Each world meets some of its kinds of trouble, each at a rate of its own, because
/// worlds in which everything goes wrong at once hide what fewer troubles bring to light.
class nemesis {
public:
  nemesis(dice from, nemesis_reach reach);

  /// From now on things go wrong.
  void begin();

  /// Nothing goes wrong any more, and what was broken is mended, except what only people can mend.
  void end();

  /// An operator removes the locks that dead tasks have left, and the remains of half-made clones.
  void mend_by_hand();

  /// Looks whether the moment for something has come; to be called often.
  void tick();

  /// How often each kind of trouble came.
  const std::map<std::string, std::uint64_t>& troubles() const { return troubles_; }

private:
  struct trouble {
    const char* name;
    std::chrono::milliseconds mean; ///< from one to the next
    void (nemesis::*strike)();
  };
  static const std::vector<trouble>& kinds();

  void expect(const trouble& kind, double rate);
  void for_a_while(std::chrono::milliseconds least, std::chrono::milliseconds most,
                   std::function<void()> undo);
  void fail(const char* kind, std::string reason = {});
  pve_simulator::vm* any_of_ours();
  std::string any_node();

  // -- troubles ---------------------------------------------------------------
  void change_weather();
  void cut_network();
  void refuse_token();
  void hide_vms();
  void hide_configs();
  void fail_task_for_now();
  void fail_task_for_good();
  void fill_storage();
  void warn_of_task();
  void strand_clone();
  void silence_guest();
  void keep_address_back();
  void cripple_guest();
  void ignore_shutdown();
  void fail_node();
  void lose_quorum();
  void remove_template();
  void delete_vm();
  void steal_kept_vms();
  void rename_vm();
  void move_vm();
  void stop_vm();
  void lock_vm();
  void strand_deletion();
  void occupy_vmid();
  void kill_process();
  void lose_power();
  void lose_power_while_writing();
  void pause_process();
  void fork_session();
  void drain_node();
  void fail_disk();
  void fill_disk();
  void set_clock();
  void begin_class();

  dice dice_;
  nemesis_reach to_;
  bool active_ = false;
  bool steals_kept_ = false;
  std::uint64_t storm_ = 0; ///< ends what was left of an earlier one
  std::map<std::string, std::uint64_t> troubles_;
};

} // namespace berth::simulation
