#pragma once

#include "domain/ids.hpp"
#include "domain/node/node.hpp"
#include "domain/placement/node_load.hpp"
#include "domain/time.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::domain {

/// A node above this load takes no new VM: the user's own number.
constexpr double load_ceiling = 0.85;
/// Samples older than this are stale: their scores count a fifth more when nodes are compared.
constexpr duration stale_after = std::chrono::seconds{30};
constexpr double stale_penalty = 1.2;
/// So long after its start a VM has not touched the RAM that it will: no sample contains it before.
constexpr duration ramp = std::chrono::seconds{60};
/// Of a node's RAM, so much is left free of what is in use or will be: measurements are a little
/// off, and some VMs touch their RAM later than `ramp`.
constexpr double ram_margin = 0.02;
/// What a VM is expected to use of a node's processors, in cores.
constexpr double predicted_cores = 0.55;
/// So far a single measurement of a node may be off, as shares of its RAM and of its cores.
constexpr double ram_noise = 0.03;
constexpr double cpu_noise = 0.1;
/// Scores this close count as equal.
constexpr double tie_width = 0.001;
/// So many nodes at most are named in a decision, and so in its event.
constexpr std::size_t considered_at_most = 16;

/// Why a node was, or was not, chosen.
enum class verdict : std::uint8_t {
  chosen,
  higher_score, ///< it would have done, another was less loaded
  overloaded,   ///< above `load_ceiling` before this VM
  no_ram,       ///< the VM's RAM does not fit beside what is promised, or beside what is in use
  no_cores,     ///< the VM has more cores than the node: Proxmox would refuse to start it
  full,         ///< it holds max_vms of our VMs
  offline,
  not_in_service, ///< draining or in maintenance
  no_sample,      ///< never measured: nothing is known of it
  excluded,       ///< it refused this session's earlier attempt
};

std::string_view to_string(verdict why);
std::optional<verdict> parse_verdict(std::string_view text);

/// What the scheduler saw of one node when it decided; kept in the event for ever.
struct considered_node {
  node_name node;
  verdict why{};
  double measured_score = 0; ///< of the last sample alone
  double score = 0;          ///< as expected with the new VM, and the stale penalty
  std::uint64_t sample_age_ms = 0;
  std::uint64_t reserved_ram_mb = 0; ///< placed by us and not yet in the measurement
  std::uint32_t vms = 0;             ///< our VMs on it, this one not counted
  std::uint32_t max_vms = 0;

  bool operator==(const considered_node&) const = default;
};

/// What one placed VM takes of its node, beside `predicted_cores`, until a measurement is sure to
/// contain it.
struct reservation {
  vm_id vm;
  std::uint32_t ram_mb = 0;
  std::optional<time_point> running_since; ///< nothing while it is not running yet
};

/// What a new session needs.
struct placement_request {
  std::uint32_t ram_mb = 0;
  std::uint32_t cpu_cores = 0;
  std::vector<node_name> excluded;
};

/// One node as the scheduler knows it.
struct candidate {
  node of;
  std::optional<node_sample> sample;     ///< the newest
  std::vector<reservation> reservations; ///< of every VM of ours on it that is not gone
};

struct placement_decision {
  std::optional<node_name> node; ///< nothing: no node may take it
  /// In name order. Of up to `considered_at_most` nodes all; of more the least loaded that may take
  /// the VM, or, when none may, some that come nearest.
  std::vector<considered_node> considered;
  /// How many nodes there are of each verdict. Counted only when no node may take the VM.
  std::map<verdict, std::size_t> verdicts;
};

/// One sentence that gives every node's numbers.
std::string explain(const std::vector<considered_node>& considered);

/// Why no node may take the VM, also short when there are many.
std::string explain_refusal(const placement_decision& refused);

} // namespace berth::domain
