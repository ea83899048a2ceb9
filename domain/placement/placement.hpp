#pragma once

#include "domain/ids.hpp"
#include "domain/node/node.hpp"
#include "domain/placement/node_load.hpp"
#include "domain/time.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::domain {

/// Why a node was, or was not, chosen.
enum class verdict : std::uint8_t {
  chosen,
  higher_score, ///< it would have done, another was less loaded
  overloaded,   ///< above the ceiling of 85 %
  no_ram,       ///< the VM's RAM does not fit beside what is promised
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
  double score = 0;          ///< with reservations and the new VM added
  std::uint64_t sample_age_ms = 0;
  std::uint64_t reserved_ram_mb = 0; ///< placed by us and not yet in the measurement
  std::uint32_t vms = 0;             ///< our VMs on it, this one not counted
  std::uint32_t max_vms = 0;

  bool operator==(const considered_node&) const = default;
};

/// What one placed VM takes, until a measurement is sure to contain it.
struct reservation {
  vm_id vm;
  node_name node;
  std::uint32_t ram_mb = 0;
  double cpu_cores = 0;                    ///< predicted use, in cores
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
  std::optional<node_name> node;           ///< nothing: no node may take it
  std::vector<considered_node> considered; ///< every candidate, in name order
};

/// Chooses the least loaded node, ties (within 0.01) by `random`. Pure but for `random`.
placement_decision choose_node(const placement_request& wanted,
                               const std::vector<candidate>& candidates, time_point now,
                               const std::function<std::uint64_t()>& random);

/// One sentence that gives every node's numbers: for refusals and `explain`.
std::string explain(const std::vector<considered_node>& considered);

} // namespace berth::domain
