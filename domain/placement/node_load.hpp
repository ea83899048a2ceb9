#pragma once

#include "domain/ids.hpp"
#include "domain/time.hpp"

#include <cstdint>

namespace berth::domain {

/// One measurement of a node. Samples are weather, not events.
struct node_sample {
  node_name node;
  bool online = false; ///< the cluster counts it in, and its numbers are fresh
  double cpu = 0;      ///< share of all its cores in use, 0 to 1
  std::uint32_t cores = 0;
  std::uint64_t ram_used_mb = 0;  ///< MiB
  std::uint64_t ram_total_mb = 0; ///< MiB; 0 when unknown
  std::uint64_t uptime_seconds = 0;
  time_point sampled_at; ///< when we read it; Proxmox's own numbers may be up to 14 s older

  bool operator==(const node_sample&) const = default;
};

/// What is in use of a node, in the units of its sample.
struct usage {
  double ram_mb = 0;
  double cpu_cores = 0;

  usage operator+(const usage& more) const {
    return {ram_mb + more.ram_mb, cpu_cores + more.cpu_cores};
  }
  usage operator-(const usage& less) const {
    return {ram_mb - less.ram_mb, cpu_cores - less.cpu_cores};
  }
};

/// 0.7 of the RAM share plus 0.3 of the CPU share, 0 to 1: the user's own formula.
constexpr double load_score(double ram_share, double cpu_share) {
  return 0.7 * ram_share + 0.3 * cpu_share;
}

} // namespace berth::domain
